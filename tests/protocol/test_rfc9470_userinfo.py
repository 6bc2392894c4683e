"""Step-up at UserInfo: RFC 9470 §3 (R-38, AL-35; A13: what is too old or too weak is sent back for a new login)."""

from dataclasses import replace

import pytest

from idp.domain.client import Client
from idp.domain.level import Level
from idp.protocol.messages import JsonAnswer
from tests.protocol.offline import AGENT, offline_tokens, offline_world, refresh, refreshed
from tests.protocol.world import PASSWORD, TWO_STEP, World, error_of, headers_of

WORDS = (
    'Bearer realm="userinfo", error="insufficient_user_authentication", '
    'error_description="The login behind the access token is too weak or too old."'
)


@pytest.fixture
def world() -> World:
    return offline_world()


def challenge(answer: JsonAnswer) -> str:
    assert (answer.status, error_of(answer)) == (401, "insufficient_user_authentication")
    return headers_of(answer)["www-authenticate"]


def now_demands(world: World, *, level: Level = Level.PASSWORD, max_age: int | None = None) -> Client:
    changed = replace(AGENT, minimum_level=level, metadata=replace(AGENT.metadata, default_max_age=max_age))
    world.uow.clients.rows["agent"] = changed
    return changed


def test_r_38_a_floor_that_was_raised_after_the_login(world: World) -> None:
    token = offline_tokens(world, assurance=PASSWORD)["access_token"]
    assert world.userinfo(token).status == 200
    now_demands(world, level=Level.TWO_STEP)
    assert challenge(world.userinfo(token)) == f'{WORDS}, acr_values="urn:esik:acr:two-step"'


def test_r_38_a_login_at_the_floor_or_above_it_passes(world: World) -> None:
    strong = replace(TWO_STEP, acr=Level.PHISHING_RESISTANT.acr)
    for assurance in (TWO_STEP, strong):
        token = offline_tokens(world, assurance=assurance)["access_token"]
        now_demands(world, level=Level.TWO_STEP)
        assert world.userinfo(token).status == 200
        now_demands(world)


def test_r_38_section_12_refreshing_does_not_make_a_login_younger(world: World) -> None:
    """R-35: judged by auth_time. The challenge names the level too, so that one new login mends both."""
    now_demands(world, level=Level.TWO_STEP, max_age=3600)
    token = offline_tokens(world)["refresh_token"]
    world.clock.advance(3600 - 10)
    body = refreshed(world, token)
    assert world.userinfo(body["access_token"]).status == 200
    world.clock.advance(1)
    expected = f'{WORDS}, acr_values="urn:esik:acr:two-step", max_age="3600"'
    assert challenge(world.userinfo(body["access_token"])) == expected
    again = refreshed(world, body["refresh_token"])
    assert challenge(world.userinfo(again["access_token"])) == expected


def test_the_tokens_of_the_login_itself_are_fresh_enough_while_they_live(world: World) -> None:
    """`max_age=0` is met by a login, not by the seconds that follow it: no relying party is sent round for ever."""
    now_demands(world, max_age=0)
    token = offline_tokens(world)["access_token"]
    world.clock.advance(599)
    assert world.userinfo(token).status == 200


def test_an_unknown_level_is_never_enough(world: World) -> None:
    """As a row of another version may say. Nothing is issued for it, and what was issued opens nothing."""
    unknown = replace(TWO_STEP, acr="urn:other")
    assert error_of(world.token(world.code(AGENT, assurance=unknown), client=AGENT)) == "invalid_grant"
    tokens, rows = offline_tokens(world), world.uow.grants.rows
    for grant in list(rows.values()):
        rows[grant.id] = replace(grant, subject=replace(grant.subject, assurance=unknown))
    challenge(world.userinfo(tokens["access_token"]))
    assert error_of(refresh(world, tokens["refresh_token"])) == "invalid_grant"
