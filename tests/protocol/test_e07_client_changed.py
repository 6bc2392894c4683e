"""E07: what an operator takes from a client is not handed out any more, though it was granted before."""

import json
from dataclasses import replace

from idp.domain.client import Client
from tests.protocol.offline import AGENT, API, PEER, offline_tokens, offline_world, refresh, refreshed
from tests.protocol.world import World, body_of, error_of

PHONE = json.dumps({"id_token": {"phone_number": None}, "userinfo": {"phone_number": None}})


def changed(world: World, client: Client) -> None:
    world.uow.clients.rows[client.client_id] = client


def test_e07_a_claim_that_was_named_goes_with_its_scope() -> None:
    world = offline_world()
    first = offline_tokens(world, claims=PHONE)
    assert "phone_number" in world.read(first["id_token"])[1]
    changed(world, replace(AGENT, scopes=("openid", "offline_access")))
    told = refreshed(world, first["refresh_token"])
    assert told["scope"] == "openid offline_access"
    assert "phone_number" not in world.read(told["id_token"])[1]
    assert "phone_number" not in body_of(world.userinfo(told["access_token"]))
    assert body_of(world.userinfo(first["access_token"])).keys() == {"sub"}


def test_e07_a_code_gives_the_scopes_that_are_left() -> None:
    world = offline_world()
    code = world.code(AGENT, scope="openid profile phone offline_access", prompt="consent")
    changed(world, replace(AGENT, scopes=("openid",)))
    told = body_of(world.token(code, client=AGENT))
    assert told["scope"] == "openid"
    assert "refresh_token" not in told


def test_e07_d09_a_resource_that_is_gone_is_not_refreshed() -> None:
    world = offline_world()
    first = offline_tokens(world, PEER, resource=API)
    changed(world, replace(AGENT, resources=()))
    assert error_of(refresh(world, first["refresh_token"], client=PEER)) == "invalid_target"
    changed(world, AGENT)
    assert refresh(world, first["refresh_token"], client=PEER).status == 200, "the token was not used up"
