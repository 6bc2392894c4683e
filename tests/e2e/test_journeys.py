"""The project's acceptance: journeys J2, J3 and J4 of a person, and the account, in a real browser on a real demo.

Set ESIK_TEST_PICTURES to a folder to have the README's pictures taken on the way.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.demo import Demo, Person

pytestmark = pytest.mark.timeout(240)

Persona = Callable[[str], dict[str, Any]]


def picture(person: Person, name: str) -> None:
    folder = os.environ.get("ESIK_TEST_PICTURES")
    if folder:
        person.page.screenshot(path=Path(folder) / f"{name}.png")


def test_j2_a_citizen_logs_in_with_two_steps_and_books(demo: Demo, chromium: Browser, persona: Persona) -> None:
    citizen, person = persona("two-step-sms"), Person.at(demo, chromium)
    person.go_to_login()
    picture(person, "login")
    person.give_password(citizen)
    person.see("page-code")
    picture(person, "code")
    person.give_code(citizen)
    person.see("page-consent")
    picture(person, "consent")
    person.approve()
    person.see("mhrs-citizen-name")
    person.book()
    expect(person.page.get_by_test_id("mhrs-citizen-name")).to_contain_text("Ayşe")
    picture(person, "mhrs-appointments")
    person.search()
    picture(person, "mhrs-panel")
    person.page.goto(f"{demo.idp}/telefon/{citizen['phone_number']}")
    picture(person, "phone")
    person.leave()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_j3b_and_j4_refused_then_enabled_then_back_in_the_same_login(
    demo: Demo, chromium: Browser, persona: Persona, scripts: bool
) -> None:
    citizen = persona("two-step-off" if scripts else "every-claim")
    person = Person.at(demo, chromium, scripts=scripts)
    person.go_to_login()
    person.give_password(citizen)
    person.approve()
    person.see("mhrs-refused")
    expect(person.page.get_by_test_id("mhrs-received-level")).to_contain_text("urn:esik:acr:password")
    if scripts:
        picture(person, "refusal")
    person.click("mhrs-retry")
    person.see("page-two-step-off")
    if scripts:
        picture(person, "two-step-off")
    person.switch_on(citizen)
    person.approve()
    person.see("mhrs-notice")
    expect(person.page.get_by_test_id("mhrs-citizen-name")).to_be_visible()
    person.book()
    person.leave()


def test_j3a_declining_the_offer_goes_back_to_mhrs_without_a_login(
    demo: Demo, chromium: Browser, persona: Persona
) -> None:
    """C13: the redirect after the posted form crosses to MHRS under our policy."""
    person = Person.at(demo, chromium)
    person.go_to_login()
    person.give_password(persona("unverified-phone"))
    person.approve()
    person.click("mhrs-retry")
    person.see("page-phone-unverified")
    person.click("decision-decline")
    expect(person.page.get_by_test_id("mhrs-outcome")).to_have_attribute("data-outcome", "unmet")
    person.leave()


@pytest.mark.parametrize("step", ["password", "code"])
def test_c13_cancelling_on_every_page_returns_to_mhrs(
    demo: Demo, chromium: Browser, persona: Persona, step: str
) -> None:
    person = Person.at(demo, chromium)
    person.go_to_login()
    if step != "password":
        person.give_password(persona("long-name"))
        person.see(f"page-{step}")
    person.click("cancel")
    expect(person.page.get_by_test_id("mhrs-outcome")).to_have_attribute("data-outcome", "cancelled")
    person.leave()


def test_j2_by_keyboard_alone(demo: Demo, chromium: Browser, persona: Persona) -> None:
    """WCAG 2.1.1, 2.4.7: Tab, typing, Space and Enter; Enter submits the main button."""
    citizen, person = persona("foreigner"), Person.at(demo, chromium)
    keys = person.page.keyboard
    person.page.goto(demo.mhrs)
    _tab_to(person, "mhrs-login")
    keys.press("Enter")
    person.see("page-password")
    _tab_to(person, "national-id")
    keys.type(citizen["national_id"])
    _tab_to(person, "password")
    keys.type(citizen["password"])
    keys.press("Enter")
    person.see("page-code")
    _tab_to(person, "code")
    keys.type(demo.last_code(citizen["phone_number"]))
    keys.press("Enter")
    person.see("page-consent")
    _tab_to(person, "decision-approve")
    keys.press("Enter")
    person.see("mhrs-citizen-name")
    person.leave()


def test_j1_switching_two_step_login_on_and_off_in_the_account(demo: Demo, chromium: Browser, persona: Persona) -> None:
    citizen, person = persona("long-name"), Person.at(demo, chromium)
    person.page.goto(f"{demo.idp}/hesabim")
    person.give_password(citizen)
    person.give_code(citizen)
    person.see("page-account-home")
    picture(person, "account")
    person.page.goto(f"{demo.idp}/hesabim/guvenlik")
    person.see("page-two-step-settings")
    person.page.get_by_test_id("two-step-off").check()
    person.click("save-settings")
    person.click("decision-off")
    person.see("notice")
    assert demo.personas()["long-name"]["two_step"] is False
    person.page.get_by_test_id("two-step-on").check()
    person.page.locator("#accept_terms").check()
    person.click("save-settings")
    person.give_code(citizen)
    person.see("page-two-step-settings")
    assert demo.personas()["long-name"]["two_step"] is True
    person.leave()


def test_logout_at_mhrs_ends_the_login_at_the_provider_too(demo: Demo, chromium: Browser, persona: Persona) -> None:
    person, citizen = Person.at(demo, chromium), persona("foreigner")
    person.go_to_login()
    person.give_password(citizen)
    person.give_code(citizen)
    person.approve()
    person.see("mhrs-citizen-name")
    person.click("mhrs-logout")
    person.see("mhrs-start")
    person.page.goto(f"{demo.idp}/hesabim")
    person.see("page-password")
    person.leave()


def _tab_to(person: Person, testid: str) -> None:
    person.page.wait_for_load_state()
    for _ in range(60):
        focused = person.page.evaluate("document.activeElement?.dataset?.testid ?? ''")
        if focused == testid:
            assert person.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {testid}")
