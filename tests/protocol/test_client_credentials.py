"""`grant_type=client_credentials`: RFC 6749 §4.4."""

from dataclasses import replace

import pytest

from idp.domain.audit import Event
from idp.domain.client import Client
from idp.domain.client_metadata import ClientMetadata
from tests.protocol.offline import AGENT, API, APP, PEER, is_active, offline_world, own_token
from tests.protocol.world import FORM, ISSUER, World, body_of, error_of, headers_of


@pytest.fixture
def world() -> World:
    return offline_world()


@pytest.mark.parametrize("client", [AGENT, PEER], ids=lambda client: client.client_id)
def test_al_18_a_token_for_the_client_itself(world: World, client: Client) -> None:
    """SET-05: ten minutes. AL-23: by every method of client authentication."""
    answer = own_token(world, client=client)
    assert answer.status == 200
    assert headers_of(answer)["cache-control"] == "no-store"
    body = body_of(answer)
    assert body.keys() == {"access_token", "token_type", "expires_in"}, "no refresh token (§4.4.3), no ID token"
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    header, claims = world.read(body["access_token"])
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    assert claims.keys() == {"iss", "sub", "aud", "exp", "iat", "jti", "client_id"}
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (client.client_id, client.client_id, ISSUER)
    assert world.events()[-1] == (Event.CLIENT_TOKEN_ISSUED, None)


def test_every_token_has_its_own_name(world: World) -> None:
    names = {world.read(body_of(own_token(world))["access_token"])[1]["jti"] for _ in range(20)}
    assert len(names) == 20


@pytest.mark.parametrize(
    "scope", ["openid", "profile", "kimlik", "offline_access", "openid profile", "unheard_of", " "]
)
def test_d09_no_scope_is_a_clients_own(world: World, scope: str) -> None:
    assert error_of(own_token(world, scope=scope)) == "invalid_scope"


def test_d12_userinfo_knows_nobody_behind_it(world: World) -> None:
    answer = world.userinfo(body_of(own_token(world))["access_token"])
    assert (answer.status, error_of(answer)) == (401, "invalid_token")


def test_d08_only_for_clients_that_registered_it(world: World) -> None:
    world.uow.clients.rows["peer"] = replace(PEER, metadata=ClientMetadata())
    assert error_of(own_token(world, client=PEER)) == "unauthorized_client"
    assert error_of(own_token(world, client=APP)) == "unauthorized_client"


def test_a_public_client_cannot_even_register_it() -> None:
    with pytest.raises(ValueError, match="credentials"):
        replace(APP, metadata=AGENT.metadata)


def test_token_06_failed_authentication(world: World) -> None:
    answer = world.post({"grant_type": "client_credentials", "client_id": "agent"}, headers=FORM)
    assert (answer.status, error_of(answer)) == (401, "invalid_client")


def test_e07_it_dies_with_its_client(world: World) -> None:
    token = body_of(own_token(world, ("resource", API), client=PEER))["access_token"]
    assert is_active(world, token, AGENT)
    world.uow.clients.rows["peer"] = replace(PEER, disabled=True)
    assert not is_active(world, token, AGENT)
