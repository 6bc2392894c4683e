"""The authorization response: Core §3.1.2.5 and §3.1.2.6, and what a code is."""

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.client import Client
from idp.protocol.errors import JOURNEY_ERRORS
from idp.protocol.messages import ErrorPage, Redirect
from tests.protocol.world import CALLBACK, MHRS, ORIGIN, TWO_STEP, World, query_of, subject

LONG_STATE = "a-._~" * 25 + "end"


def issued(world: World, **changed: Any) -> Redirect:
    answer = world.provider.respond(world.uow, world.accepted(**changed), MHRS, subject(), ORIGIN, login_id="login-1")
    assert isinstance(answer, Redirect)
    return answer


def test_auth_09_success_carries_code_state_iss_and_nothing_else(world: World) -> None:
    answer = issued(world, state=LONG_STATE)
    assert answer.location.startswith(CALLBACK + "?code=")
    assert "#" not in answer.location
    assert query_of(answer).keys() == {"code", "state", "iss"}
    assert query_of(answer)["state"] == LONG_STATE


@pytest.mark.parametrize("state", ["a&b=c", 'q"<>\\#%25+ é', "ışık", "=" * 40, " "])
def test_auth_09_state_comes_back_exactly(world: World, state: str) -> None:
    assert query_of(issued(world, state=state))["state"] == state


@pytest.mark.parametrize("error", JOURNEY_ERRORS)
def test_auth_10_refusals_of_the_journey(world: World, error: str) -> None:
    """AUTH-14, AUTH-23, AUTH-27: whatever it is, the shape is the same."""
    answer = world.provider.refuse(world.accepted(), error)
    sent = query_of(answer)
    assert sent.keys() == {"error", "error_description", "state", "iss"}
    assert (sent["error"], sent["state"], answer.error) == (error, "st4te", error)


def test_auth_10_no_state_sent_none_returned(world: World) -> None:
    request = world.accepted(without="state")
    assert "state" not in query_of(world.provider.refuse(request, "access_denied"))
    assert "state" not in query_of(issued(world, without="state"))


def test_an_error_that_is_not_the_journeys_is_a_bug(world: World) -> None:
    with pytest.raises(KeyError):
        world.provider.refuse(world.accepted(), "invalid_client")


def test_auth_12_codes_have_128_random_bits_and_are_stored_hashed(world: World) -> None:
    codes = [query_of(issued(world))["code"] for _ in range(100)]
    assert len(set(codes)) == 100
    for code in codes:
        counts = Counter(code)
        entropy = -sum(count * math.log2(count / len(code)) for count in counts.values())
        assert len(code) * 6 >= 128
        assert entropy > 96
    stored = {grant.code_hash for grant in world.uow.grants.rows.values()}
    assert stored == {sha256_hex(code) for code in codes}
    assert not stored & set(codes)


def test_the_grant_holds_what_was_asked_and_proved(world: World) -> None:
    """R-06, R-30: bound to client, redirect URI and challenge; at most 60 seconds; assurance fixed."""
    request = world.accepted(scope="openid phone")
    world.provider.respond(world.uow, request, MHRS, subject(), ORIGIN)
    (grant,) = world.uow.grants.rows.values()
    assert (grant.client_id, grant.redirect_uri, grant.code_challenge) == ("mhrs", CALLBACK, request.code_challenge)
    assert (grant.scope, grant.nonce, grant.subject.assurance) == (("openid", "phone"), "n0nce", TWO_STEP)
    assert grant.code_expires_at - grant.created_at == 60


def test_the_code_is_written_down(world: World) -> None:
    issued(world)
    (row,) = world.uow.audit.rows
    assert (row.event, row.ok, row.citizen_id, row.client_id) == (Event.CODE_ISSUED, True, "citizen-1", "mhrs")
    assert (row.login_id, row.session_id) == ("login-1", "session-1")


@pytest.mark.parametrize(
    "now",
    [
        replace(MHRS, disabled=True),
        replace(MHRS, redirect_uris=("https://rp.example/new",)),
        replace(MHRS, scopes=("profile",)),
        replace(MHRS, client_id="another"),
    ],
)
def test_e07_a_client_that_changed_meanwhile_gets_no_code(world: World, now: Client) -> None:
    answer = world.provider.respond(world.uow, world.accepted(), now, subject(), ORIGIN)
    assert isinstance(answer, ErrorPage)
    assert world.uow.grants.rows == {}
    assert [event for event, _ in world.events()] == [Event.AUTHORIZATION_REFUSED]


def test_a_scope_the_client_lost_meanwhile_is_not_granted(world: World) -> None:
    request = world.accepted(scope="openid profile phone")
    world.provider.respond(world.uow, request, replace(MHRS, scopes=("openid", "phone")), subject(), ORIGIN)
    (grant,) = world.uow.grants.rows.values()
    assert grant.scope == ("openid", "phone")
