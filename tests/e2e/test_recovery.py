"""A password forgotten, first or old: how a citizen gets a new one and comes out at the service, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.demo import Demo, Person
from tests.e2e.looking import LANGUAGES, WALKS, look
from tests.e2e.test_account import code_of_app
from tests.e2e.test_methods import choose, inside

pytestmark = pytest.mark.timeout(300)

Persona = Callable[[str], dict[str, Any]]
NEW_PASSWORD = "Mavi.Vapur-42"
UNKNOWN = "98765439944"


def forget(person: Person, citizen: dict[str, Any]) -> None:
    """From MHRS's login to the page that waits for a code."""
    person.go_to_login()
    person.click("forgot-password")
    person.see("page-recovery-start")
    person.page.get_by_test_id("national-id").fill(citizen["national_id"])
    person.click("submit")
    person.see("page-recovery-code")


def type_code(person: Person, citizen: dict[str, Any]) -> None:
    person.page.get_by_test_id("code").fill(person.demo.last_code(citizen["phone_number"]))
    person.click("submit")


def set_password(person: Person) -> None:
    person.see("page-new-password")
    person.page.get_by_test_id("new-password").fill(NEW_PASSWORD)
    person.page.get_by_test_id("new-password-repeat").fill(NEW_PASSWORD)
    person.click("submit")


@WALKS
def test_a_forgotten_password_with_sms_and_an_authenticator_app(
    demo: Demo, chromium: Browser, persona: Persona, locale: str, scripts: bool
) -> None:
    """A21: the recovery logs nobody in; the login that waited is where the new password is given."""
    citizen, person = persona("totp"), Person.at(demo, chromium, locale=locale, scripts=scripts)
    secret = citizen["credentials"]["totp_secret"]
    person.go_to_login()
    waiting = person.page.url
    person.click("forgot-password")
    person.see("page-recovery-start")
    look(person, "recovery-start")
    person.page.get_by_test_id("national-id").fill("98765430485")
    person.click("submit")
    person.see("national-id-error")
    look(person, "recovery-start-error")
    person.page.get_by_test_id("national-id").fill(citizen["national_id"])
    person.click("submit")
    person.see("page-recovery-code")
    look(person, "recovery-code")
    code = demo.last_code(citizen["phone_number"])
    person.page.get_by_test_id("code").fill(f"{(int(code) + 1) % 1_000_000:06d}")
    person.click("submit")
    person.see("code-error")
    look(person, "recovery-code-error")
    person.click("resend")
    person.see("notice")
    look(person, "recovery-code-too-early")
    type_code(person, citizen)
    person.see("page-totp")
    look(person, "recovery-totp")
    person.page.get_by_test_id("code").fill(code_of_app(secret))
    person.click("submit")
    person.see("page-new-password")
    person.page.get_by_test_id("new-password").fill("kısa")
    person.click("submit")
    person.see("error-summary")
    look(person, "recovery-new-password-error")
    set_password(person)
    person.see("page-recovery-done")
    look(person, "recovery-done")
    person.click("to-login")
    person.see("page-password")
    assert person.page.url == waiting
    person.give_password(citizen)
    person.see("error-summary")
    person.give_password(citizen, NEW_PASSWORD)
    choose(person, "totp")
    person.page.get_by_test_id("code").fill(code_of_app(secret, steps_ahead=1))
    person.click("submit")
    inside(person)
    person.leave()


@WALKS
def test_a_forgotten_password_with_sms_and_identity(
    demo: Demo, chromium: Browser, persona: Persona, locale: str, scripts: bool
) -> None:
    """domain.md §3.4: the phone is all there is, so it is verified with identity again."""
    citizen, person = persona("two-step-sms"), Person.at(demo, chromium, locale=locale, scripts=scripts)
    forget(person, citizen)
    type_code(person, citizen)
    person.see("page-recovery-identity")
    look(person, "recovery-identity")
    person.click("submit")
    person.see("identity-error")
    look(person, "recovery-identity-error")
    with person.page.context.expect_page() as opened:
        person.click("virtual-phone")
    phone = Person(demo, opened.value, person.complaints, scripts)
    phone.click("verify-nfc")
    phone.see("notice")
    phone.page.close()
    person.click("submit")
    set_password(person)
    person.click("to-login")
    person.give_password(citizen, NEW_PASSWORD)
    person.give_code(citizen)
    inside(person)
    person.leave()


@LANGUAGES
def test_a21_a_number_that_nobody_has_sees_the_same_pages(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    seen = []
    for national_id in (persona("two-step-sms")["national_id"], UNKNOWN, persona("closed")["national_id"]):
        person = Person.at(demo, chromium, locale=locale, scripts=False)
        forget(person, {"national_id": national_id})
        words = person.page.locator("main").inner_text()
        person.page.get_by_test_id("code").fill("000000")
        person.click("submit")
        person.see("code-error")
        words += person.page.locator("main").inner_text()
        person.click("resend")
        person.see("notice")
        seen.append("\n".join(line for line in words.splitlines() if not any(map(str.isdigit, line))))
        person.leave()
    assert len(set(seen)) == 1


@WALKS
@pytest.mark.parametrize("who", ["first-password", "old-password"])
def test_a_password_that_is_due_is_changed_inside_the_login(
    demo: Demo, chromium: Browser, persona: Persona, locale: str, who: str, scripts: bool
) -> None:
    citizen, person = persona(who), Person.at(demo, chromium, locale=locale, scripts=scripts)
    person.go_to_login()
    person.give_password(citizen, citizen["password"])
    person.give_code(citizen)
    person.see("page-new-password")
    look(person, f"new-password-{who}")
    person.page.get_by_test_id("new-password").fill(citizen["password"])
    person.page.get_by_test_id("new-password-repeat").fill(NEW_PASSWORD)
    person.click("submit")
    person.see("error-summary")
    look(person, f"new-password-{who}-error")
    set_password(person)
    inside(person)
    person.leave()
