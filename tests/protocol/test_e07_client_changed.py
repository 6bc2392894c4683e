"""E07: what an operator takes from a client is not handed out any more, though it was granted before."""

import json
from dataclasses import replace

from idp.domain.client import Client
from idp.domain.client_metadata import ResponseMode
from idp.domain.level import Level
from idp.protocol.messages import ErrorPage
from tests.protocol.offline import AGENT, API, PEER, offline_tokens, offline_world, refresh, refreshed
from tests.protocol.world import ORIGIN, PASSWORD, World, body_of, error_of, subject

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


def test_e07_r_38_a_raised_floor_gives_nothing_new_for_a_weaker_login() -> None:
    """Not for a code, and not for a refresh token, which is not used up by trying."""
    world = offline_world()
    first = offline_tokens(world, assurance=PASSWORD)
    code = world.code(AGENT, assurance=PASSWORD)
    changed(world, replace(AGENT, minimum_level=Level.TWO_STEP))
    assert error_of(refresh(world, first["refresh_token"])) == "invalid_grant"
    assert error_of(world.token(code, client=AGENT)) == "invalid_grant"
    assert world.uow.audit.rows[-1].reason == "login_too_weak"
    changed(world, AGENT)
    assert refresh(world, first["refresh_token"]).status == 200


def test_e07_r_05_a_response_mode_that_was_given_up_during_the_login() -> None:
    world = offline_world()
    asked = world.accepted(client=AGENT)
    only_forms = replace(AGENT.metadata, response_modes=(ResponseMode.FORM_POST,))
    answer = world.provider.respond(world.uow, asked, replace(AGENT, metadata=only_forms), subject(), ORIGIN)
    assert isinstance(answer, ErrorPage)


def test_r_07_token_18_a_token_that_comes_back_counts_below_the_floor_too() -> None:
    """Two parties hold the family, whatever the client demands by now."""
    world = offline_world()
    first = offline_tokens(world, assurance=PASSWORD)["refresh_token"]
    second = refreshed(world, first)["refresh_token"]
    changed(world, replace(AGENT, minimum_level=Level.TWO_STEP))
    world.clock.advance(60)
    assert error_of(refresh(world, first)) == "invalid_grant"
    assert world.uow.audit.rows[-1].reason == "refresh_token_reused"
    changed(world, AGENT)
    assert error_of(refresh(world, second)) == "invalid_grant"


def test_l_02_the_grace_for_a_lost_answer_is_no_way_below_the_floor() -> None:
    world = offline_world()
    first = offline_tokens(world, assurance=PASSWORD)["refresh_token"]
    second = refreshed(world, first)["refresh_token"]
    changed(world, replace(AGENT, minimum_level=Level.TWO_STEP))
    assert error_of(refresh(world, first)) == "invalid_grant"
    assert world.uow.audit.rows[-1].reason == "login_too_weak"
    changed(world, AGENT)
    assert refresh(world, second).status == 200
