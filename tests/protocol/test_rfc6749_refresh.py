"""Refresh tokens: RFC 6749 §6, OpenID Connect Core §11 and §12, RFC 9700 §4.14.2."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.citizen import CitizenState
from idp.domain.client import Client
from idp.domain.client_metadata import ClientMetadata
from idp.protocol.issuer import Options
from tests.protocol.offline import (
    AGENT,
    APP,
    PEER,
    SCOPE,
    is_active,
    offline_tokens,
    offline_world,
    refresh,
    refreshed,
)
from tests.protocol.world import CITIZEN, MHRS, ORIGIN, TWO_STEP, World, body_of, error_of, headers_of, subject

DAY = 86_400


@pytest.fixture
def world() -> World:
    return offline_world()


def entropy(value: str) -> float:
    """Shannon entropy over the characters, in bits (protocol.md, Words)."""
    return -sum(n * math.log2(n / len(value)) for n in Counter(value).values())


@pytest.mark.parametrize("client", [AGENT, PEER, APP], ids=lambda client: client.client_id)
def test_token_14_offline_access_with_consent_gives_a_refresh_token(world: World, client: Client) -> None:
    body = offline_tokens(world, client)
    assert body["scope"] == SCOPE
    token = body["refresh_token"]
    assert token.isascii()
    assert token.isprintable()
    assert len(token) * 6 >= 256
    assert entropy(token) > 96


def test_al_19_no_refresh_token_without_offline_access(world: World) -> None:
    body = offline_tokens(world, scope="openid profile")
    assert "refresh_token" not in body
    assert world.uow.refresh_tokens.rows == {}


@pytest.mark.parametrize("prompt", ["", "login", "select_account"])
def test_auth_18_without_prompt_consent_offline_access_is_passed_over(world: World, prompt: str) -> None:
    """Core §11"""
    assert world.accepted(AGENT, scope=SCOPE, prompt=prompt).scope == ("openid", "profile", "phone")
    assert "offline_access" in world.accepted(AGENT, scope=SCOPE, prompt="login consent").scope


def test_offline_access_is_for_clients_that_registered_scope_and_grant(world: World) -> None:
    for unfit in (replace(AGENT, metadata=ClientMetadata()), replace(AGENT, scopes=MHRS.scopes)):
        world.uow.clients.rows["agent"] = unfit
        assert "offline_access" not in world.accepted(AGENT, scope=SCOPE, prompt="consent").scope


def test_e07_a_client_that_lost_the_grant_meanwhile_gets_no_refresh_token(world: World) -> None:
    """Between consent and answer, and between code and exchange."""
    request = world.accepted(AGENT, scope=SCOPE, prompt="consent")
    without = replace(AGENT, metadata=ClientMetadata())
    world.provider.respond(world.uow, request, without, subject(), ORIGIN)
    (grant,) = world.uow.grants.rows.values()
    assert not grant.is_offline
    code = world.code(AGENT, scope=SCOPE, prompt="consent")
    world.uow.clients.rows["agent"] = without
    assert "refresh_token" not in body_of(world.token(code, client=AGENT))


@pytest.mark.parametrize("client", [AGENT, PEER, APP], ids=lambda client: client.client_id)
def test_token_02_token_15_r_07_a_refresh_answers_as_the_first_time_and_rotates(world: World, client: Client) -> None:
    """AL-22: by every method of client authentication, with an ID token, and the old one used up."""
    first = offline_tokens(world, client)
    world.clock.advance(3600)
    answer = refresh(world, first["refresh_token"], client=client)
    assert answer.status == 200
    assert headers_of(answer)["cache-control"] == "no-store"
    assert headers_of(answer)["pragma"] == "no-cache"
    second = body_of(answer)
    assert second.keys() == first.keys()
    assert (second["token_type"], second["expires_in"], second["scope"]) == ("Bearer", 600, SCOPE)
    assert second["refresh_token"] != first["refresh_token"]
    assert entropy(second["access_token"]) > 96
    assert world.userinfo(second["access_token"]).status == 200
    assert refresh(world, second["refresh_token"], client=client).status == 200


def test_token_15_scope_repeated_as_it_was_is_no_wider(world: World) -> None:
    token = offline_tokens(world)["refresh_token"]
    assert refreshed(world, token, scope="phone offline_access openid profile")["scope"] == SCOPE


def test_token_15_a16_idt_08_the_id_token_of_a_refresh(world: World) -> None:
    """Core §12.2: same iss, sub, aud, auth_time; new iat; no nonce. R-35: acr and amr as they were."""
    first = offline_tokens(world)
    _, before = world.read(first["id_token"])
    world.clock.advance(DAY)
    _, after = world.read(refreshed(world, first["refresh_token"])["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"):
        assert after[name] == before[name]
    assert after["iat"] == before["iat"] + DAY
    assert "nonce" in before
    assert "nonce" not in after
    assert "azp" not in before.keys() | after.keys()


def test_a16_r_35_assurance_is_the_grants_forever(world: World) -> None:
    """A password-only login of the same citizen at the same client changes nothing of an older grant."""
    token = offline_tokens(world)["refresh_token"]
    weak = replace(TWO_STEP, acr="urn:esik:acr:password", amr=("pwd",), auth_time=TWO_STEP.auth_time + 5)
    world.tokens(AGENT, assurance=weak)
    for _ in range(3):
        world.clock.advance(DAY)
        body = refreshed(world, token)
        token = body["refresh_token"]
        _, claims = world.read(body["access_token"])
        stated = (claims["acr"], tuple(claims["amr"]), claims["auth_time"])
        assert stated == (TWO_STEP.acr, TWO_STEP.amr, TWO_STEP.auth_time)


def test_token_16_d09_wider_scope_is_refused_and_costs_nothing(world: World) -> None:
    token = offline_tokens(world, scope="openid offline_access")["refresh_token"]
    assert error_of(refresh(world, token, scope="openid profile")) == "invalid_scope"
    assert error_of(refresh(world, token, scope="openid email")) == "invalid_scope"
    assert refresh(world, token).status == 200


def test_d09_narrower_scope_narrows_this_access_token_only(world: World) -> None:
    """RFC 6749 §6; UINFO-03"""
    token = offline_tokens(world)["refresh_token"]
    narrow = refreshed(world, token, scope="openid phone")
    assert narrow["scope"] == "openid phone"
    assert body_of(world.userinfo(narrow["access_token"])).keys() == {"sub", "phone_number", "phone_number_verified"}
    wide = refreshed(world, narrow["refresh_token"])
    assert wide["scope"] == SCOPE
    assert "name" in body_of(world.userinfo(wide["access_token"]))


def test_without_openid_there_is_no_id_token_and_no_userinfo(world: World) -> None:
    body = refreshed(world, offline_tokens(world)["refresh_token"], scope="profile")
    assert "id_token" not in body
    answer = world.userinfo(body["access_token"])
    assert (answer.status, error_of(answer)) == (403, "insufficient_scope")


def test_token_16_d10_another_clients_token(world: World) -> None:
    """Nothing is told, nothing is ended for the owner, and it is written down."""
    token = offline_tokens(world)["refresh_token"]
    foreign, unknown = refresh(world, token, client=PEER), refresh(world, "x" * 43, client=PEER)
    assert error_of(foreign) == "invalid_grant"
    assert foreign.body == unknown.body
    assert error_of(refresh(world, token, client=APP)) == "invalid_grant"
    assert (Event.REFRESH_REFUSED, "refresh_token_foreign") in world.events()
    assert refresh(world, token).status == 200


@pytest.mark.parametrize(
    "spoil",
    [str.swapcase, lambda token: token[:-1], lambda token: token + "A", lambda _: "\udce9", lambda _: "x" * 60_000],
)
def test_d05_a_refresh_token_that_is_not_exactly_ours(world: World, spoil: Callable[[str], str]) -> None:
    token = offline_tokens(world)["refresh_token"]
    assert error_of(refresh(world, spoil(token))) == "invalid_grant"
    assert refresh(world, token).status == 200


def test_refresh_token_missing(world: World) -> None:
    assert error_of(refresh(world, "", without="refresh_token")) == "invalid_request"
    assert error_of(refresh(world, "")) == "invalid_request"


def test_d08_a_client_that_is_not_registered_for_the_grant(world: World) -> None:
    token = offline_tokens(world)["refresh_token"]
    world.uow.clients.rows["agent"] = replace(AGENT, metadata=ClientMetadata())
    assert error_of(refresh(world, token)) == "unauthorized_client"


@pytest.mark.parametrize("client", [AGENT, APP], ids=lambda client: client.client_id)
def test_token_18_d10_reuse_after_the_grace_ends_the_family(world: World, client: Client) -> None:
    """RFC 9700 §4.14.2: everything of the family, the thief's and the owner's."""
    first = offline_tokens(world, client)
    second = refreshed(world, first["refresh_token"], client)
    world.clock.advance(5)
    assert error_of(refresh(world, first["refresh_token"], client=client)) == "invalid_grant"
    assert (Event.REFRESH_REUSED, "refresh_token_reused") in world.events()
    assert error_of(refresh(world, second["refresh_token"], client=client)) == "invalid_grant"
    for body in (first, second):
        assert world.userinfo(body["access_token"]).status == 401


def test_token_18_l_02_set_04_a_lost_answer_is_given_again(world: World) -> None:
    """The same unused successor, inside the grace, to the authenticated client; and not in clear in the store."""
    first = offline_tokens(world)["refresh_token"]
    given = [refreshed(world, first)["refresh_token"]]
    for _ in range(2):
        world.clock.advance(2)
        given.append(refreshed(world, first)["refresh_token"])
    assert len(set(given)) == 1
    assert given[0] not in repr(world.uow.refresh_tokens.rows) + repr(world.uow.audit.rows)
    assert sum(row.used_at is None for row in world.uow.refresh_tokens.rows.values()) == 1
    assert refresh(world, given[0]).status == 200


def test_set_04_a_public_client_has_no_grace(world: World) -> None:
    first = offline_tokens(world, APP)["refresh_token"]
    second = refreshed(world, first, APP)["refresh_token"]
    assert error_of(refresh(world, first, client=APP)) == "invalid_grant"
    assert error_of(refresh(world, second, client=APP)) == "invalid_grant"


def test_set_04_the_grace_can_be_switched_off() -> None:
    world = offline_world(options=Options(refresh_grace=0))
    first = offline_tokens(world)["refresh_token"]
    refreshed(world, first)
    assert error_of(refresh(world, first)) == "invalid_grant"


def test_d10_a_grandparent_inside_the_grace_ends_the_family(world: World) -> None:
    """Its successor was used: the answer was not lost. All in the same second."""
    first = offline_tokens(world)["refresh_token"]
    second = refreshed(world, first)["refresh_token"]
    third = refreshed(world, second)["refresh_token"]
    assert error_of(refresh(world, first)) == "invalid_grant"
    assert error_of(refresh(world, third)) == "invalid_grant"
    assert error_of(refresh(world, second)) == "invalid_grant"


def test_r_07_successors_differ_although_they_are_computed(world: World) -> None:
    seen = set()
    for _ in range(2):
        token = offline_tokens(world)["refresh_token"]
        for _ in range(5):
            seen.add(token)
            token = refreshed(world, token)["refresh_token"]
    assert len(seen) == 10
    assert all(len(token) == 43 for token in seen)


def test_r_07_a_token_dies_when_it_lies_unused(world: World) -> None:
    token = offline_tokens(world)["refresh_token"]
    for _ in range(3):
        world.clock.advance(7 * DAY - 1)
        token = refreshed(world, token)["refresh_token"]
    world.clock.advance(7 * DAY)
    assert error_of(refresh(world, token)) == "invalid_grant"


def test_r_07_a_family_ends_thirty_days_after_the_login(world: World) -> None:
    """However busily it is refreshed; and no access token outlives it."""
    token = offline_tokens(world)["refresh_token"]
    for _ in range(5):
        world.clock.advance(6 * DAY - 10)
        body = refreshed(world, token)
        token = body["refresh_token"]
    assert body["expires_in"] == 50
    assert world.userinfo(body["access_token"]).status == 200
    world.clock.advance(50)
    assert world.userinfo(body["access_token"]).status == 401
    assert error_of(refresh(world, token)) == "invalid_grant"


def test_a_grant_without_refresh_token_ends_with_its_last_access_token(world: World) -> None:
    offline_tokens(world)
    world.tokens(AGENT)
    offline, other = world.uow.grants.rows.values()
    assert offline.expires_at - offline.created_at == 30 * DAY
    assert other.expires_at - other.created_at == 660


def test_a16_a_session_that_merely_ran_out_does_not_end_the_family(world: World) -> None:
    """Core §11: it may be used while the citizen is away."""
    online, offline = world.tokens(AGENT), offline_tokens(world)
    world.uow.grants.forgotten_sessions.add("session-1")
    assert world.userinfo(online["access_token"]).status == 401
    assert world.userinfo(refreshed(world, offline["refresh_token"])["access_token"]).status == 200


def test_r_71_a16_what_ended_meanwhile_ends_the_family(world: World) -> None:
    """Asked again at every redemption, and nothing is used up by it."""
    closed = replace(CITIZEN, state=CitizenState.CLOSED)
    ends: tuple[Callable[[], None], ...] = (
        lambda: world.uow.grants.ended_sessions.add("session-1"),
        lambda: world.uow.citizens.rows.update({CITIZEN.id: closed}),
        world.uow.citizens.rows.clear,
    )
    body = offline_tokens(world)
    for end in ends:
        end()
        assert error_of(refresh(world, body["refresh_token"])) == "invalid_grant"
        assert world.userinfo(body["access_token"]).status == 401
        assert not is_active(world, body["refresh_token"])
        world.uow.citizens.rows[CITIZEN.id] = CITIZEN
        world.uow.grants.ended_sessions.clear()
    assert refresh(world, body["refresh_token"]).status == 200


def test_r_71_e07_a_disabled_client_refreshes_nothing(world: World) -> None:
    token = offline_tokens(world)["refresh_token"]
    world.uow.clients.rows["agent"] = replace(AGENT, disabled=True)
    assert error_of(refresh(world, token)) == "invalid_client"


def test_r_71_e07_what_a_client_lost_is_gone_at_the_next_refresh(world: World) -> None:
    """An operator took a scope away, and then offline access itself."""
    token = offline_tokens(world)["refresh_token"]
    world.uow.clients.rows["agent"] = replace(AGENT, scopes=("openid", "profile", "offline_access"))
    body = refreshed(world, token)
    assert body["scope"] == "openid profile offline_access"
    assert "phone_number" not in body_of(world.userinfo(body["access_token"]))
    assert error_of(refresh(world, body["refresh_token"], scope="phone")) == "invalid_scope"
    world.uow.clients.rows["agent"] = replace(AGENT, scopes=MHRS.scopes)
    assert error_of(refresh(world, body["refresh_token"])) == "invalid_grant"


def test_token_09_d03_a_replayed_code_ends_the_refresh_token_too(world: World) -> None:
    code = world.code(AGENT, scope=SCOPE, prompt="consent")
    token = body_of(world.token(code, client=AGENT))["refresh_token"]
    later = refreshed(world, token)
    assert error_of(world.token(code, client=AGENT)) == "invalid_grant"
    assert error_of(refresh(world, later["refresh_token"])) == "invalid_grant"
    assert world.userinfo(later["access_token"]).status == 401


def test_l_02_the_store_decides_who_is_first(world: World) -> None:
    """The loser of a race finds the token used although it looked good a moment before."""
    token = offline_tokens(world, APP)["refresh_token"]
    use_up = world.uow.refresh_tokens.use_up

    def beaten(token_hash: str, client_id: str, now: int) -> None:
        use_up(token_hash, client_id, now)

    world.uow.refresh_tokens.use_up = beaten  # type: ignore[method-assign]  # a store that is always beaten
    assert error_of(refresh(world, token, client=APP)) == "invalid_grant"


def test_every_outcome_of_a_refresh_is_written_down(world: World) -> None:
    token = offline_tokens(world)["refresh_token"]
    world.uow.audit.rows.clear()
    refreshed(world, token)
    refresh(world, "unknown")
    world.clock.advance(60)
    refresh(world, token)
    rows = [(row.event, row.ok, row.client_id, row.reason) for row in world.uow.audit.rows]
    assert rows == [
        (Event.REFRESHED, True, "agent", None),
        (Event.REFRESH_REFUSED, False, "agent", "refresh_token_dead"),
        (Event.REFRESH_REUSED, False, "agent", "refresh_token_reused"),
    ]


def test_e03_no_refresh_token_in_what_is_stored_or_can_be_printed(world: World) -> None:
    token = offline_tokens(world)["refresh_token"]
    answer = refresh(world, token)
    following = body_of(answer)["refresh_token"]
    told = repr(world.uow.audit.rows) + repr(world.uow.refresh_tokens.rows) + repr(answer)
    assert token not in told
    assert following not in told
    assert sha256_hex(following) in world.uow.refresh_tokens.rows
