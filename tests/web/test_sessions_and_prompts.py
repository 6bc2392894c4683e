"""Single sign-on, step-up, `prompt`, `max_age`, hints, logout: A09, A12–A15, AUTH-14…20, AUTH-31, LOGOUT-02…11."""

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, SUKRIYE, Person, Visitor
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, StandIn, Tokens, came_back, essential_acr
from tests.town import IDP, MHRS


def logged_in(citizen: Visitor, service: StandIn, person: Person, *, two_step: bool) -> Tokens:
    asked = service.asks()
    citizen.open(asked.url)
    citizen.types_password(person)
    if two_step:
        citizen.reads_and_types_code(person)
    return service.tokens(citizen.approves(), asked)


def test_auth15_prompt_none_gives_a_code_at_once_with_the_same_auth_time(
    citizen: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    first = logged_in(citizen, mhrs, AYSE, two_step=True)
    clock.advance(100)
    asked = mhrs.asks(prompt="none", id_token_hint=first.id_token)
    again = mhrs.tokens(citizen.open(asked.url), asked)
    assert again.claims["auth_time"] == first.claims["auth_time"]
    assert (again.claims["sub"], again.claims["acr"]) == (first.claims["sub"], TWO_STEP_ACR)
    assert again.claims["sid"] == first.claims["sid"], "the sid claim stays until the session ends (R-70)"


def test_auth14_prompt_none_with_nobody_logged_in(citizen: Visitor, mhrs: StandIn) -> None:
    asked = mhrs.asks(prompt="none")
    answer = came_back(citizen.open(asked.url))
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", asked.state, IDP)


def test_prompt_none_before_consent(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.logs_in_at_home(AYSE, two_step=True)
    assert came_back(citizen.open(mhrs.asks(prompt="none").url))["error"] == "consent_required"


def test_a12_prompt_none_cannot_raise_a_password_session(citizen: Visitor, mhrs: StandIn) -> None:
    logged_in(citizen, mhrs, MEHMET, two_step=False)
    asked = mhrs.asks(prompt="none", claims=essential_acr(TWO_STEP_ACR))
    assert came_back(citizen.open(asked.url))["error"] == "unmet_authentication_requirements"


def test_a12_prompt_none_where_a_factor_is_still_to_be_shown(citizen: Visitor, mhrs: StandIn) -> None:
    """The citizen switched two-step login on elsewhere: this password session is too weak now."""
    logged_in(citizen, mhrs, MEHMET, two_step=False)
    elsewhere = Visitor(citizen.town)
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    elsewhere.open("/hesabim/iki-asamali-giris")
    elsewhere.browser.fill("Aktif", True).fill("Kullanım koşullarını okudum", True)
    elsewhere.press("Ayarları Kaydet")
    elsewhere.reads_and_types_code(MEHMET)
    assert came_back(citizen.open(mhrs.asks(prompt="none").url))["error"] == "interaction_required"


def test_a12_prompt_none_with_a_foreign_hint(citizen: Visitor, mhrs: StandIn) -> None:
    foreign = logged_in(Visitor(citizen.town), mhrs, MEHMET, two_step=False)
    logged_in(citizen, mhrs, AYSE, two_step=True)
    asked = mhrs.asks(prompt="none", id_token_hint=foreign.id_token)
    assert came_back(citizen.open(asked.url))["error"] == "login_required"


def test_auth17_prompt_login_proves_everything_anew(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    first = logged_in(citizen, mhrs, AYSE, two_step=True)
    clock.advance(100)
    asked = mhrs.asks(prompt="login")
    assert citizen.open(asked.url).h1 == "Giriş yapın"
    again = mhrs.tokens(citizen.two_steps(AYSE), asked)
    assert again.claims["auth_time"] == first.claims["auth_time"] + 100
    assert again.claims["sid"] == first.claims["sid"]


def test_a15_cancelling_prompt_login_leaves_the_session_as_it_was(citizen: Visitor, mhrs: StandIn) -> None:
    first = logged_in(citizen, mhrs, AYSE, two_step=True)
    citizen.open(mhrs.asks(prompt="login").url)
    citizen.press("Vazgeç")
    asked = mhrs.asks(prompt="none")
    assert mhrs.tokens(citizen.open(asked.url), asked).claims["sid"] == first.claims["sid"]


def test_a15_another_citizen_at_prompt_login_gets_a_new_sid(citizen: Visitor, mhrs: StandIn) -> None:
    first = logged_in(citizen, mhrs, AYSE, two_step=True)
    asked = mhrs.asks(prompt="login")
    citizen.open(asked.url)
    citizen.types_password(MEHMET)
    other = mhrs.tokens(citizen.approves(), asked)
    assert other.claims["sid"] != first.claims["sid"]
    assert other.claims["sub"] != first.claims["sub"]
    assert other.claims["acr"] == PASSWORD_ACR
    assert mhrs.userinfo(first.access_token).status == 401, "the former citizen's session of this browser is over"


def test_a15_logging_in_as_somebody_else_than_the_hint_is_login_required(citizen: Visitor, mhrs: StandIn) -> None:
    hint = logged_in(citizen, mhrs, AYSE, two_step=True).id_token
    citizen.open(mhrs.asks(prompt="login", id_token_hint=hint).url)
    assert came_back(citizen.types_password(MEHMET))["error"] == "login_required"


def test_a14_max_age_zero_acts_like_prompt_login(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    logged_in(citizen, mhrs, AYSE, two_step=True)
    assert citizen.open(mhrs.asks(max_age="0").url).h1 == "Giriş yapın"
    assert came_back(citizen.open(mhrs.asks(max_age="0", prompt="none").url))["error"] == "login_required"


def test_auth19_a_session_older_than_max_age_logs_in_again(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    first = logged_in(citizen, mhrs, AYSE, two_step=True)
    clock.advance(61)
    asked = mhrs.asks(max_age="60")
    assert citizen.open(asked.url).h1 == "Giriş yapın"
    again = mhrs.tokens(citizen.two_steps(AYSE), asked)
    assert again.claims["auth_time"] == first.claims["auth_time"] + 61


def test_auth20_a_session_younger_than_max_age_shows_no_page(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    first = logged_in(citizen, mhrs, AYSE, two_step=True)
    clock.advance(60)
    asked = mhrs.asks(max_age="60")
    assert mhrs.tokens(citizen.open(asked.url), asked).claims["auth_time"] == first.claims["auth_time"]


def test_auth20_the_second_of_two_requests_with_max_age_shows_no_page(citizen: Visitor, mhrs: StandIn) -> None:
    """Core §2: `auth_time` is in both, whatever the client registered."""
    first, second = mhrs.asks(max_age="15000"), mhrs.asks(max_age="10000")
    citizen.open(first.url)
    citizen.two_steps(AYSE)
    told = mhrs.tokens(citizen.approves(), first).claims["auth_time"]
    assert mhrs.tokens(citizen.open(second.url), second).claims["auth_time"] == told


def test_auth_30_after_a_form_with_a_password_or_a_code_the_browser_gets(citizen: Visitor, mhrs: StandIn) -> None:
    """303, never 307, which would carry the form on to where it leads (RFC 9700 §4.12)."""
    citizen.open(mhrs.asks().url)
    citizen.two_steps(AYSE)
    citizen.approves()
    sent = [hop for hop in citizen.browser.hops if hop.method == "POST"]
    assert [hop.status for hop in sent] == [303] * 3, "password, code, consent"


@pytest.mark.parametrize("max_age", ["-1", "abc", "1.5", "١", "1e3"])
def test_a14_garbage_max_age_is_invalid_request(citizen: Visitor, mhrs: StandIn, max_age: str) -> None:
    assert came_back(citizen.open(mhrs.asks(max_age=max_age).url))["error"] == "invalid_request"


def test_a14_a_huge_or_repeated_max_age_does_no_harm(citizen: Visitor, mhrs: StandIn) -> None:
    logged_in(citizen, mhrs, AYSE, two_step=True)
    assert "code" in came_back(citizen.open(mhrs.asks(max_age="9" * 5000).url))
    repeated = f"{mhrs.asks(max_age='1').url}&max_age=2"
    assert came_back(citizen.open(repeated))["error"] == "invalid_request"


def test_a13_a_password_session_at_a_two_step_client_is_stepped_up(
    citizen: Visitor, mhrs: StandIn, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    """Only the missing factor is asked, and `auth_time` stays the older proof's; the cookie changes (C01)."""
    first = logged_in(citizen, mhrs, MEHMET, two_step=False)
    before = citizen.browser.cookies["sid"]
    clock.advance(100)
    asked = mhrs_floor.asks()
    assert citizen.open(asked.url).h1 == "Bu hizmet iki aşamalı giriş istiyor"
    citizen.switches_on()
    citizen.reads_and_types_code(MEHMET)
    citizen.press("Girişi tamamla: Örnek Randevu, iki aşamalı giriş zorunlu")
    raised = mhrs_floor.tokens(citizen.approves(), asked)
    assert raised.claims["acr"] == TWO_STEP_ACR
    assert raised.claims["auth_time"] == first.claims["auth_time"]
    assert raised.claims["sid"] == first.claims["sid"]
    assert citizen.browser.cookies["sid"] != before


def test_auth31_select_account(citizen: Visitor, mhrs: StandIn) -> None:
    logged_in(citizen, mhrs, AYSE, two_step=True)
    asked = mhrs.asks(prompt="select_account")
    page = citizen.open(asked.url)
    assert page.says("Ayşe Örnek") and page.says("987******70")
    assert "code" in came_back(citizen.press("Bu hesapla devam et"))
    asked = mhrs.asks(prompt="select_account")
    citizen.open(asked.url)
    assert citizen.press("Başka bir hesapla giriş yap").h1 == "Giriş yapın"
    citizen.two_steps(SUKRIYE)
    assert mhrs.tokens(citizen.approves(), asked).claims["acr"] == TWO_STEP_ACR


def test_auth18_prompt_consent_asks_again(citizen: Visitor, mhrs: StandIn) -> None:
    logged_in(citizen, mhrs, AYSE, two_step=True)
    assert citizen.open(mhrs.asks(prompt="consent").url).h1.endswith("şu bilgileri alacak")


def test_an_essential_acr_reports_the_highest_listed_level(citizen: Visitor, mhrs: StandIn) -> None:
    """AUTH-23: only the password level is listed, so that is what a two-step login states."""
    asked = mhrs.asks(claims=essential_acr(PASSWORD_ACR))
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    assert mhrs.tokens(citizen.approves(), asked).claims["acr"] == PASSWORD_ACR


@pytest.mark.parametrize("values", [("urn:unknown",), ("urn:unknown", "x")])
def test_an_essential_acr_that_nobody_can_reach_is_unmet_at_once(
    citizen: Visitor, mhrs: StandIn, values: tuple[str, ...]
) -> None:
    answer = came_back(citizen.open(mhrs.asks(claims=essential_acr(*values)).url))
    assert answer["error"] == "unmet_authentication_requirements"


def test_logout_asks_and_then_ends_the_session(citizen: Visitor, mhrs: StandIn) -> None:
    """LOGOUT-09, R-15."""
    tokens = logged_in(citizen, mhrs, AYSE, two_step=True)
    assert citizen.open("/logout").h1 == "Çıkış yapmak istiyor musunuz?"
    citizen.press("Oturumda kal")
    assert mhrs.userinfo(tokens.access_token).status == 200
    citizen.open("/logout")
    page = citizen.press("Çıkış Yap")
    assert page.says("Çıkış yaptınız.")
    assert page.headers["clear-site-data"] == '"cache", "storage"'
    assert "sid" not in citizen.browser.cookies
    assert mhrs.userinfo(tokens.access_token).status == 401
    assert came_back(citizen.open(mhrs.asks(prompt="none").url))["error"] == "login_required"


def test_logout_with_a_hint_of_this_session_needs_no_question(citizen: Visitor, mhrs: StandIn) -> None:
    """LOGOUT-02, LOGOUT-04."""
    tokens = logged_in(citizen, mhrs, AYSE, two_step=True)
    page = citizen.open(f"/logout?id_token_hint={tokens.id_token}&post_logout_redirect_uri={MHRS}/&state=a%26b%3C%22")
    assert page.url == f"{MHRS}/?state=a%26b%3C%22"
    assert mhrs.userinfo(tokens.access_token).status == 401


def test_logout_with_a_hint_of_another_session_asks(citizen: Visitor, mhrs: StandIn) -> None:
    """LOGOUT-11."""
    foreign = logged_in(Visitor(citizen.town), mhrs, MEHMET, two_step=False)
    tokens = logged_in(citizen, mhrs, AYSE, two_step=True)
    page = citizen.open(f"/logout?id_token_hint={foreign.id_token}&post_logout_redirect_uri={MHRS}/")
    assert page.h1 == "Çıkış yapmak istiyor musunuz?"
    assert mhrs.userinfo(tokens.access_token).status == 200
    assert MHRS in page.headers["content-security-policy"]
    assert citizen.press("Çıkış Yap").url == f"{MHRS}/"
