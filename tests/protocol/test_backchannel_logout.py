"""OpenID Connect Back-Channel Logout 1.0: the token, and whom it is for."""

import json
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import RSAKey

from idp.domain.client import Client, SubjectType
from idp.domain.client_metadata import ClientMetadata, Encryption
from idp.domain.logout import EndedLogin, LogoutCall
from idp.protocol.documents import DocumentNeeded
from idp.protocol.errors import ProtocolError, Reason
from tests.protocol.world import CITIZEN, ISSUER, LENIENT, MHRS, RSA, World, sid_at

URI = "https://rp.example/backchannel?tenant=7"
EVENTS: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
PRIVATE = RSAKey.generate_key(2048, {"kid": "k1", "use": "enc"})
PUBLIC_SET = json.dumps({"keys": [PRIVATE.as_dict(private=False)]})


def listening(client: Client, **more: Any) -> Client:
    return replace(client, metadata=ClientMetadata(backchannel_logout_uri=URI, **more))


def call(world: World, client: Client) -> LogoutCall | None:
    world.uow.clients.rows[client.client_id] = client
    return world.provider.logout_call(world.uow, EndedLogin(client.client_id, CITIZEN.id, "sid-1"))


def token(world: World, client: Client) -> str:
    made = call(world, client)
    assert made is not None
    assert made.uri == URI
    return made.token


def test_logout_13_the_logout_token(world: World) -> None:
    header, claims = world.read(token(world, listening(MHRS)))
    assert header == {"alg": "ES256", "kid": header["kid"], "typ": "logout+jwt"}
    now = world.clock.now()
    assert claims.pop("jti")
    assert claims == {
        "iss": ISSUER,
        "sub": world.read(world.tokens()["id_token"])[1]["sub"],
        "aud": "mhrs",
        "iat": now,
        "exp": now + 120,
        "events": EVENTS,
        "sid": sid_at(MHRS),
    }


def test_logout_13_it_is_signed_as_the_client_registered() -> None:
    header, _ = (world := World.with_rsa()).read(token(world, listening(RSA)))
    assert header["alg"] == "RS256"


def test_logout_13_each_is_made_when_it_is_sent(world: World) -> None:
    """A token that waited in the outbox would be over when the relying party is back."""
    first = world.read(token(world, listening(MHRS)))[1]
    world.clock.advance(900)
    second = world.read(token(world, listening(MHRS)))[1]
    assert second["iat"] == first["iat"] + 900
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize("subject_type", list(SubjectType))
def test_idt_08_sub_and_sid_are_those_of_the_id_token(world: World, subject_type: SubjectType) -> None:
    """IDT-06, IDT-08; whether or not the client insists on `sid` (Back-Channel Logout §2.2)."""
    for required in (False, True):
        client = replace(listening(LENIENT, backchannel_logout_session_required=required), subject_type=subject_type)
        world.uow.clients.rows[client.client_id] = client
        id_token = world.read(world.tokens(client)["id_token"])[1]
        told = world.read(token(world, client))[1]
        assert (told["sub"], told["sid"]) == (id_token["sub"], id_token["sid"])


def test_d12_a_logout_token_is_neither_a_hint_nor_an_access_token(world: World) -> None:
    made = token(world, listening(MHRS))
    judged = world.provider.end_session(world.uow, [("id_token_hint", made)])
    assert getattr(judged, "client", None) is None
    assert world.userinfo(made).status == 401


def test_who_does_not_listen_any_more_is_not_told(world: World) -> None:
    assert call(world, MHRS) is None


def test_logout_12_a_disabled_client_is_told(world: World) -> None:
    """R-71: whoever was logged in there when it was disabled still is."""
    assert world.read(token(world, replace(listening(MHRS), disabled=True)))[1]["aud"] == "mhrs"


def test_a_client_that_is_gone_is_not_told(world: World) -> None:
    assert world.provider.logout_call(world.uow, EndedLogin("gone", CITIZEN.id, "sid-1")) is None


def test_bcl_2_4_encrypted_like_the_id_tokens(world: World) -> None:
    """A relying party that agreed on encryption rejects a token in the clear (Back-Channel Logout §2.6)."""
    sealed = token(world, listening(MHRS, id_token_encryption=Encryption("RSA-OAEP-256"), jwks=PUBLIC_SET))
    opened = jwe.decrypt_compact(sealed, PRIVATE, algorithms=["RSA-OAEP-256", "A128CBC-HS256"])
    assert opened.headers()["cty"] == "JWT"
    header, claims = world.read((opened.plaintext or b"").decode())
    assert header["typ"] == "logout+jwt"
    assert claims["sid"] == sid_at(MHRS)


def test_bcl_2_4_never_in_the_clear_where_the_key_is_missing(world: World) -> None:
    remote = listening(MHRS, id_token_encryption=Encryption("RSA-OAEP-256"), jwks_uri="https://rp.example/jwks")
    with pytest.raises(DocumentNeeded):
        call(world, remote)
    world.uow.documents.publish("https://rp.example/jwks", None, world.clock.now())
    with pytest.raises(ProtocolError) as refused:
        call(world, remote)
    assert refused.value.reason is Reason.ENCRYPTION_KEY_MISSING


def test_a_message_says_what_it_was_made_of() -> None:
    ended = EndedLogin('c"1', "ş", "s\\")
    assert EndedLogin.of(ended.message(5)) == ended
