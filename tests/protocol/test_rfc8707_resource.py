"""Resource indicators: RFC 8707, at the authorization endpoint and at the token endpoint (AL-35)."""

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.client import SubjectType
from idp.protocol.messages import Redirect
from tests.protocol.offline import (
    AGENT,
    API,
    OTHER_API,
    PEER,
    SCOPE,
    offline_tokens,
    offline_world,
    own_token,
    refresh,
    refreshed,
)
from tests.protocol.world import ISSUER, MHRS, ORIGIN, World, body_of, error_of, query_of, subject

BOTH = (("resource", API), ("resource", OTHER_API))
UNKNOWN = [
    "https://api.rp.example/v1/",
    "https://api.rp.example/v1#part",
    "HTTPS://api.rp.example/v1",
    "https://nowhere.example",
    "api.rp.example",
    "/v1",
    "urn:x",
    "https://[",
    "é",
    "\udce9",
    "\x00",
]


@pytest.fixture
def world() -> World:
    return offline_world()


def audience(world: World, token: str) -> object:
    return world.read(token)[1]["aud"]


def code_for(world: World, *resources: tuple[str, str]) -> str:
    accepted = world.check(*resources, client=AGENT, scope=SCOPE, prompt="consent")
    answer = world.provider.respond(world.uow, accepted.request, AGENT, subject(), ORIGIN)
    assert isinstance(answer, Redirect)
    return query_of(answer)["code"]


@pytest.mark.parametrize("resource", UNKNOWN)
def test_d09_an_unknown_resource_is_invalid_target(world: World, resource: str) -> None:
    """RFC 8707 §2: at authorize, and for a client's own token."""
    assert error_of(world.check(client=MHRS, resource=resource)) == "invalid_target"
    assert error_of(world.check(("resource", API), client=MHRS, resource=resource)) == "invalid_target"
    answer = own_token(world, ("resource", resource))
    assert (answer.status, error_of(answer)) == (400, "invalid_target")


def test_auth_03_al_03_resource_may_be_repeated(world: World) -> None:
    assert world.check(*BOTH, client=MHRS).request.resource == (API, OTHER_API)
    assert world.check(*BOTH, *BOTH, client=MHRS).request.resource == (API, OTHER_API)
    assert world.check(("resource", ""), client=MHRS).request.resource == ()
    assert world.check(("resource", ""), ("resource", API), client=MHRS).request.resource == (API,)
    assert error_of(world.check(("resource", ""), ("resource", "https://nowhere.example"))) == "invalid_target"


@pytest.mark.parametrize(
    "stranger",
    [
        {"redirect_uris": ("https://evil.example/cb",), "sector_identifier": ""},
        {"sector_identifier": "evil.example"},
        {
            "redirect_uris": (*MHRS.redirect_uris, "https://evil.example/cb"),
            "sector_identifier": "",
            "subject_type": SubjectType.PUBLIC,
        },
    ],
    ids=["host", "sector", "one of several hosts"],
)
def test_d09_another_sectors_resource_is_unknown(world: World, stranger: dict[str, Any]) -> None:
    """A login at one organisation's service opens no other organisation's API, whatever consent says."""
    client = replace(PEER, **stranger)
    world.uow.clients.rows[client.client_id] = client
    redirect_uri = client.redirect_uris[-1]
    assert error_of(world.check(client=client, resource=API, redirect_uri=redirect_uri)) == "invalid_target"
    answer = own_token(world, ("resource", API), client=client)
    assert (answer.status, error_of(answer)) == (400, "invalid_target")


def test_d09_who_registered_itself_gets_no_token_of_its_own_for_its_sectors_resource(world: World) -> None:
    """Anybody can name a host: only a code, which goes there, proves that it is theirs."""
    client = replace(PEER, registration_token_hash="0" * 64)
    world.uow.clients.rows[client.client_id] = client
    assert error_of(own_token(world, ("resource", API), client=client)) == "invalid_target"
    assert own_token(world, ("resource", ISSUER), client=client).status == 200
    assert world.check(client=client, resource=API).request.resource == (API,)


def test_a_disabled_client_operates_no_resource(world: World) -> None:
    world.uow.clients.rows["agent"] = replace(AGENT, disabled=True)
    assert error_of(world.check(("resource", API), client=MHRS)) == "invalid_target"


def test_r_08_the_token_names_what_was_asked_for(world: World) -> None:
    """One as a string, several as an array, and the issuer where none was named (RFC 9068 §3)."""
    for resources, expected in (
        ((), ISSUER),
        ((("resource", ISSUER),), ISSUER),
        ((("resource", API),), API),
        (BOTH, [API, OTHER_API]),
    ):
        body = body_of(world.token(code_for(world, *resources), client=AGENT))
        assert audience(world, body["access_token"]) == expected
        assert audience(world, refreshed(world, body["refresh_token"])["access_token"]) == expected
        assert audience(world, body_of(own_token(world, *resources))["access_token"]) == expected


def test_d09_the_code_exchange_may_ask_for_less_never_for_more(world: World) -> None:
    """RFC 8707 §2.2"""
    body = body_of(world.token(code_for(world, *BOTH), ("resource", OTHER_API), client=AGENT))
    assert audience(world, body["access_token"]) == OTHER_API
    for granted, more in (((("resource", API),), OTHER_API), ((("resource", API),), ISSUER), ((), API)):
        answer = world.token(code_for(world, *granted), ("resource", more), client=AGENT)
        assert (answer.status, error_of(answer)) == (400, "invalid_target")
    assert world.token(code_for(world), ("resource", ISSUER), client=AGENT).status == 200


def test_d09_a_refresh_may_ask_for_less_never_for_more(world: World) -> None:
    """And what was refused costs nothing."""
    body = body_of(world.token(code_for(world, *BOTH), client=AGENT))
    token = body["refresh_token"]
    for more in (ISSUER, "https://nowhere.example"):
        assert error_of(refresh(world, token, ("resource", more))) == "invalid_target"
        assert error_of(refresh(world, token, ("resource", API), ("resource", more))) == "invalid_target"
    less = refresh(world, token, ("resource", API))
    assert audience(world, body_of(less)["access_token"]) == API
    whole = refreshed(world, body_of(less)["refresh_token"])
    assert audience(world, whole["access_token"]) == [API, OTHER_API]


def test_d09_d12_userinfo_believes_only_tokens_for_the_issuer_alone(world: World) -> None:
    for resources in ((("resource", API),), BOTH, (("resource", ISSUER), ("resource", API))):
        body = body_of(world.token(code_for(world, *resources), client=AGENT))
        answer = world.userinfo(body["access_token"])
        assert (answer.status, error_of(answer)) == (401, "invalid_token")
    own = refresh(world, body["refresh_token"], ("resource", ISSUER))
    assert world.userinfo(body_of(own)["access_token"]).status == 200


def test_without_a_resource_everything_is_as_before(world: World) -> None:
    body = offline_tokens(world)
    assert audience(world, body["access_token"]) == ISSUER
    assert world.userinfo(body["access_token"]).status == 200


@pytest.mark.parametrize(
    "uri", ["", "v1", "//api.example", "https://api.example/#x", "https://api.example/ö", "https:"]
)
def test_a_resource_is_an_absolute_uri_without_a_fragment(uri: str) -> None:
    with pytest.raises(ValueError, match="absolute URI"):
        replace(AGENT, resources=(uri,))
