"""ID tokens and UserInfo as registered, over HTTP, for the sample person who has a value for every claim (SET-09)."""

import json
from dataclasses import replace

import pytest
from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet

from idp.domain.client import Client
from idp.domain.client_metadata import ClientMetadata, Encryption
from idp.protocol.jose.signatures import SIGNATURES
from tests.people import DENIZ, Visitor
from tests.stand_in import StandIn, came_back
from tests.town import MHRS_SECRET, Town

OWN = ECKey.generate_key("P-256", {"kid": "own", "use": "enc"}, auto_kid=False)
REGISTERED = ClientMetadata(
    jwks=json.dumps({"keys": [OWN.as_dict(private=False)]}),
    id_token_encryption=Encryption("ECDH-ES", "A256GCM"),
    userinfo_signed_response_alg="PS256",
    userinfo_encryption=Encryption("ECDH-ES"),
)
SCOPE = "openid profile email address phone"
EVERY_CLAIM = {
    *("sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile"),
    *("picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "email", "email_verified"),
    *("address", "phone_number", "phone_number_verified"),
}


def register(town: Town, **changed: object) -> StandIn:
    """A client beside MHRS, registered otherwise."""
    with town.store.begin() as uow:
        mhrs = uow.clients.by_id("mhrs")
        assert mhrs is not None
        client: Client = replace(mhrs, client_id="other", scopes=tuple(SCOPE.split()), **changed)  # type: ignore[arg-type]  # by name
        uow.clients.put(client)
    return StandIn(town, "other", MHRS_SECRET)


def opened(town: Town, sealed: str, alg: str) -> dict[str, object]:
    """The claims of a JWS inside a JWE, verified with the published keys."""
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM", "A128CBC-HS256"])
    inside = jwe.decrypt_compact(sealed, OWN, registry=registry)
    assert inside.headers()["cty"] == "JWT"
    keys = KeySet.import_key_set(json.loads(town.call("GET", "/jwks").body))
    signed = jws.deserialize_compact(inside.plaintext or b"", keys, registry=SIGNATURES)
    assert signed.headers()["alg"] == alg
    claims: dict[str, object] = json.loads(signed.payload or b"")
    return claims


def test_idt_01_uinfo_05_signed_and_encrypted_as_registered(the_town: Town, citizen: Visitor) -> None:
    party = register(the_town, id_token_alg="EdDSA", metadata=REGISTERED)
    asked = party.asks(scope=SCOPE)
    citizen.open(asked.url)
    citizen.types_password(DENIZ)
    answer = party.redeem(came_back(citizen.approves())["code"], asked.verifier)
    assert answer.status == 200, answer.text
    body = json.loads(answer.body)
    id_token = opened(the_town, body["id_token"], "EdDSA")
    assert (id_token["aud"], id_token["nonce"]) == ("other", asked.nonce)
    told = party.userinfo(body["access_token"])
    assert (told.status, told.headers["content-type"]) == (200, "application/jwt")
    userinfo = opened(the_town, told.text, "PS256")
    assert (userinfo["iss"], userinfo["aud"], userinfo["sub"]) == (id_token["iss"], "other", id_token["sub"])


def test_set_09_uinfo_03_one_sample_person_has_every_claim(the_town: Town, citizen: Visitor) -> None:
    """And the page that asks for consent shows what would be told."""
    party = register(the_town)
    asked = party.asks(scope=SCOPE)
    citizen.open(asked.url)
    page = citizen.types_password(DENIZ)
    for shown in ("E-posta", "deniz.ornek@example.org", "Adres", "Örnek Sokak No: 1, 06000 Çankaya / Ankara, Türkiye"):
        assert shown in page.text
    told = json.loads(party.userinfo(party.tokens(citizen.approves(), asked).access_token).body)
    assert told.keys() == EVERY_CLAIM
    assert all(value not in (None, "", "null") for value in told.values())
    assert 631_152_000 < told["updated_at"] <= the_town.clock.now()
    assert (told["email_verified"], told["phone_number_verified"]) == (True, True)
    assert told["address"]["formatted"].count("\n") == 2


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_disc_05_every_advertised_algorithm_signs(the_town: Town, citizen: Visitor, alg: str) -> None:
    document = json.loads(the_town.call("GET", "/.well-known/openid-configuration").body)
    assert alg in document["id_token_signing_alg_values_supported"]
    party = register(the_town, id_token_alg=alg)
    asked = party.asks()
    citizen.open(asked.url)
    citizen.types_password(DENIZ)
    body = json.loads(party.redeem(came_back(citizen.approves())["code"], asked.verifier).body)
    keys = KeySet.import_key_set(json.loads(the_town.call("GET", "/jwks").body))
    signed = jws.deserialize_compact(body["id_token"], keys, registry=SIGNATURES)
    assert signed.headers()["alg"] == alg
