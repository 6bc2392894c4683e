"""The authorization request: RFC 6749 §4.1.1, OpenID Connect Core §3.1.2."""

import random
from typing import Any

import pytest

from idp.domain.audit import Event
from idp.domain.authorization_request import Prompt
from idp.protocol.messages import Acceptable, ErrorPage, Redirect
from tests.protocol.world import (
    CALLBACK,
    DISABLED,
    MHRS,
    NARROW,
    ORIGIN,
    World,
    query_of,
    request_pairs,
)


def refused(answer: object) -> str:
    """The error of a redirect to the callback that carries nothing but what an error may carry (AUTH-10)."""
    assert isinstance(answer, Redirect), answer
    assert answer.location.startswith(CALLBACK + "?")
    sent = query_of(answer)
    assert sent.keys() <= {"error", "error_description", "state", "iss"}
    assert sent["error"] == answer.error
    return sent["error"]


def test_an_ordinary_request_is_acceptable(world: World) -> None:
    answer = world.check()
    assert isinstance(answer, Acceptable)
    assert answer.client == MHRS
    assert answer.request.redirect_uri == CALLBACK
    assert answer.request.scope == ("openid", "profile", "phone")
    assert (answer.request.state, answer.request.nonce) == ("st4te", "n0nce")
    assert world.uow.audit.rows == []


def test_auth_02_order_and_unknown_parameters_do_not_matter(world: World) -> None:
    pairs = [*request_pairs(scope="phone profile openid"), ("extra", "foobar")]
    random.Random(2).shuffle(pairs)
    answer = world.provider.check(world.uow, pairs, ORIGIN)
    assert isinstance(answer, Acceptable)
    assert answer.request == world.accepted()


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_auth_03_sender_sent_twice_stays_on_our_page(world: World, name: str) -> None:
    value = dict(request_pairs())[name]
    answer = world.check((name, value))
    assert isinstance(answer, ErrorPage)
    assert answer.error == "invalid_request"


@pytest.mark.parametrize("name", ["response_type", "scope", "nonce", "code_challenge", "prompt", "claims", "extra"])
def test_auth_03_c12_anything_else_twice_is_an_error_redirect(world: World, name: str) -> None:
    assert refused(world.check((name, "a"), (name, "a"))) == "invalid_request"


def test_auth_03_a_state_sent_twice_is_not_guessed(world: World) -> None:
    answer = world.check(("state", "other"))
    assert refused(answer) == "invalid_request"
    assert "state" not in query_of(answer)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        CALLBACK + "/deeper",
        CALLBACK + "?extra=1",
        CALLBACK + "/",
        CALLBACK + "#",
        CALLBACK + "#fragment",
        CALLBACK.upper(),
        CALLBACK.replace("https", "http"),
        CALLBACK.replace("rp.example", "rp.example:443"),
        CALLBACK.replace("rp.example", "user@rp.example"),
        CALLBACK.replace("rp.example", "rp.example.evil.example"),
        CALLBACK.replace("callback", "%63allback"),
        CALLBACK.replace("callback", "./callback"),
        CALLBACK.replace("rp", "rр"),
        CALLBACK + "\r\nx: y",
        CALLBACK + "\x00",
        " " + CALLBACK,
        "https://rp.example/other?tenant=8",
        "https://rp.example/other",
        "javascript:alert(1)",
        "data:text/html,x",
        "//rp.example/callback",
        'https://rp.example/"',
        "\udce9",
    ],
)
def test_auth_04_d01_any_other_redirect_uri_is_an_error_page(world: World, redirect_uri: str) -> None:
    answer = world.check(redirect_uri=redirect_uri)
    assert answer == ErrorPage("invalid_request", "redirect_uri is not registered for this client.")


@pytest.mark.parametrize(
    "client_id", ["unknown", "MHRS", "mhrs ", "\x00", "é", "\udce9", "m" * 300, 'a"b', DISABLED.client_id]
)
def test_auth_04_an_unknown_client_is_an_error_page(world: World, client_id: str) -> None:
    answer = world.check(client_id=client_id)
    assert answer == ErrorPage("invalid_client", "client_id is missing or unknown.")


def test_text_that_can_be_no_client_id_never_reaches_the_database(world: World) -> None:
    """PostgreSQL refuses NUL in text: that would be our fault, not an answer."""
    for client_id in ("\x00", "é", "\udce9", "m" * 256):
        world.check(client_id=client_id)
    assert world.uow.clients.asked_for == []


def test_auth_05_redirect_uri_is_required(world: World) -> None:
    """AL-08: not even a client with one registered URI has a default."""
    assert isinstance(world.check(without="redirect_uri"), ErrorPage)
    assert isinstance(world.check(redirect_uri=""), ErrorPage)


def test_d02_a_bad_sender_stays_on_our_page_whatever_else_is_wrong(world: World) -> None:
    senders: tuple[dict[str, Any], ...] = ({"client_id": "unknown"}, {"redirect_uri": "https://evil.example/"})
    for bad in senders:
        answer = world.check(
            ("nonce", "x"), prompt="none login", claims="{", max_age="x", response_type="token", request="x", **bad
        )
        assert isinstance(answer, ErrorPage)
        assert "evil" not in answer.description


def test_auth_06_a_registered_query_is_kept(world: World) -> None:
    answer = world.check(redirect_uri="https://rp.example/other?tenant=7", response_type="token")
    assert isinstance(answer, Redirect)
    assert answer.location.startswith("https://rp.example/other?tenant=7&error=unsupported_response_type&")


def test_auth_07_response_type_missing(world: World) -> None:
    assert refused(world.check(without="response_type")) == "invalid_request"
    assert refused(world.check(response_type="")) == "invalid_request"


@pytest.mark.parametrize(
    "response_type", ["token", "id_token", "code id_token", "id_token token", "none", "CODE", 'a"b']
)
def test_auth_08_d08_other_response_types(world: World, response_type: str) -> None:
    assert refused(world.check(response_type=response_type)) == "unsupported_response_type"


@pytest.mark.parametrize("response_mode", ["jwt", "query.jwt", "web_message", "Query"])
def test_d08_other_response_modes(world: World, response_mode: str) -> None:
    assert refused(world.check(response_mode=response_mode)) == "invalid_request"


def test_response_mode_query_is_the_default(world: World) -> None:
    assert world.accepted(response_mode="query") == world.accepted()


def test_req_02_a_request_object_is_never_ignored(world: World) -> None:
    """AL-27."""
    assert refused(world.check(request="e30.e30.")) == "invalid_request_object"
    assert refused(world.check(request_uri="https://rp.example/r")) == "invalid_request_uri"


def test_core_3_1_2_6_a_registration_parameter_is_never_ignored(world: World) -> None:
    assert refused(world.check(registration='{"client_name":"X"}')) == "registration_not_supported"


def test_req_07_request_and_request_uri(world: World) -> None:
    assert refused(world.check(request="e30.e30.", request_uri="https://rp.example/r")) == "invalid_request"


def test_req_03_an_object_that_is_not_believed_sends_nobody_anywhere(world: World) -> None:
    assert isinstance(world.check(redirect_uri="https://evil.example", request="e30.e30."), ErrorPage)


@pytest.mark.parametrize("scope", ["profile", "OPENID", "openid2", "", "profile\topenid"])
def test_auth_13_openid_is_required(world: World, scope: str) -> None:
    assert refused(world.check(scope=scope)) == "invalid_scope"


def test_auth_13_unknown_scopes_are_left_out(world: World) -> None:
    assert world.accepted(scope="email openid offline_access x\u0131 openid").scope == ("openid",)


def test_d09_scopes_beyond_the_clients_own_are_left_out(world: World) -> None:
    assert world.accepted(NARROW, scope="openid profile kimlik").scope == ("openid",)


def test_auth_16_prompt_values(world: World) -> None:
    assert world.accepted(prompt="none").prompt == {Prompt.NONE}
    assert world.accepted(prompt="login consent").prompt == {Prompt.LOGIN, Prompt.CONSENT}
    assert world.accepted(prompt="select_account").prompt == {Prompt.SELECT_ACCOUNT}
    assert refused(world.check(prompt="none login")) == "invalid_request"
    assert refused(world.check(prompt="create")) == "invalid_request"
    assert refused(world.check(prompt="None")) == "invalid_request"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("0", 0),
        ("1", 1),
        ("15000", 15000),
        ("007", 7),
        ("0000000000000000000001", 1),
        ("9" * 9, 999_999_999),
        ("9" * 5000, 999_999_999),
    ],
)
def test_auth_19_a14_max_age(world: World, sent: str, meant: int) -> None:
    assert world.accepted(max_age=sent).max_age == meant


@pytest.mark.parametrize("sent", ["-1", "+1", "1.5", "1e3", "x", "١", " 1", "1\n", "0x1", "NaN"])
def test_a14_max_age_that_is_no_number(world: World, sent: str) -> None:
    assert refused(world.check(max_age=sent)) == "invalid_request"


@pytest.mark.parametrize(
    "more",
    [
        {"display": "page"},
        {"display": "popup"},
        {"ui_locales": "se"},
        {"ui_locales": "x" * 3000},
        {"claims_locales": "se"},
        {"login_hint": "98765430170"},
        {"login_hint": "\x00\udce9" * 900},
        {"acr_values": "1 2"},
        {"acr_values": "urn:esik:acr:password urn:esik:acr:two-step"},
    ],
)
def test_auth_21_auth_22_wishes_are_never_an_error(world: World, more: dict[str, Any]) -> None:
    assert world.accepted(**more).essential_levels is None


def test_login_hint_that_cannot_be_stored_is_dropped(world: World) -> None:
    assert world.accepted(login_hint="98765430170").login_hint == "98765430170"
    assert world.accepted(login_hint="a\x00").login_hint is None
    assert world.accepted(login_hint="a" * 257).login_hint is None


def test_ui_locales_keep_their_order_and_nothing_else(world: World) -> None:
    assert world.accepted(ui_locales="en-GB  tr <script> \x00 tr-TR").ui_locales == ("en-GB", "tr", "tr-TR")
    assert len(world.accepted(ui_locales="tr " * 500).ui_locales) == 8


def test_auth_25_nonce_is_optional_and_kept_whole(world: World) -> None:
    assert world.accepted(without="nonce").nonce is None
    for length in (43, 64, 384):
        assert world.accepted(nonce="n" * length).nonce == "n" * length


@pytest.mark.parametrize("name", ["state", "nonce"])
@pytest.mark.parametrize("value", ["a\x00b", "a\r\nb", "a\x7f", "\udce9"])
def test_text_that_cannot_be_stored_is_refused(world: World, name: str, value: str) -> None:
    changed: dict[str, Any] = {name: value}
    assert refused(world.check(**changed)) == "invalid_request"


def test_a_refusal_is_written_down_without_what_was_sent(world: World) -> None:
    world.check(client_id="unknown")
    world.check(response_type="token")
    rows = [(row.event, row.ok, row.client_id, row.reason, row.origin) for row in world.uow.audit.rows]
    assert rows == [
        (Event.AUTHORIZATION_REFUSED, False, None, "client_unknown", ORIGIN),
        (Event.AUTHORIZATION_REFUSED, False, "mhrs", "response_type_unsupported", ORIGIN),
    ]
