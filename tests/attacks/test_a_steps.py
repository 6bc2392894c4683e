"""A01–A09, A20: skipping, mixing and carrying over the steps of a login.

What the rows say of TOTP, passkeys, app approvals and backup codes comes with those methods. There is no restart (A08).
"""

from urllib.parse import urlencode

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, DENIZ, HATICE, MEHMET, SUKRIYE, Visitor, another_code, login_id
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, StandIn, came_back, went_back
from tests.town import IDP, PASSWORD, Town

LATER_STEPS = ("code", "enabling", "two-step-off", "two-step-on", "consent", "account", "finish", "password", "over")


def test_a01_after_the_password_no_address_leads_past_the_second_step(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    page = victim.types_password(AYSE)
    login, token = login_id(page), victim.browser.hidden()
    for step in ("", *(f"/{name}" for name in LATER_STEPS)):
        page = victim.open(f"/login/{login}{step}")
        assert not went_back(page)
        assert page.url.endswith("/code"), step
    for name in ("two-step-on", "consent", "account", "two-step-off"):
        fields = {"csrf_token": token, "decision": "approve", "accept_terms": "yes"}
        page = victim.browser.post(f"{IDP}/login/{login}/{name}", fields)
        assert page.url.endswith("/code"), name
    assert came_back(victim.open(mhrs.asks(prompt="none").url))["error"] == "login_required"


def test_cve_2026_94218_second_step_is_not_skipped_by_navigation(victim: Visitor, mhrs: StandIn) -> None:
    """A01, A03 (Keycloak CVE-2026-94218 and its kin): another authorization request, then an empty post."""
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    token = victim.browser.hidden()
    assert victim.open(mhrs.asks().url).h1 == "Giriş yapın", "a new transaction continues nothing that was not finished"
    page = victim.browser.post(f"{IDP}/login/{login}/code", {"csrf_token": token})
    assert page.status == 422
    assert victim.open("/hesabim").h1 == "Giriş yapın"


def test_a02_a_right_code_without_the_password_is_refused_and_tells_nothing(
    victim: Visitor, attacker: Visitor, mhrs: StandIn
) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    code = victim.town.last_code(AYSE.phone)
    answers = []
    for guess in (code, another_code(code)):
        page = attacker.open(mhrs.asks().url)
        fields = {"csrf_token": attacker.browser.hidden(), "code": guess}
        page = attacker.browser.post(f"{IDP}/login/{login_id(page)}/code", fields)
        answers.append((page.status, page.h1, page.url.rpartition("/")[2]))
    assert answers[0] == answers[1] == (200, "Giriş yapın", "password")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "code=",
        "code=%20%20",
        "code=abcdef",
        "code=12345",
        "code=1234567",
        "code=123456&code=123456",
        "code[]=123456",
        "code=%F0%9F%98%80",
        "code=%00%00%00%00%00%00",
        "code=%ED%A0%80",
        "code=%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6",
        "code=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96",
    ],
)
def test_a03_b06_a_malformed_code_is_a_4xx_and_no_progress(victim: Visitor, mhrs: StandIn, body: str) -> None:
    """It cannot be a code, so it is not judged; a guess would be counted."""
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    token, browser = victim.browser.hidden(), victim.browser
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for headers in (
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json"},
        {"content-type": "multipart/form-data; boundary=x"},
        {},
    ):
        answer = victim.town.loop.call(
            victim.town.idp,
            "POST",
            f"{IDP}/login/{login}/code",
            (("cookie", cookie), *headers.items()),
            f"{urlencode({'csrf_token': token})}&{body}".encode(),
        )
        assert 400 <= answer.status < 500
    assert victim.open(f"/login/{login}").url.endswith("/code")
    assert victim.reads_and_types_code(AYSE).h1.endswith("şu bilgileri alacak"), "and nothing was used up"


def test_a04_going_back_to_give_another_password_in_the_same_login(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    victim.two_steps(AYSE)
    login, token = login_id(victim.page), victim.browser.hidden()
    fields = {"csrf_token": token, "national_id": MEHMET.national_id, "password": PASSWORD}
    page = victim.browser.post(f"{IDP}/login/{login}/password", fields)
    assert page.says("987******70") or page.says("Ayşe Örnek"), "the login still stands at Ayşe's consent"


def test_a04_a_new_citizen_inherits_no_proof_of_the_session(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """The password page of a live session takes anybody's password, but nobody's proofs."""
    victim.logs_in_at_home(AYSE, two_step=True)
    clock.advance(10)
    asked = mhrs.asks(max_age="5")
    victim.open(asked.url)
    victim.types_password(MEHMET)
    tokens = mhrs.tokens(victim.approves(), asked)
    assert (tokens.claims["acr"], tokens.claims["amr"]) == (PASSWORD_ACR, ["pwd"])


def test_a04_switching_citizens_while_enabling_asks_the_new_one_afresh(
    victim: Visitor, mhrs: StandIn, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    """One citizen accepted the terms; another gives the password: the offer starts again for that one."""
    _wait_at_enabling_without_password(victim, mhrs_floor, clock)
    page = victim.types_password(HATICE)
    assert page.status == 200
    assert page.h1 == "Önce telefonunuzu doğrulayın"


def test_a04_terms_of_one_citizen_do_not_bind_another(victim: Visitor, mhrs_floor: StandIn, clock: FakeClock) -> None:
    _wait_at_enabling_without_password(victim, mhrs_floor, clock)
    page = victim.types_password(DENIZ)
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor"
    assert victim.town.messages(DENIZ.phone) == []


def test_a05_fields_that_name_somebody_else_are_ignored(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    token = victim.browser.hidden()
    victim.town.clock.advance(60)
    foreign = {
        "citizen_id": "x",
        "national_id": SUKRIYE.national_id,
        "phone": SUKRIYE.phone,
        "phone_number": SUKRIYE.phone,
        "destination": SUKRIYE.phone,
        "login_id": "x",
        "method": "sms",
    }
    before = len(victim.town.messages(AYSE.phone))
    victim.browser.post(f"{IDP}/login/{login}/resend", {"csrf_token": token, **foreign})
    assert victim.town.messages(SUKRIYE.phone) == []
    assert len(victim.town.messages(AYSE.phone)) == before + 1


def test_dex_cve_2022_39222_a_login_id_opens_nothing_in_another_browser(
    victim: Visitor, attacker: Visitor, mhrs: StandIn
) -> None:
    """A05, R-41, C02: the attacker knows the address of the login, and may set any cookie in their own browser."""
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    code = victim.town.last_code(AYSE.phone)
    attacker.open(mhrs.asks().url)
    own = next(value for name, value in attacker.browser.cookies.items() if name.startswith("txn-"))
    token = attacker.browser.hidden()
    for planted in (None, own, "x", login):
        if planted is not None:
            attacker.browser.cookies[f"txn-{login[:12]}"] = planted
        for path in ("", "/code", "/consent"):
            page = attacker.open(f"/login/{login}{path}")
            assert (page.status, went_back(page)) == (410, False)
        for path in ("code", "resend", "cancel"):
            page = attacker.browser.post(f"{IDP}/login/{login}/{path}", {"csrf_token": token, "code": code})
            assert page.status in {403, 410}
    assert victim.types_code(code).h1.endswith("şu bilgileri alacak"), "and the victim lost nothing"


def test_a06_a_code_of_another_login_is_refused(victim: Visitor, mhrs: StandIn) -> None:
    """The same citizen, two logins, two codes: each proves only its own."""
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    first = victim.town.last_code(AYSE.phone)
    other = Visitor(victim.town)
    other.open(mhrs.asks().url)
    other.types_password(AYSE)
    assert other.types_code(first).says("Kod hatalı.")


def test_a06_a_code_of_another_citizen_is_refused(victim: Visitor, attacker: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    attacker.open(mhrs.asks().url)
    attacker.types_password(SUKRIYE)
    own = victim.town.last_code(SUKRIYE.phone)
    if own != victim.town.last_code(AYSE.phone):
        assert victim.types_code(own).says("Kod hatalı.")


def test_a06_the_code_of_a_cancelled_login_is_worth_nothing(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    code, token = victim.town.last_code(AYSE.phone), victim.browser.hidden()
    cookies = dict(victim.browser.cookies)
    victim.press("Vazgeç")
    victim.browser.cookies.update(cookies)
    page = victim.browser.post(f"{IDP}/login/{login}/code", {"csrf_token": token, "code": code})
    assert (page.status, went_back(page)) == (409, False)


def test_a07_the_answers_of_login_and_enabling_do_not_mix(
    victim: Visitor, attacker: Visitor, mhrs: StandIn, mhrs_floor: StandIn
) -> None:
    """The one method has two questions: in a login, and where two-step login is switched on."""
    victim.open(mhrs_floor.asks().url)
    victim.types_password(MEHMET)
    victim.switches_on()
    enabling_code = victim.town.last_code(MEHMET.phone)
    attacker.open(mhrs_floor.asks().url)
    attacker.types_password(MEHMET)
    page = attacker.browser.post(
        f"{IDP}/login/{login_id(attacker.page)}/code",
        {"csrf_token": attacker.browser.hidden(), "code": enabling_code},
    )
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor"


def test_a08_language_and_back_between_the_steps_add_nothing(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    victim.browser.follow("English")
    assert victim.page.h1 == "Enter the verification code"
    victim.open(f"/login/{login}/password?lang=en")
    assert victim.open(f"/login/{login}?lang=tr").url.endswith("/code")


def test_a08_cancel_clears_all_proofs(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    victim.two_steps(AYSE)
    victim.press("Vazgeç")
    assert victim.open(mhrs.asks().url).h1 == "Giriş yapın"
    assert "sid" not in victim.browser.cookies


def test_a09_a_second_tab_continues_the_session_and_never_the_first_tabs_flags(
    victim: Visitor, mhrs: StandIn, mhrs_floor: StandIn
) -> None:
    first, second = mhrs.asks(), mhrs_floor.asks()
    victim.open(second.url)
    tab = victim.types_password(AYSE)
    victim.open(first.url)
    victim.two_steps(AYSE)
    assert mhrs.tokens(victim.approves(), first).claims["acr"] == TWO_STEP_ACR
    assert victim.open(tab.url).h1 == "Doğrulama kodunu girin", "its own login proved only the password"
    assert victim.open(mhrs_floor.asks().url).h1.endswith("şu bilgileri alacak"), "a new one continues the session"


def test_authentik_cve_2026_49448_a20_a_half_logged_in_browser_reaches_no_other_page(
    victim: Visitor, the_town: Town, mhrs: StandIn
) -> None:
    """A20: over every route the application has, by GET and by POST."""
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    token = victim.browser.hidden()
    fields = {"csrf_token": token, "decision": "approve", "two_step": "off", "new_password": "x"}
    for path in sorted(_paths(the_town)):
        filled = path.replace("{login_id}", login).replace("{step}", "consent").replace("{phone_number}", AYSE.phone)
        filled = filled.replace("{name}", "base.css")
        if filled.startswith("/sandbox") or filled.endswith(("/cancel", "/resend")):
            continue
        for method in ("GET", "POST"):
            page = victim.open(filled) if method == "GET" else victim.browser.post(f"{IDP}{filled}", fields)
            assert not went_back(page) or "code" not in came_back(page)
            assert page.status < 500, (method, path)
            assert not page.says("Hoş geldiniz"), (method, path)
            assert "sid" not in victim.browser.cookies, (method, path)


def _paths(town: Town) -> set[str]:
    return {path for route in town.idp.routes if (path := getattr(route, "path", None)) is not None}


def _wait_at_enabling_without_password(victim: Visitor, mhrs_floor: StandIn, clock: FakeClock) -> None:
    """Mehmet accepts the offer, then types wrong codes until the method pauses and the password is asked again."""
    victim.open(mhrs_floor.asks().url)
    victim.types_password(MEHMET)
    victim.switches_on()
    for _ in range(2):
        victim.types_wrong_code(MEHMET)
    clock.advance(60)
    victim.press("Kodu yeniden gönder")
    for _ in range(3):
        victim.types_wrong_code(MEHMET)
    assert victim.page.h1 == "Giriş yapın"
