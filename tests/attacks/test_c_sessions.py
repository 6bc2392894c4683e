"""C01, C02, C07–C10: session ids, cookies, what is left behind, and when a session is over.

Refresh tokens (C09) come with their mechanism.
"""

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Person, Visitor, login_id
from tests.stand_in import StandIn, Tokens, came_back
from tests.town import PASSWORD


def test_c01_every_step_of_proof_makes_a_new_session_id(
    victim: Visitor, mhrs: StandIn, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    victim.browser.cookies |= {"sid": "planted", "txn": "planted"}
    seen = ["planted"]
    _log_in(victim, mhrs, MEHMET)
    seen.append(victim.browser.cookies["sid"])
    victim.open(mhrs_floor.asks().url)
    victim.switches_on()
    victim.reads_and_types_code(MEHMET)
    victim.press("Girişi tamamla: Örnek Randevu, iki aşamalı giriş zorunlu")
    victim.approves()
    seen.append(victim.browser.cookies["sid"])
    clock.advance(301)
    victim.open("/hesabim/sifre")
    victim.two_steps(MEHMET)
    seen.append(victim.browser.cookies["sid"])
    assert len(set(seen)) == len(seen)
    assert all(len(value) == 43 for value in seen[1:]), "256 random bits"
    for old in seen[:-1]:
        victim.browser.cookies["sid"] = old
        assert victim.open("/hesabim").h1 == "Giriş yapın"
    victim.browser.cookies["sid"] = seen[-1]
    assert victim.open("/hesabim").h1.startswith("Hoş geldiniz")
    victim.open("/logout")
    victim.press("Çıkış Yap")
    victim.browser.cookies["sid"] = seen[-1]
    assert victim.open("/hesabim").h1 == "Giriş yapın"


def test_cve_2026_7507_c02_a_login_begun_by_an_attacker_is_not_finished_by_the_victim(
    victim: Visitor, attacker: Visitor, mhrs: StandIn
) -> None:
    """Login fixation, both ways; the cookie that binds is the server's choice, never one that was there before."""
    attacker.open(mhrs.asks().url)
    login = login_id(attacker.page)
    page = victim.open(f"/login/{login}/password")
    assert (page.status, page.all("form")) == (410, [])
    binding = next(value for name, value in attacker.browser.cookies.items() if name.startswith("txn-"))
    victim.browser.cookies[f"txn-{login[:12]}"] = "of the victim"
    assert victim.open(f"/login/{login}").status == 410
    assert binding not in victim.page.body


def test_c07_doubled_cookies_count_for_nothing(victim: Visitor, mhrs: StandIn) -> None:
    """One of the two was planted, and nobody can tell which."""
    _log_in(victim, mhrs, MEHMET)
    sid = victim.browser.cookies["sid"]
    for header in (f"sid=planted; sid={sid}", f"sid={sid}; sid=planted", f"sid={sid}; sid={sid}"):
        answer = victim.town.call("GET", "/hesabim", headers={"cookie": header})
        assert answer.status == 303
    assert victim.town.call("GET", "/hesabim", headers={"cookie": f"sid={sid}"}).status == 200


def test_c07_on_https_only_prefixed_cookies_count(sqlite_url: str, tmp_path: object, clock: FakeClock) -> None:
    """Here by a sandbox on an https issuer; production mode has no other."""
    from pathlib import Path

    from tests import town as towns

    assert isinstance(tmp_path, Path)
    with towns.town(sqlite_url, tmp_path, clock, issuer="https://localhost:8443") as town:
        visitor = Visitor(town)
        visitor.open(StandIn(town).asks().url)
        visitor.types_password(MEHMET)
        visitor.approves()
        assert {"__Host-sid", "__Host-device"} <= set(visitor.browser.cookies)
        sent = [header for hop in visitor.browser.hops for header in hop.headers.all("set-cookie")]
        for header in sent:
            assert header.startswith("__Host-")
            attributes = {part.strip().lower() for part in header.split(";")[1:]}
            assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
            assert not any(attribute.startswith("domain") for attribute in attributes)
        sid = visitor.browser.cookies["__Host-sid"]
        assert town.call("GET", "/hesabim", headers={"cookie": f"sid={sid}"}).status == 303


def test_c08_no_secret_is_left_in_an_address(victim: Visitor, mhrs: StandIn) -> None:
    """R-80: no code, password or number in any address of ours; no code or state in what stays in the history."""
    victim.open(mhrs.asks().url)
    page = victim.page
    gallery = next(a for a in page.all("a") if "Ayşe" in a.text)
    victim.open(gallery.attributes["href"])
    victim.press("Giriş Yap")
    code = victim.town.last_code(AYSE.phone)
    victim.types_code(code)
    victim.approves()
    ours = [hop.url for hop in victim.browser.hops]
    for secret in (AYSE.national_id, code, PASSWORD):
        assert not any(secret in url for url in ours), secret
    assert all(hop.headers["cache-control"] == "no-store" for hop in victim.browser.hops)
    assert all(hop.headers["referrer-policy"] == "same-origin" for hop in victim.browser.hops)


def test_c08_back_after_logout_shows_nothing(victim: Visitor) -> None:
    victim.logs_in_at_home(AYSE, two_step=True)
    sid = victim.browser.cookies["sid"]
    victim.open("/logout")
    victim.press("Çıkış Yap")
    victim.browser.cookies["sid"] = sid
    for path in ("/hesabim", "/hesabim/oturumlar", "/hesabim/giris-gecmisi", "/hesabim/sifre"):
        assert victim.open(path).h1 == "Giriş yapın"


@pytest.mark.parametrize("ending", ["logout", "switch_off", "close", "end_all"])
def test_fosite_cve_2020_15223_c09_what_was_ended_is_dead_at_once(victim: Visitor, mhrs: StandIn, ending: str) -> None:
    """Said and done: sessions, their cookies and their access tokens (fosite CVE-2020-15223)."""
    elsewhere = Visitor(victim.town)
    asked = mhrs.asks()
    elsewhere.open(asked.url)
    elsewhere.two_steps(AYSE)
    tokens = mhrs.tokens(elsewhere.approves(), asked)
    sid = elsewhere.browser.cookies["sid"]
    if ending == "logout":
        elsewhere.open(f"/logout?id_token_hint={tokens.id_token}")
    elif ending == "close":
        with victim.town.store.begin() as uow:
            citizen = next(one for one in uow.citizens.every() if one.national_id.value == AYSE.national_id)
            uow.citizens.close(citizen.id)
    else:
        victim.town.clock.advance(61)
        victim.logs_in_at_home(AYSE, two_step=True)
        if ending == "switch_off":
            victim.open("/hesabim/iki-asamali-giris")
            victim.browser.fill("Pasif", True)
            victim.press("Ayarları Kaydet")
            victim.press("İki aşamalı girişi kapat")
        else:
            victim.open("/hesabim/oturumlar")
            victim.press("Tüm oturumları kapat")
    elsewhere.browser.cookies["sid"] = sid
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"
    assert mhrs.userinfo(tokens.access_token).status == 401
    assert came_back(elsewhere.open(mhrs.asks(prompt="none").url))["error"] == "login_required"


def test_c10_idle_and_total_life_of_a_session(victim: Visitor, clock: FakeClock) -> None:
    victim.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(30 * 60 - 1)
    assert victim.open("/hesabim").h1.startswith("Hoş geldiniz")
    for _ in range(15):
        clock.advance(30 * 60 - 1)
        assert victim.open("/hesabim").h1.startswith("Hoş geldiniz")
    clock.advance(16)
    assert victim.open("/hesabim").h1 == "Giriş yapın", "eight hours are over"
    victim.types_password(MEHMET)
    clock.advance(30 * 60)
    assert victim.open("/hesabim").h1 == "Giriş yapın", "half an hour of silence"


def test_c10_a_known_device_replaces_no_factor(victim: Visitor) -> None:
    victim.logs_in_at_home(AYSE, two_step=True)
    victim.open("/logout")
    victim.press("Çıkış Yap")
    assert "device" in victim.browser.cookies
    victim.open("/hesabim")
    assert victim.types_password(AYSE).h1 == "Doğrulama kodunu girin"


def _log_in(visitor: Visitor, service: StandIn, person: Person) -> Tokens:
    asked = service.asks()
    visitor.open(asked.url)
    visitor.types_password(person)
    return service.tokens(visitor.approves(), asked)
