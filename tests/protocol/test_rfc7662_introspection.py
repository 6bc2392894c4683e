"""Introspection: RFC 7662, with the members of RFC 9470 §6."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.audit import Event
from idp.domain.citizen import CitizenState
from idp.domain.client_metadata import GrantType
from idp.domain.level import Level
from idp.protocol.messages import JsonAnswer
from tests.protocol.offline import (
    AGENT,
    API,
    APP,
    PEER,
    SCOPE,
    introspect,
    is_active,
    offline_tokens,
    offline_world,
    own_token,
    refresh,
    refreshed,
)
from tests.protocol.world import (
    CITIZEN,
    FORM,
    ISSUER,
    MHRS,
    ORIGIN,
    SECRET,
    TWO_STEP,
    World,
    basic,
    body_of,
    error_of,
    headers_of,
    unsigned,
)

DEAD = b'{"active":false}'


@pytest.fixture
def world() -> World:
    return offline_world()


def test_rfc9470_6_a_live_access_token_is_told_whole(world: World) -> None:
    token = offline_tokens(world)["access_token"]
    _, claims = world.read(token)
    answer = introspect(world, token)
    assert answer.status == 200
    assert body_of(answer) == {"active": True, "token_type": "Bearer"} | claims
    assert claims.keys() == {
        *("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "auth_time", "acr", "amr"),
    }
    headers = headers_of(answer)
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")


def test_a_live_refresh_token_is_told_to_its_client(world: World) -> None:
    body = offline_tokens(world)
    _, claims = world.read(body["access_token"])
    now = world.clock.now()
    assert body_of(introspect(world, body["refresh_token"])) == {
        "active": True,
        "iss": ISSUER,
        "sub": claims["sub"],
        "client_id": "agent",
        "scope": SCOPE,
        "auth_time": TWO_STEP.auth_time,
        "acr": TWO_STEP.acr,
        "amr": list(TWO_STEP.amr),
        "iat": now,
        "exp": now + 7 * 86_400,
    }


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unheard_of", '"'])
def test_a_hint_is_never_believed(world: World, hint: str) -> None:
    """RFC 7662 §2.1"""
    body = offline_tokens(world)
    for token in (body["access_token"], body["refresh_token"]):
        assert body_of(introspect(world, token, token_type_hint=hint))["active"] is True


def test_r_12_d17_a_foreign_token_is_inactive_and_nothing_more(world: World) -> None:
    """Section 12: a caller without permission learns nothing (RFC 7662 §2.2)."""
    body = offline_tokens(world)
    for token in (body["access_token"], body["refresh_token"]):
        for other in (PEER, MHRS):
            assert introspect(world, token, other).body == DEAD
        assert is_active(world, token)


def test_a_resource_server_is_told_of_the_access_tokens_that_are_for_it(world: World) -> None:
    """PEER asks for a token for AGENT's API: both may see it, others may not."""
    token = body_of(own_token(world, ("resource", API), client=PEER))["access_token"]
    assert body_of(introspect(world, token, AGENT))["aud"] == API
    assert is_active(world, token, PEER)
    assert introspect(world, token, MHRS).body == DEAD


def test_who_names_the_issuer_as_its_resource_learns_nothing_by_it(world: World) -> None:
    """The issuer's own tokens are nobody else's, whatever an operator wrote down."""
    world.uow.clients.rows["peer"] = replace(PEER, resources=(ISSUER,))
    token = offline_tokens(world)["access_token"]
    assert introspect(world, token, PEER).body == DEAD


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b.c",
        "..",
        "é",
        "\udce9",
        "\x00",
        "x" * 60_000,
        unsigned(
            {"iss": ISSUER, "sub": "s", "aud": ISSUER, "client_id": "agent", "iat": 0, "exp": 1 << 40, "jti": "x"}
        ),
    ],
)
def test_d13_what_is_no_token_is_inactive(world: World, token: str) -> None:
    assert introspect(world, token).body == DEAD


def test_d12_d17_an_id_token_is_no_access_token(world: World) -> None:
    assert introspect(world, offline_tokens(world)["id_token"]).body == DEAD


def test_d17_dead_tokens_look_alike(world: World) -> None:
    """Expired; used; of a revoked grant, a closed citizen, an ended session."""
    body = offline_tokens(world)
    refreshed(world, body["refresh_token"])
    assert introspect(world, body["refresh_token"]).body == DEAD
    closed = replace(CITIZEN, state=CitizenState.CLOSED)
    (grant_id,) = world.uow.grants.rows
    ends: tuple[Callable[[], object], ...] = (
        lambda: world.uow.grants.ended_sessions.add("session-1"),
        lambda: world.uow.citizens.rows.update({CITIZEN.id: closed}),
        lambda: world.uow.grants.revoke(grant_id, 1),
    )
    for end in ends:
        assert is_active(world, body["access_token"])
        end()
        assert introspect(world, body["access_token"]).body == DEAD
        world.uow.citizens.rows[CITIZEN.id] = CITIZEN
        world.uow.grants.ended_sessions.clear()
    other = offline_tokens(world)
    world.clock.advance(600)
    assert introspect(world, other["access_token"]).body == DEAD
    world.clock.advance(7 * 86_400)
    assert introspect(world, other["refresh_token"]).body == DEAD


def test_a_token_of_a_client_that_is_disabled_or_gone_is_dead(world: World) -> None:
    token = body_of(own_token(world, ("resource", API), client=PEER))["access_token"]
    assert is_active(world, token)
    world.uow.clients.rows["peer"] = replace(PEER, disabled=True)
    assert introspect(world, token).body == DEAD
    world.uow.clients.remove("peer")
    assert introspect(world, token).body == DEAD


@pytest.mark.parametrize(
    "lost",
    [
        {"scopes": ("openid", "profile")},
        {"metadata": replace(AGENT.metadata, grant_types=(GrantType.AUTHORIZATION_CODE,))},
        {"minimum_level": Level.PHISHING_RESISTANT},
    ],
    ids=["scope", "grant type", "floor"],
)
def test_e07_a_refresh_token_that_cannot_be_used_is_inactive(world: World, lost: dict[str, Any]) -> None:
    """And active again with what the client lost."""
    token = offline_tokens(world)["refresh_token"]
    world.uow.clients.rows["agent"] = replace(AGENT, **lost)
    assert introspect(world, token).body == DEAD
    assert refresh(world, token).status == 400
    world.uow.clients.rows["agent"] = AGENT
    assert is_active(world, token)


def test_e07_scopes_that_the_client_lost_are_not_told(world: World) -> None:
    """To itself, and to who operates the resource, whatever scopes that one has."""
    body = offline_tokens(world)
    for_api = offline_tokens(world, PEER, resource=API)["access_token"]
    world.uow.clients.rows["agent"] = replace(AGENT, scopes=("openid", "phone", "offline_access"))
    for token in (body["access_token"], body["refresh_token"]):
        assert body_of(introspect(world, token))["scope"] == "openid phone offline_access"
    assert body_of(introspect(world, for_api))["scope"] == SCOPE
    world.uow.clients.rows["peer"] = replace(PEER, scopes=("openid",))
    assert body_of(introspect(world, for_api))["scope"] == "openid"


@pytest.mark.parametrize(
    ("authorization", "form"),
    [
        (None, {}),
        (None, {"client_id": "app"}),
        (None, {"client_id": "agent"}),
        (None, {"client_id": "agent", "client_secret": SECRET}),
        (basic("agent", "wrong"), {}),
        (basic("unknown", SECRET), {}),
        ("Bearer x", {}),
    ],
)
def test_a_caller_must_authenticate(world: World, authorization: str | None, form: dict[str, str]) -> None:
    """RFC 7662 §2.1; a public client proves nothing."""
    assert APP.client_id in world.uow.clients.rows
    headers = FORM if authorization is None else FORM | {"authorization": authorization}
    answer = _post(world, [("token", "x"), *form.items()], headers)
    assert (answer.status, error_of(answer)) == (401, "invalid_client")
    assert "www-authenticate" in headers_of(answer)
    assert world.events()[-1][0] is Event.CLIENT_REFUSED


def test_a_request_without_a_token_or_with_two(world: World) -> None:
    own = FORM | {"authorization": basic("agent", SECRET)}
    for pairs in ([], [("token", "")], [("token", "a"), ("token", "b")], [("token", "a"), ("x", "1"), ("x", "2")]):
        assert error_of(_post(world, pairs, own)) == "invalid_request"
    unfit = own | {"content-type": "application/json"}
    assert error_of(_post(world, [("token", "a")], unfit)) == "invalid_request"


def test_al_23_two_methods_at_once(world: World) -> None:
    own = FORM | {"authorization": basic("agent", SECRET)}
    assert error_of(_post(world, [("token", "x"), ("client_secret", SECRET)], own)) == "invalid_request"


def test_introspection_is_published_with_its_methods(world: World) -> None:
    document = json.loads(world.provider.discovery().body)
    assert document["introspection_endpoint"] == f"{ISSUER}/introspect"
    methods = document["introspection_endpoint_auth_methods_supported"]
    assert set(methods) == set(document["token_endpoint_auth_methods_supported"]) - {"none"}


def _post(world: World, pairs: list[tuple[str, str]], headers: dict[str, str]) -> JsonAnswer:
    return world.provider.introspect(world.uow, pairs, headers, ORIGIN)
