"""What a citizen looks after in the account: the phone number, the history, what services receive, and sessions."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.demo import Demo, Person
from tests.e2e.looking import LANGUAGES, WALKS, look
from tests.e2e.test_account import code_of_app, in_the_account, manage
from tests.e2e.test_methods import inside

pytestmark = pytest.mark.timeout(300)

Persona = Callable[[str], dict[str, Any]]
NEW_NUMBER = "+905000000077"


@WALKS
def test_the_phone_number_is_changed_with_a_code_on_the_new_phone(
    demo: Demo, chromium: Browser, persona: Persona, locale: str, scripts: bool
) -> None:
    citizen = persona("two-step-sms")
    person = in_the_account(demo, chromium, citizen, locale, scripts=scripts)
    manage(person, "sms", "manage-method")
    if person.has("page-phone-proof"):
        look(person, "phone-proof")
        person.click("submit")
        person.give_password(citizen)
        person.give_code(citizen)
    person.see("page-phone-change")
    look(person, "phone-change")
    person.page.get_by_test_id("phone-number").fill("0212 000 00 00")
    person.click("submit")
    person.see("phone-number-error")
    look(person, "phone-change-error")
    person.page.get_by_test_id("phone-number").fill("0500 000 00 77")
    person.click("submit")
    person.see("page-phone-change-code")
    look(person, "phone-change-code")
    person.click("resend")
    person.see("notice")
    look(person, "phone-change-code-too-early")
    person.page.get_by_test_id("code").fill("12")
    person.click("submit")
    person.see("code-error")
    look(person, "phone-change-code-error")
    person.page.get_by_test_id("code").fill(demo.last_code(NEW_NUMBER))
    person.click("submit")
    person.see("page-phone-changed")
    look(person, "phone-changed")
    person.click("continue")
    # The proof by the former phone fell with it: the new one is proved before the account goes on.
    person.see("page-code")
    person.page.get_by_test_id("send-form").get_by_role("button").click()
    person.give_code({"phone_number": NEW_NUMBER})
    person.see("page-two-step-settings")
    expect(person.page.get_by_test_id("method-sms-row").get_by_test_id("method-detail")).to_contain_text("77")
    person.see("notice")
    person.leave()


@LANGUAGES
def test_an_account_page_that_needs_two_steps_offers_them_by_our_own_name(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen, person = persona("two-step-off"), Person.at(demo, chromium, locale=locale)
    person.page.goto(f"{demo.idp}/hesabim/dogrulama-uygulamasi/ekle")
    person.give_password(citizen)
    person.see("page-two-step-off")
    expect(person.page.get_by_test_id("two-step-explanation")).to_contain_text("Eşik")
    expect(person.page.get_by_test_id("decision-decline")).to_contain_text("Eşik")
    look(person, "two-step-off-account")
    person.page.locator("#accept_terms").check()
    person.click("decision-enable")
    person.give_code(citizen)
    person.see("page-totp-setup")
    person.leave()


@LANGUAGES
def test_a_login_that_was_not_me_ends_that_session_and_asks_for_a_new_password(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen = persona("two-step-sms")
    stranger = in_the_account(demo, chromium, citizen, locale)
    person = in_the_account(demo, chromium, citizen, locale)
    person.page.goto(f"{demo.idp}/hesabim/giris-gecmisi")
    look(person, "history")
    person.click("not-me")
    person.see("page-not-me")
    look(person, "not-me")
    person.click("decision-not_me")
    person.see("page-password-change")
    look(person, "not-me-done")
    stranger.page.reload()
    stranger.see("page-password")
    stranger.leave()
    person.page.get_by_test_id("new-password").fill("Mavi.Vapur-42")
    person.page.get_by_test_id("new-password-repeat").fill("Mavi.Vapur-43")
    person.click("submit")
    person.see("new-password-repeat-error")
    look(person, "password-change-error")
    person.page.get_by_test_id("new-password").fill("Mavi.Vapur-42")
    person.page.get_by_test_id("new-password-repeat").fill("Mavi.Vapur-42")
    person.click("submit")
    person.see("notice")
    look(person, "password-changed")
    person.leave()


@LANGUAGES
def test_a_consent_is_taken_back_and_asked_for_again(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen, person = persona("two-step-sms"), Person.at(demo, chromium, locale=locale)
    person.go_to_login()
    person.give_password(citizen)
    person.give_code(citizen)
    inside(person)
    log_in_again(person)
    person.see("mhrs-citizen-name")
    person.page.goto(f"{demo.idp}/hesabim/izinler")
    expect(person.page.get_by_test_id("consent")).to_have_count(1)
    look(person, "consents")
    person.click("revoke-consent")
    person.see("no-consents")
    look(person, "consents-none")
    log_in_again(person)
    person.see("page-consent")
    person.leave()


@LANGUAGES
def test_another_session_is_ended_and_then_all_of_them(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen = persona("two-step-sms")
    other = in_the_account(demo, chromium, citizen, locale)
    person = in_the_account(demo, chromium, citizen, locale)
    person.page.goto(f"{demo.idp}/hesabim/oturumlar")
    sessions = person.page.get_by_test_id("session")
    expect(sessions).to_have_count(2)
    look(person, "sessions")
    foreign = sessions.filter(has_not=person.page.get_by_test_id("this-session"))
    foreign.get_by_test_id("end-session").click()
    person.see("notice")
    expect(sessions).to_have_count(1)
    other.page.reload()
    other.see("page-password")
    other.leave()
    person.click("end-all-sessions")
    person.see("logged-out")
    look(person, "logged-out")
    person.leave()


@LANGUAGES
def test_whoever_added_a_method_ends_the_other_sessions_beside_the_notice(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen = persona("two-step-sms")
    other = in_the_account(demo, chromium, citizen, locale)
    person = in_the_account(demo, chromium, citizen, locale)
    manage(person, "totp", "add-method")
    person.page.get_by_test_id("by-hand").locator("summary").click()
    secret = person.page.get_by_test_id("totp-secret").inner_text()
    person.page.get_by_test_id("code").fill(code_of_app(secret))
    person.click("submit")
    person.see("end-others")
    look(person, "method-added-offer")
    manage(person, "backup-code", "add-method")
    person.click("make-codes")
    person.click("codes-kept")
    person.see("end-others")
    look(person, "codes-kept-offer")
    person.click("end-others")
    person.see("page-sessions")
    expect(person.page.get_by_test_id("session")).to_have_count(1)
    look(person, "other-sessions-ended")
    other.page.reload()
    other.see("page-password")
    other.leave()
    person.leave()


def log_in_again(person: Person) -> None:
    """From MHRS's start page, where the account is still open: chosen, if the page asks for it."""
    person.page.context.clear_cookies(name="mhrs_session")
    person.page.goto(person.demo.mhrs)
    person.click("mhrs-login")
