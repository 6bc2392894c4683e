"""A18, A19, A21–A23: changing factors from a weak session, other ways in, and secrets in answers.

Here of SMS; the other second factors are `test_a_factor_changes.py`, forgotten passwords `test_a_recovery.py`.
"""

import json
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, EMRE, MEHMET, Visitor, login_id
from tests.stand_in import StandIn, basic
from tests.town import IDP, MHRS_SECRET, PASSWORD, Town, town

TWO_STEP = f"{IDP}/hesabim/iki-asamali-giris"


def _switch_on_elsewhere(the_town: Town) -> None:
    """Mehmet switches two-step login on in another browser, so that every other session of his is too weak."""
    elsewhere = Visitor(the_town)
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    elsewhere.open("/hesabim/iki-asamali-giris")
    elsewhere.browser.fill("Aktif", True).fill("Kullanım koşullarını okudum", True)
    elsewhere.press("Ayarları Kaydet")
    elsewhere.reads_and_types_code(MEHMET)


def test_cve_2026_3429_a18_a19_a_password_session_changes_no_factor_once_one_is_on(attacker: Visitor) -> None:
    """A thief of the password had a session before; every form of the settings is refused now."""
    attacker.logs_in_at_home(MEHMET, two_step=False)
    attacker.open("/hesabim/iki-asamali-giris")
    token = attacker.browser.hidden()
    _switch_on_elsewhere(attacker.town)
    for path, fields in (
        ("/hesabim/iki-asamali-giris", {"two_step": "off"}),
        ("/hesabim/iki-asamali-giris/kapat", {"decision": "off"}),
        ("/hesabim/sifre", {"new_password": "Bambaska-Bir-Sey-7", "new_password_repeat": "Bambaska-Bir-Sey-7"}),
        ("/hesabim/oturumlar/hepsini-kapat", {}),
        ("/hesabim/oturumlar/hepsini-kapat", {"keep": "this"}),
    ):
        page = attacker.browser.post(f"{IDP}{path}", {"csrf_token": token, **fields})
        assert page.h1 == "Doğrulama kodunu girin", path
    owner = Visitor(attacker.town)
    assert owner.logs_in_at_home(MEHMET, two_step=False).h1 == "Doğrulama kodunu girin", "still on, same password"


def test_a18_a_phone_that_was_not_verified_with_identity_becomes_no_factor(attacker: Visitor) -> None:
    attacker.logs_in_at_home(EMRE, two_step=False)
    attacker.open("/hesabim/iki-asamali-giris")
    token = attacker.browser.hidden()
    for extra in ({}, {"phone_verified_at": "1", "phone_number": "+905000000001", "verified": "true"}):
        page = attacker.browser.post(
            TWO_STEP, {"csrf_token": token, "two_step": "on", "accept_terms": "yes", "method": "sms", **extra}
        )
        assert page.status == 422
    assert attacker.town.messages(EMRE.phone) == []


def test_a19_switching_off_needs_both_factors_fresh(victim: Visitor, clock: FakeClock) -> None:
    """An old second step beside a fresh password does not do."""
    victim.logs_in_at_home(AYSE, two_step=True)
    victim.open("/hesabim/iki-asamali-giris")
    token = victim.browser.hidden()
    clock.advance(301)
    victim.open("/hesabim/iki-asamali-giris")
    page = victim.types_password(AYSE)
    assert page.h1 == "Doğrulama kodunu girin"
    page = victim.browser.post(f"{TWO_STEP}/kapat", {"csrf_token": token, "decision": "off"})
    assert page.h1 == "Giriş yapın"
    assert Visitor(victim.town).logs_in_at_home(AYSE, two_step=False).h1 == "Doğrulama kodunu girin"


@pytest.mark.parametrize(
    "path",
    ["/recovery", "/reset", "/forgot", "/par", "/device", "/login", "/session"],
)
def test_a21_a22_there_is_no_other_way_in(the_town: Town, path: str) -> None:
    for method in ("GET", "POST"):
        assert the_town.call(method, path).status == 404


def test_a21_the_way_to_a_new_password_is_a_link_that_names_nobody(victim: Visitor, mhrs: StandIn) -> None:
    page = victim.open(mhrs.asks().url)
    forgot = page.by_testid("forgot-password")
    assert forgot is not None
    assert [e.tag for e in forgot.walk()] == ["a"]
    assert forgot.attributes["href"] == f"/sifremi-unuttum?giris={login_id(page)}"


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:openid:params:grant-type:ciba",
    ],
)
def test_a22_no_other_grant_gives_anything(the_town: Town, grant_type: str) -> None:
    fields = {
        "grant_type": grant_type,
        "username": AYSE.national_id,
        "password": PASSWORD,
        "scope": "openid",
        "assertion": "x",
        "subject_token": "x",
        "refresh_token": "x",
    }
    answer = the_town.call("POST", "/token", fields, {"authorization": basic("mhrs", MHRS_SECRET)})
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "unsupported_grant_type")


def test_a22_a_client_alone_learns_nothing_of_a_citizen(the_town: Town) -> None:
    """Client credentials speak for the client: `/userinfo` does not know whom to tell about."""
    authenticated = {"authorization": basic("mhrs", MHRS_SECRET)}
    given = json.loads(the_town.call("POST", "/token", {"grant_type": "client_credentials"}, authenticated).body)
    assert given.keys() == {"access_token", "token_type", "expires_in"}
    headers = {"authorization": f"Bearer {given['access_token']}"}
    assert the_town.call("GET", "/userinfo", headers=headers).status == 401
    guessed = {"grant_type": "refresh_token", "refresh_token": "x" * 43, "username": AYSE.national_id}
    answer = the_town.call("POST", "/token", guessed, authenticated)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_grant")


def test_a22_the_sandbox_logs_nobody_in(the_town: Town) -> None:
    """Its addresses read, wait, and verify a phone; none of them sets a session cookie."""
    for route in the_town.idp.routes:
        path = getattr(route, "path", "")
        if path.startswith(("/sandbox", "/telefon")):
            filled = path.replace("{phone_number}", AYSE.phone).replace("/wait", "/wait?timeout=0")
            for method in ("GET", "POST"):
                for header in the_town.call(method, filled).headers.all("set-cookie"):
                    assert header.startswith("visit="), (path, header)


def test_a23_the_code_is_in_no_answer_but_the_phones(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> None:
    """With ten digits, which no random hexadecimal value holds by accident."""
    with town(sqlite_url, tmp_path, clock, sms_code_digits=10) as long_codes:
        _look_for_the_code(Visitor(long_codes), StandIn(long_codes))


def _look_for_the_code(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    code = victim.town.last_code(AYSE.phone)
    seen = [victim.page.body, str(dict(victim.page.headers))]
    victim.open(victim.page.url)
    seen += [victim.page.body, str(dict(victim.page.headers))]
    wrong = victim.types_wrong_code(AYSE)
    seen += [wrong.body, *(hop.url + str(dict(hop.headers)) for hop in victim.browser.hops)]
    assert not any(code in text for text in seen)
