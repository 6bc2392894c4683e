"""Revocation: RFC 7009."""

import json

import pytest

from idp.domain.audit import Event
from idp.domain.client import Client
from tests.protocol.offline import (
    AGENT,
    APP,
    PEER,
    credentials,
    is_active,
    offline_tokens,
    offline_world,
    own_token,
    refresh,
    refreshed,
    revoke,
)
from tests.protocol.world import FORM, ISSUER, ORIGIN, SECRET, World, basic, body_of, error_of, headers_of

CLIENTS = pytest.mark.parametrize("client", [AGENT, PEER, APP], ids=lambda client: client.client_id)


@pytest.fixture
def world() -> World:
    return offline_world()


@CLIENTS
def test_al_30_every_client_ends_its_refresh_token_and_the_family(world: World, client: Client) -> None:
    """RFC 7009 §2.1: the grant, and so every access token of it."""
    body = offline_tokens(world, client)
    answer = revoke(world, body["refresh_token"], client)
    assert (answer.status, answer.body) == (200, b"")
    assert headers_of(answer)["cache-control"] == "no-store"
    assert error_of(refresh(world, body["refresh_token"], client=client)) == "invalid_grant"
    assert world.userinfo(body["access_token"]).status == 401
    assert (Event.TOKEN_REVOKED, "refresh_token") in world.events()


@CLIENTS
def test_an_access_token_ends_alone(world: World, client: Client) -> None:
    first = offline_tokens(world, client)
    second = refreshed(world, first["refresh_token"], client)
    assert revoke(world, first["access_token"], client).status == 200
    answer = world.userinfo(first["access_token"])
    assert (answer.status, error_of(answer)) == (401, "invalid_token")
    assert world.userinfo(second["access_token"]).status == 200
    assert refresh(world, second["refresh_token"], client=client).status == 200
    assert (Event.TOKEN_REVOKED, "access_token") in world.events()


def test_d17_a_revoked_token_is_inactive(world: World) -> None:
    body = offline_tokens(world)
    revoke(world, body["access_token"])
    assert not is_active(world, body["access_token"])
    assert is_active(world, body["refresh_token"])
    revoke(world, body["refresh_token"])
    assert not is_active(world, body["refresh_token"])


def test_a_clients_own_token_ends(world: World) -> None:
    token = body_of(own_token(world))["access_token"]
    assert is_active(world, token)
    assert revoke(world, token).status == 200
    assert not is_active(world, token)


def test_d10_any_token_of_the_family_ends_it(world: World) -> None:
    """A used one too: its holder wants the end of all."""
    first = offline_tokens(world)
    second = refreshed(world, first["refresh_token"])
    assert revoke(world, first["refresh_token"]).status == 200
    assert error_of(refresh(world, second["refresh_token"])) == "invalid_grant"


def test_d10_a_refresh_after_revocation_gives_nothing(world: World) -> None:
    """Not inside the grace either."""
    first = offline_tokens(world)
    second = refreshed(world, first["refresh_token"])
    revoke(world, second["refresh_token"])
    for token in (first["refresh_token"], second["refresh_token"]):
        assert error_of(refresh(world, token)) == "invalid_grant"


@pytest.mark.parametrize("token", ["x", "a.b.c", "x" * 43, "é", "\udce9", "\x00", "x" * 60_000])
def test_an_unknown_token_is_as_good_as_revoked(world: World, token: str) -> None:
    """RFC 7009 §2.2"""
    assert revoke(world, token).status == 200


def test_a_dead_token_is_as_good_as_revoked(world: World) -> None:
    body = offline_tokens(world)
    for _ in range(2):
        assert revoke(world, body["access_token"]).status == 200
        assert revoke(world, body["refresh_token"]).status == 200
    world.clock.advance(31 * 86_400)
    assert revoke(world, body["access_token"]).status == 200
    assert sum(event is Event.TOKEN_REVOKED for event, _ in world.events()) == 2


def test_d11_another_clients_token_is_refused_and_lives_on(world: World) -> None:
    """RFC 7009 §2.1: the caller is told; no 200 where nothing was done."""
    body = offline_tokens(world)
    for token in (body["access_token"], body["refresh_token"]):
        for other in (PEER, APP):
            answer = revoke(world, token, other)
            assert (answer.status, error_of(answer)) == (400, "invalid_grant")
        assert is_active(world, token)
    assert (Event.TOKEN_REFUSED, "token_foreign") in world.events()


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unheard_of"])
def test_a_hint_is_never_believed(world: World, hint: str) -> None:
    """RFC 7009 §2.1; AL-30: an unknown hint is no error here."""
    body = offline_tokens(world)
    for token in (body["access_token"], body["refresh_token"]):
        assert revoke(world, token, token_type_hint=hint).status == 200
        assert not is_active(world, token)


def test_an_id_token_is_nothing_that_can_be_revoked(world: World) -> None:
    body = offline_tokens(world)
    assert revoke(world, body["id_token"]).status == 200
    assert world.userinfo(body["access_token"]).status == 200


@pytest.mark.parametrize(
    ("authorization", "form"),
    [
        (None, {}),
        (None, {"client_id": "agent"}),
        (None, {"client_id": "unknown"}),
        (basic("agent", "wrong"), {}),
        (basic("app", ""), {}),
    ],
)
def test_a_caller_must_be_who_it_says(world: World, authorization: str | None, form: dict[str, str]) -> None:
    token = offline_tokens(world)["refresh_token"]
    headers = FORM if authorization is None else FORM | {"authorization": authorization}
    answer = world.provider.revoke(world.uow, [("token", token), *form.items()], headers, ORIGIN)
    assert (answer.status, error_of(answer)) == (401, "invalid_client")
    assert is_active(world, token)


def test_a_request_without_a_token_or_with_two(world: World) -> None:
    headers, _ = credentials(AGENT)
    for pairs in ([], [("token", "")], [("token", "a"), ("token", "b")]):
        answer = world.provider.revoke(world.uow, pairs, headers, ORIGIN)
        assert error_of(answer) == "invalid_request"


def test_e03_no_token_in_what_is_written_down(world: World) -> None:
    body = offline_tokens(world)
    revoke(world, body["access_token"])
    revoke(world, body["refresh_token"])
    told = repr(world.uow.audit.rows) + repr(world.uow.spent.rows)
    for secret in (body["access_token"], body["refresh_token"], SECRET):
        assert secret not in told


def test_what_was_revoked_is_remembered_as_long_as_it_would_have_lived(world: World) -> None:
    revoke(world, offline_tokens(world)["access_token"])
    assert list(world.uow.spent.rows.values()) == [world.clock.now() + 600]


def test_revocation_is_published_with_its_methods(world: World) -> None:
    document = json.loads(world.provider.discovery().body)
    assert document["revocation_endpoint"] == f"{ISSUER}/revoke"
    methods = document["revocation_endpoint_auth_methods_supported"]
    assert methods == document["token_endpoint_auth_methods_supported"]
