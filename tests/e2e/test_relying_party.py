"""MHRS and the provider tell each other: a login that ends there ends here, one that begins there begins here, and the
API takes the tokens of a mobile app. Both programs as `esik demo` runs them."""

import base64
import hashlib
import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from idp.sandbox.relying_parties import MOBILE_APP, MOBILE_APP_REDIRECT_URI
from tests.e2e.demo import Demo, Person
from tests.e2e.looking import LANGUAGES, look

pytestmark = pytest.mark.timeout(240)

Persona = Callable[[str], dict[str, Any]]
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
_MOST_LOOKS = 300
_PAUSE_MS = 50


def at_mhrs(demo: Demo, chromium: Browser, citizen: dict[str, Any], **options: Any) -> Person:
    person = Person.at(demo, chromium, **options)
    person.go_to_login()
    person.give_password(citizen)
    person.give_code(citizen)
    consent = person.page.get_by_test_id("page-consent")
    expect(consent.or_(person.page.get_by_test_id("mhrs-citizen-name"))).to_be_visible()
    person.approve()
    person.see("mhrs-citizen-name")
    return person


def wait_until_signed_out(person: Person) -> None:
    """Ask MHRS's API until it knows the browser no more: the logout travels between two servers, unseen."""
    for _ in range(_MOST_LOOKS):
        if person.page.context.request.get(f"{person.demo.mhrs}/api/oturum").status == 401:
            return
        person.page.wait_for_timeout(_PAUSE_MS)
    raise AssertionError("MHRS was not told of the logout")


@LANGUAGES
def test_logout_12_logging_out_at_the_provider_ends_the_session_at_mhrs(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    """LOGOUT-13 as well: MHRS believed the token that really came."""
    person = at_mhrs(demo, chromium, persona("two-step-sms"), locale=locale)
    person.page.goto(f"{demo.idp}/logout")
    person.click("decision-logout")
    person.see("logged-out")
    wait_until_signed_out(person)
    person.page.goto(f"{demo.mhrs}/randevularim")
    expect(person.page.get_by_test_id("mhrs-notice")).to_have_attribute("data-notice", "signed_out_elsewhere")
    look(person, "mhrs-signed-out-elsewhere")
    person.leave()


def test_logout_12_ending_another_devices_session_ends_it_at_mhrs_too(
    demo: Demo, chromium: Browser, persona: Persona
) -> None:
    """C09: whoever closes a forgotten session closes what it opened; their own goes on."""
    citizen = persona("foreigner")
    forgotten, here = at_mhrs(demo, chromium, citizen), at_mhrs(demo, chromium, citizen)
    here.page.goto(f"{demo.idp}/hesabim/oturumlar")
    others = here.page.get_by_test_id("session").filter(has_not=here.page.get_by_test_id("this-session"))
    for _ in range(others.count()):
        others.first.get_by_test_id("end-session").click()
        here.see("notice")
    wait_until_signed_out(forgotten)
    forgotten.page.goto(f"{demo.mhrs}/randevu")
    expect(forgotten.page.get_by_test_id("mhrs-notice")).to_be_visible()
    here.page.goto(f"{demo.mhrs}/randevu")
    here.see("mhrs-citizen-name")
    forgotten.leave()
    here.leave()


def test_dcr_14_the_provider_begins_a_login_at_mhrs(demo: Demo, chromium: Browser, persona: Persona) -> None:
    """The citizen opens MHRS from the account, after leaving it, and is asked for nothing again."""
    citizen = persona("two-step-sms")
    person = at_mhrs(demo, chromium, citizen)
    person.page.context.clear_cookies(name="mhrs_session")
    person.page.goto(f"{demo.idp}/hesabim/izinler")
    person.click("visit-service")
    person.see("mhrs-citizen-name")
    assert person.page.url == f"{demo.mhrs}/randevu"
    person.leave()


class TestTheMobileApp:
    """A public client that asks for tokens for MHRS's API by its `resource` (RFC 8707, RFC 9728)."""

    def test_r38_it_logs_in_and_calls_the_api(self, demo: Demo, chromium: Browser, persona: Persona) -> None:
        """What the citizen booked in the browser they cancel in the app: MHRS knows both by one `sub`."""
        person = at_mhrs(demo, chromium, persona("foreigner"))
        person.book()
        token = log_in_at_the_app(demo, person)["access_token"]
        status, told = ask(f"{demo.mhrs}/api/randevular", token)
        assert status == 200
        (booked,) = told["data"]
        status, told = ask(f"{demo.mhrs}/api/randevular/{booked['id']}/iptal", token, body=b"")
        assert status == 200
        assert told["data"]["durum"] == "cancelled"
        assert ask(f"{demo.mhrs}/api/saglik-ozeti", token)[0] == 200
        person.leave()

    def test_d12_its_other_tokens_open_nothing(self, demo: Demo, chromium: Browser, persona: Persona) -> None:
        person = at_mhrs(demo, chromium, persona("two-step-sms"))
        tokens = log_in_at_the_app(demo, person)
        elsewhere = log_in_at_the_app(demo, person, resource=demo.idp)
        for refused in (tokens["id_token"], tokens["refresh_token"], elsewhere["access_token"]):
            assert ask(f"{demo.mhrs}/api/oturum", refused)[0] == 401
        assert ask(f"{demo.idp}/userinfo", tokens["access_token"])[0] == 401
        person.leave()

    def test_a_refreshed_token_is_as_good(self, demo: Demo, chromium: Browser, persona: Persona) -> None:
        person = at_mhrs(demo, chromium, persona("two-step-sms"))
        tokens = log_in_at_the_app(demo, person)
        fresh = post(
            f"{demo.idp}/token",
            {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": MOBILE_APP},
        )
        assert ask(f"{demo.mhrs}/api/oturum", fresh["access_token"])[0] == 200
        person.leave()


def log_in_at_the_app(demo: Demo, person: Person, resource: str = "") -> dict[str, str]:
    """The tokens of the app, for the API that its metadata name unless for another `resource`."""
    _, metadata = ask(f"{demo.mhrs}/.well-known/oauth-protected-resource/api")
    assert metadata["authorization_servers"] == [demo.idp]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": MOBILE_APP,
        "redirect_uri": MOBILE_APP_REDIRECT_URI,
        "scope": "openid profile offline_access",
        "prompt": "consent",
        "resource": resource or metadata["resource"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answers: list[str] = []

    def take(route: Any) -> None:
        answers.append(route.request.url)
        route.fulfill(body="<title>Uygulama</title>", content_type="text/html")

    person.page.route(f"{MOBILE_APP_REDIRECT_URI}*", take)
    person.page.goto(f"{demo.idp}/authorize?{urlencode(asked)}")
    person.click("decision-approve")
    expect(person.page).to_have_title("Uygulama")
    person.page.unroute_all()
    code = parse_qs(urlsplit(answers[0]).query)["code"][0]
    return post(
        f"{demo.idp}/token",
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": MOBILE_APP_REDIRECT_URI,
            "code_verifier": VERIFIER,
            "client_id": MOBILE_APP,
        },
    )


def ask(address: str, token: str | None = None, body: bytes | None = None) -> tuple[int, Any]:
    """The status, and what the answer says: its JSON, or the challenge of a refusal. With a `body` it is a POST."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=20) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["www-authenticate"]


def post(address: str, fields: dict[str, str]) -> dict[str, str]:
    with urllib.request.urlopen(address, urlencode(fields).encode(), timeout=20) as answer:
        told: dict[str, str] = json.load(answer)
    return told
