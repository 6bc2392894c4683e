"""Nothing a client sends can cause a 5xx (design.md §6), in one round of L-32: every form and every parameter."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import databases
from tests.clock import FakeClock
from tests.people import MEHMET, Visitor, login_id
from tests.stand_in import StandIn, basic
from tests.town import IDP, MHRS_SECRET, Town, town

FUZZ = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STEPS = ("password", "code", "enabling", "resend", "two-step-off", "two-step-on", "consent", "account")
NAMES = st.sampled_from(
    (
        *("national_id", "password", "code", "decision", "accept_terms", "two_step", "method", "session_id"),
        *("new_password", "new_password_repeat", "csrf_token", "lang", "ornek", "x"),
    )
)
PARAMETERS = st.sampled_from(
    (
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "max_age", "claims"),
        *("acr_values", "ui_locales", "login_hint", "id_token_hint", "code_challenge", "code_challenge_method"),
        *("request", "request_uri", "response_mode", "display", "grant_type", "code", "code_verifier"),
        *("client_secret", "client_assertion", "access_token", "post_logout_redirect_uri", "decision", "lang"),
    )
)
NASTY = st.sampled_from(
    (
        *("", "0", "-1", "1" * 400, "\0", "\ud800", "ı", "İ", "\r\n", "%", "%00", "'", '"', "<b>", "{}", "[]", "null"),
        *("on", "off", "approve", "enable", "none", "login", "authorization_code", "98765430170", "a" * 5000),
    )
)
VALUES = st.one_of(NASTY, st.text(max_size=40), st.binary(max_size=40))


def encoded(pairs: list[tuple[str, str | bytes]]) -> bytes:
    """A form or query of anything, lone surrogates and invalid UTF-8 included."""

    def part(value: str | bytes) -> str:
        return quote_from_bytes(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))

    return "&".join(f"{part(name)}={part(value)}" for name, value in pairs).encode()


@pytest.fixture(scope="module")
def fuzzed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    directory = tmp_path_factory.mktemp("fuzz")
    with town(databases.copy_sqlite(sqlite_template, directory), directory, FakeClock()) as opened:
        yield opened


def send(the_town: Town, method: str, url: str, body: bytes, headers: dict[str, str]) -> int:
    form = {"content-type": "application/x-www-form-urlencoded", **headers}
    return the_town.loop.call(the_town.idp, method, url, tuple(form.items()), body).status


@FUZZ
@given(pairs=st.lists(st.tuples(NAMES, VALUES), max_size=6), step=st.sampled_from(STEPS), passed=st.booleans())
def test_the_forms_of_a_login(fuzzed: Town, pairs: list[tuple[str, str | bytes]], step: str, passed: bool) -> None:
    fuzzed.clock.advance(1)  # of several open logins of one citizen the oldest ends
    visitor = Visitor(fuzzed, address="127.0.0.1")
    visitor.open(StandIn(fuzzed, "mhrs-floor").asks().url)
    if passed:
        visitor.types_password(MEHMET)
    login, token = login_id(visitor.page), visitor.browser.hidden()
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    body = encoded([("csrf_token", token), *pairs])
    assert send(fuzzed, "POST", f"{IDP}/login/{login}/{step}", body, {"cookie": cookie}) < 500
    assert send(fuzzed, "GET", f"{IDP}/login/{login}/{step}?{body.decode()}", b"", {"cookie": cookie}) < 500


@FUZZ
@given(pairs=st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_the_forms_of_the_account_pages(fuzzed: Town, pairs: list[tuple[str, str | bytes]]) -> None:
    visitor = Visitor(fuzzed, address="127.0.0.1")
    visitor.logs_in_at_home(MEHMET, two_step=False)
    visitor.open("/hesabim/oturumlar")
    if visitor.page.status != 200 or not visitor.page.url.endswith("oturumlar"):
        return
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    safe = [(name, value) for name, value in pairs if name not in {"new_password", "csrf_token"}]
    body = encoded([("csrf_token", visitor.browser.hidden()), *safe])
    for path in ("iki-asamali-giris", "iki-asamali-giris/kapat", "sifre", "oturumlar/kapat"):
        assert send(fuzzed, "POST", f"{IDP}/hesabim/{path}", body, {"cookie": cookie}) < 500


@FUZZ
@given(pairs=st.lists(st.tuples(PARAMETERS, VALUES), max_size=6), keep=st.booleans())
def test_the_endpoints_of_the_protocol(fuzzed: Town, pairs: list[tuple[str, str | bytes]], keep: bool) -> None:
    query = encoded(pairs).decode()
    asked = StandIn(fuzzed).asks().url if keep else f"{IDP}/authorize?"
    secret = {"authorization": basic("mhrs", MHRS_SECRET)} if keep else {}
    assert send(fuzzed, "GET", f"{asked}&{query}", b"", {}) < 500
    assert send(fuzzed, "POST", f"{IDP}/authorize", query.encode(), {}) < 500
    grant = b"grant_type=authorization_code&" if keep else b""
    assert send(fuzzed, "POST", f"{IDP}/token", grant + query.encode(), secret) < 500
    for path in ("logout", "userinfo"):
        assert send(fuzzed, "GET", f"{IDP}/{path}?{query}", b"", {}) < 500
        assert send(fuzzed, "POST", f"{IDP}/{path}", query.encode(), {}) < 500


@FUZZ
@given(raw=st.binary(max_size=200), accept=st.text(st.characters(max_codepoint=255), max_size=60))
def test_raw_bodies_and_headers(fuzzed: Town, raw: bytes, accept: str) -> None:
    headers = {
        "accept-language": accept.replace("\r", "").replace("\n", ""),
        "cookie": accept.replace("\r", "").replace("\n", ""),
        "authorization": f"Basic {accept.strip()}".replace("\r", "").replace("\n", ""),
        "user-agent": accept.replace("\r", "").replace("\n", ""),
    }
    for path in ("token", "userinfo", "logout", "authorize", "hesabim/sifre", "login/x/password"):
        assert send(fuzzed, "POST", f"{IDP}/{path}", raw, headers) < 500
    assert send(fuzzed, "GET", f"{IDP}/hesabim", b"", headers) < 500


@FUZZ
@given(parts=st.lists(st.binary(min_size=1, max_size=12), min_size=1, max_size=4))
def test_addresses(fuzzed: Town, parts: list[bytes]) -> None:
    path = "/".join(quote_from_bytes(part, safe="") for part in parts)
    for prefix in ("", "login/", "static/", "telefon/", "sandbox/v1/phones/", "hesabim/"):
        assert send(fuzzed, "GET", f"{IDP}/{prefix}{path}", b"", {}) < 500


@pytest.mark.parametrize("path", ["/", "/nowhere", "/hesabim", "/authorize", "/logout", "/login/x", "/telefon"])
def test_more_parameters_than_we_read(the_town: Town, path: str) -> None:
    """Two hundred are read; more are a 4xx, on whatever page."""
    assert the_town.call("GET", f"{path}?{'a=b&' * 201}").status < 500
