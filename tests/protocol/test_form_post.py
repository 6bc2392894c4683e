"""Response modes: the fragment, and Form Post Response Mode 1.0."""

from dataclasses import replace
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.domain.client_metadata import ResponseMode
from idp.protocol.errors import JOURNEY_ERRORS
from idp.protocol.messages import Acceptable, FormPost, Redirect
from tests.protocol.world import CALLBACK, ISSUER, MHRS, ORIGIN, World, error_of, query_of, subject

NATIVE = "org.example.app:/cb"


def issued(world: World, **changed: Any) -> Any:
    return world.provider.respond(world.uow, world.accepted(**changed), MHRS, subject(), ORIGIN)


def test_form_01_success_is_posted(world: World) -> None:
    answer = issued(world, response_mode="form_post")
    assert isinstance(answer, FormPost)
    assert answer.action == CALLBACK
    fields = dict(answer.fields)
    assert fields.keys() == {"code", "state", "iss"}
    assert (fields["state"], fields["iss"], answer.error) == ("st4te", ISSUER, None)


@pytest.mark.parametrize("error", JOURNEY_ERRORS)
def test_form_02_what_the_journey_refuses_is_posted(world: World, error: str) -> None:
    answer = world.provider.refuse(world.accepted(response_mode="form_post"), error)
    assert isinstance(answer, FormPost)
    assert dict(answer.fields).keys() == {"error", "error_description", "state", "iss"}
    assert (dict(answer.fields)["error"], answer.error) == (error, error)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"without": "response_type"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
    ],
)
def test_form_02_what_a_check_refuses_is_posted(world: World, changed: dict[str, str], error: str) -> None:
    """AUTH-07: the mode is obeyed even where it was not judged yet."""
    answer = world.check(response_mode="form_post", **changed)
    assert isinstance(answer, FormPost)
    assert dict(answer.fields)["error"] == error


@pytest.mark.parametrize("state", ['a&b="c" <d>', "ışık ve ğ", "%3D+x", "'"])
def test_form_03_values_are_not_url_encoded(world: World, state: str) -> None:
    answer = issued(world, response_mode="form_post", state=state)
    assert dict(answer.fields)["state"] == state


@pytest.mark.parametrize("state", ["a\nb", "\x7f", "\ud800"])
def test_a_state_that_no_form_can_hold_goes_back_in_the_query(world: World, state: str) -> None:
    answer = world.check(response_mode="form_post", state=state)
    assert isinstance(answer, Redirect)
    assert answer.error == "invalid_request"


def test_form_04_an_apps_own_scheme_takes_no_form(world: World) -> None:
    native = replace(MHRS, client_id="native", redirect_uris=(NATIVE,), sector_identifier="app.example")
    world.uow.clients.rows[native.client_id] = native
    answer = world.check(client=native, redirect_uri=NATIVE, response_mode="form_post")
    assert isinstance(answer, Redirect)
    assert (query_of(answer)["error"], query_of(answer)["state"]) == ("invalid_request", "st4te")


def test_an_unregistered_address_is_never_posted_to(world: World) -> None:
    """AUTH-04, R-02"""
    answer = world.check(redirect_uri="https://evil.example/cb", response_mode="form_post")
    assert not isinstance(answer, Redirect | FormPost)


def test_a_mode_that_came_twice_is_no_mode(world: World) -> None:
    """AUTH-03"""
    answer = world.check(("response_mode", "form_post"), response_mode="form_post")
    assert isinstance(answer, Redirect)
    assert answer.error == "invalid_request"


@pytest.mark.parametrize("mode", ["query", "fragment", None])
def test_r_05_only_modes_that_the_client_registered(world: World, mode: str | None) -> None:
    """A browser that is made to ask in another way gets no code in its address. ASVS 10.4.12"""
    own = replace(MHRS.metadata, response_modes=(ResponseMode.FORM_POST,))
    world.uow.clients.rows[MHRS.client_id] = posts = replace(MHRS, metadata=own)
    asked = {} if mode is None else {"response_mode": mode}
    answer = world.check(client=posts, **asked)
    assert isinstance(answer, Redirect)
    assert answer.error == "unauthorized_client"
    assert error_of(world.check(client=posts, response_mode="form_post")) == ""


@pytest.mark.parametrize("state", ["a\nb", "\x7f"])
def test_r_05_a_state_that_no_form_can_hold_is_what_is_wrong(world: World, state: str) -> None:
    """And not the mode, which the client registered: it was the right one to ask for. SET-15"""
    own = replace(MHRS.metadata, response_modes=(ResponseMode.FORM_POST,))
    world.uow.clients.rows[MHRS.client_id] = posts = replace(MHRS, metadata=own)
    answer = world.check(client=posts, response_mode="form_post", state=state)
    assert isinstance(answer, Redirect)
    assert answer.error == "invalid_request"


@pytest.mark.parametrize("registered", [modes for size in (1, 2) for modes in combinations(ResponseMode, size)])
@pytest.mark.parametrize("state", ["st4te", "a\nb", ""])
@pytest.mark.parametrize("mode", [*ResponseMode, "", "jwt"])
def test_r_05_what_is_accepted_is_answered_in_a_registered_mode(
    world: World, registered: tuple[ResponseMode, ...], state: str, mode: str
) -> None:
    own = replace(MHRS.metadata, response_modes=registered)
    world.uow.clients.rows[MHRS.client_id] = narrow = replace(MHRS, metadata=own)
    answer = world.check(client=narrow, response_mode=mode, state=state)
    is_fit = (mode or ResponseMode.QUERY) in registered and state != "a\nb"
    assert isinstance(answer, Acceptable) is is_fit
    if isinstance(answer, Acceptable):
        assert answer.request.response_mode == (mode or ResponseMode.QUERY)


@pytest.mark.parametrize("refuses", [False, True])
def test_the_fragment_holds_what_the_query_would(world: World, refuses: bool) -> None:
    """Multiple Response Types §2.1, RFC 9207 §2.4"""
    changed = {"response_mode": "fragment", "state": "a&b=c ı"}
    answer = world.check(scope="profile", **changed) if refuses else issued(world, **changed)
    assert isinstance(answer, Redirect)
    parts = urlsplit(answer.location)
    fields = dict(parse_qsl(parts.fragment, strict_parsing=True))
    assert not parts.query
    assert (fields["state"], fields["iss"], fields.get("error")) == (
        *("a&b=c ı", ISSUER),
        "invalid_scope" if refuses else None,
    )
    assert ("code" in fields) is not refuses


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_published_modes_are_accepted(world: World, mode: str) -> None:
    """DISC-09"""
    assert error_of(world.check(response_mode=mode)) == ""
