"""ID tokens and UserInfo answers in the form that a client registered: signed, encrypted, both (Core §5.3.2, §10)."""

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from idp.domain.audit import Event
from idp.domain.client import Client
from idp.domain.client_metadata import ClientMetadata, Encryption, GrantType, ResponseType
from idp.protocol.documents import DocumentNeeded
from idp.protocol.server import Options
from tests.protocol.memory import Keys
from tests.protocol.world import ISSUER, MHRS, ORIGIN, World, body_of, error_of, headers_of, subject
from tests.quick_keys import quick_key

JWKS_URI = "https://rp.example/jwks.json"
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "enc"}, auto_kid=False)
X25519 = OKPKey.generate_key("X25519", {"kid": "x", "use": "enc"}, auto_kid=False)
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "enc"}, auto_kid=False)
SIGNS_ONLY = ECKey.generate_key("P-256", {"kid": "sig", "use": "sig"}, auto_kid=False)
WAYS = [
    (Encryption(alg, enc), key)
    for alg, key in (("RSA-OAEP-256", RSA), ("ECDH-ES", EC), ("ECDH-ES", X25519))
    for enc in ("A128CBC-HS256", "A256GCM")
]
EVERY_WAY = pytest.mark.parametrize(("how", "key"), WAYS, ids=lambda one: getattr(one, "alg", None))


def published(*keys: Key) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def registered(world: World, *keys: Key, **members: Any) -> Client:
    """A client of this world with these keys and this metadata."""
    jwks = {} if "jwks_uri" in members else {"jwks": published(*keys)}
    client = replace(MHRS, client_id="encrypts", metadata=ClientMetadata(**jwks, **members))
    world.uow.clients.rows[client.client_id] = client
    return client


def opened(token: str, key: Key) -> tuple[dict[str, Any], bytes]:
    """Header and content of a JWE, with the client's private key."""
    registry = jwe.JWERegistry(algorithms=["RSA-OAEP-256", "ECDH-ES", "A128CBC-HS256", "A256GCM"])
    found = jwe.decrypt_compact(token, key, registry=registry)
    assert found.plaintext is not None
    return dict(found.headers()), found.plaintext


def userinfo(world: World, client: Client) -> Any:
    return world.userinfo(world.tokens(client)["access_token"])


@EVERY_WAY
def test_idt_01_an_encrypted_id_token_holds_the_signed_one(world: World, how: Encryption, key: Key) -> None:
    """Core §10.2, §16.14: signed and then encrypted, for the client's key alone; no compression."""
    client = registered(world, SIGNS_ONLY, key, id_token_encryption=how)
    sent = world.tokens(client)["id_token"]
    header, inside = opened(sent, key)
    assert {name: header[name] for name in ("alg", "enc", "cty", "kid")} == {
        "alg": how.alg,
        "enc": how.enc,
        "cty": "JWT",
        "kid": key.kid,
    }
    assert header.keys() - {"epk"} == {"alg", "enc", "cty", "kid"}
    signed, claims = world.read(inside.decode())
    assert (signed["alg"], claims["aud"], claims["nonce"]) == ("ES256", "encrypts", "n0nce")


@pytest.mark.parametrize("what", ["id_token", "userinfo"])
def test_disc_05_disc_09_what_is_advertised_is_tested_here(world: World, what: str) -> None:
    document = json.loads(world.provider.discovery().body)
    assert set(document[f"{what}_encryption_alg_values_supported"]) == {how.alg for how, _ in WAYS}
    assert set(document[f"{what}_encryption_enc_values_supported"]) == {how.enc for how, _ in WAYS}
    assert document[f"{what}_signing_alg_values_supported"] == ["RS256", "PS256", "ES256", "EdDSA"]


def test_two_encrypted_id_tokens_share_nothing(world: World) -> None:
    client = registered(world, EC, id_token_encryption=Encryption("ECDH-ES"))
    first, second = (world.tokens(client)["id_token"].split(".") for _ in range(2))
    assert {first[0], first[2], first[3], first[4]}.isdisjoint({second[0], second[2], second[3], second[4]})


@pytest.mark.parametrize("keys", [(SIGNS_ONLY,), (RSA,)], ids=["for signatures only", "of another kind"])
def test_without_a_key_nothing_is_sent_in_the_clear_and_the_code_is_not_lost(
    world: World, keys: tuple[Key, ...]
) -> None:
    client = registered(world, *keys, id_token_encryption=Encryption("ECDH-ES"))
    code = world.code(client)
    refused = world.token(code, client=client)
    assert (refused.status, error_of(refused)) == (400, "invalid_request")
    registered(world, EC, id_token_encryption=Encryption("ECDH-ES"))
    assert world.token(code, client=client).status == 200


def test_keys_behind_an_address_are_asked_for_before_the_code_is_used(world: World) -> None:
    client = registered(world, jwks_uri=JWKS_URI, id_token_encryption=Encryption("ECDH-ES"))
    code = world.code(client)
    with pytest.raises(DocumentNeeded):
        world.token(code, client=client)
    assert next(iter(world.uow.grants.rows.values())).code_consumed_at is None
    world.uow.documents.publish(JWKS_URI, None, world.clock.now())
    assert error_of(world.token(code, client=client)) == "invalid_request"
    world.uow.documents.publish(JWKS_URI, published(EC), world.clock.now())
    _, inside = opened(body_of(world.token(code, client=client))["id_token"], EC)
    assert world.read(inside.decode())[1]["aud"] == "encrypts"


def test_an_encrypted_id_token_is_no_hint_and_the_one_inside_is(world: World) -> None:
    """Core §3.1.2.1: we publish no key to encrypt to."""
    client = registered(world, EC, id_token_encryption=Encryption("ECDH-ES"))
    sent = world.tokens(client)["id_token"]
    assert error_of(world.check(client=client, id_token_hint=sent)) == "invalid_request"
    assert world.accepted(client, id_token_hint=opened(sent, EC)[1].decode()).hinted_subjects


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_uinfo_05_signed_as_registered(alg: str) -> None:
    """Core §5.3.2. AL-29: with `kid`, PS256 too."""
    world = World(keys=Keys(*(quick_key(one) for one in ("RS256", "PS256", "ES256", "EdDSA"))))
    client = registered(world, userinfo_signed_response_alg=alg)
    answer = userinfo(world, client)
    assert (answer.status, headers_of(answer)["content-type"]) == (200, "application/jwt")
    assert headers_of(answer)["cache-control"] == "no-store"
    header, claims = world.read(answer.body.decode())
    assert header == {"alg": alg, "kid": quick_key(alg).kid}
    assert (claims["iss"], claims["aud"], claims["name"]) == (ISSUER, "encrypts", "Ayşe Örnek")
    assert claims["sub"]
    assert not claims.keys() & {"nonce", "exp", "acr", "sid"}


def test_d12_a_signed_userinfo_answer_is_no_other_token(world: World) -> None:
    client = registered(world, userinfo_signed_response_alg="ES256")
    signed = userinfo(world, client).body.decode()
    assert error_of(world.userinfo(signed)) == "invalid_token"
    assert error_of(world.check(client=client, id_token_hint=signed)) == "invalid_request"


@EVERY_WAY
def test_userinfo_encrypted(world: World, how: Encryption, key: Key) -> None:
    client = registered(world, key, userinfo_encryption=how)
    answer = userinfo(world, client)
    assert (answer.status, headers_of(answer)["content-type"]) == (200, "application/jwt")
    header, inside = opened(answer.body.decode(), key)
    assert (header["alg"], header["enc"], header["kid"], "cty" in header) == (how.alg, how.enc, key.kid, False)
    assert json.loads(inside)["phone_number"] == "+905000000001"


def test_userinfo_signed_then_encrypted(world: World) -> None:
    how = Encryption("ECDH-ES", "A256GCM")
    client = registered(world, EC, userinfo_encryption=how, userinfo_signed_response_alg="ES256")
    header, inside = opened(userinfo(world, client).body.decode(), EC)
    assert header["cty"] == "JWT"
    assert world.read(inside.decode())[1]["aud"] == "encrypts"


def test_userinfo_without_a_key_is_refused_and_not_sent_in_the_clear(world: World) -> None:
    client = registered(world, SIGNS_ONLY, userinfo_encryption=Encryption("ECDH-ES"))
    answer = userinfo(world, client)
    assert (answer.status, error_of(answer)) == (400, "invalid_request")
    assert 'error="invalid_request"' in headers_of(answer)["www-authenticate"]
    assert b"Ay" not in answer.body


def test_uinfo_08_no_accept_header_changes_the_form(world: World) -> None:
    plain, signing = MHRS, registered(world, userinfo_signed_response_alg="ES256")
    for client, media_type in ((plain, "application/json"), (signing, "application/jwt")):
        bearer = {"authorization": f"Bearer {world.tokens(client)['access_token']}"}
        for accept in ("application/json", "application/jwt", "image/png", "*/*", "text/html;q=0.1", "nonsense"):
            answer = world.provider.userinfo(world.uow, "GET", bearer | {"accept": accept})
            assert (answer.status, headers_of(answer)["content-type"]) == (200, media_type)


def test_a_key_without_an_id_gets_none(world: World) -> None:
    nameless = ECKey.generate_key("P-384", {"use": "enc"}, auto_kid=False)
    client = registered(world, nameless, id_token_encryption=Encryption("ECDH-ES"))
    assert "kid" not in opened(world.tokens(client)["id_token"], nameless)[0]


def test_d13_an_encrypted_token_is_no_token_of_ours(world: World) -> None:
    """Five parts are no signature, whatever their header says."""
    for alg in ("ECDH-ES", "RSA-OAEP-256", "dir"):
        header = {"alg": alg, "enc": "A256GCM", "kid": world.keys.rows[0].kid, "typ": "at+jwt"}
        sealed = f"{base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b'=').decode()}..AAAA.AAAA.AAAA"
        assert error_of(world.userinfo(sealed)) == "invalid_token"
        assert error_of(world.check(id_token_hint=sealed)) == "invalid_request"


@pytest.mark.parametrize("keys", [(EC,), (SIGNS_ONLY,)], ids=["a key", "no key"])
def test_auth_29_the_implicit_id_token_is_encrypted_or_not_given(keys: tuple[Key, ...]) -> None:
    world = World(options=Options(implicit=True))
    client = registered(
        world,
        *keys,
        id_token_encryption=Encryption("ECDH-ES"),
        grant_types=(GrantType.IMPLICIT,),
        response_types=(ResponseType.ID_TOKEN,),
    )
    asked = world.check(client=client, without="code_challenge code_challenge_method", response_type="id_token")
    given = world.provider.respond(world.uow, asked.request, client, subject(), ORIGIN)
    if keys == (EC,):
        sent = dict(parse_qsl(urlsplit(given.location).fragment))["id_token"]
        assert world.read(opened(sent, EC)[1].decode())[1]["aud"] == "encrypts"
    else:
        assert error_of(given) == "invalid_request"
        assert "id_token" not in given.location
        assert not world.uow.grants.rows
        assert world.events() == [(Event.AUTHORIZATION_REFUSED, "encryption_key_missing")]
