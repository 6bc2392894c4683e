"""Logging out of everything at once, and beginning at our side, in a real browser on a real demo."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.demo import Demo, Person

pytestmark = pytest.mark.timeout(240)

Persona = Callable[[str], dict[str, Any]]
_MOST_LOOKS = 100


@pytest.fixture
def person(demo: Demo, chromium: Browser, persona: Persona) -> Person:
    """Ayşe, logged in at MHRS."""
    citizen, person = persona("two-step-sms"), Person.at(demo, chromium)
    person.go_to_login()
    person.give_password(citizen)
    person.give_code(citizen)
    person.approve()
    person.see("mhrs-citizen-name")
    return person


def is_at_mhrs(person: Person) -> bool:
    person.page.goto(f"{person.demo.mhrs}/randevu")
    return person.has("mhrs-citizen-name")


def test_logout_12_who_logs_out_at_the_provider_is_logged_out_at_mhrs(person: Person) -> None:
    """R-71: by the logout token that MHRS's server gets, within the few looks that a person takes."""
    assert is_at_mhrs(person)
    person.page.goto(f"{person.demo.idp}/logout")
    person.click("decision-logout")
    person.see("logged-out")
    expect(person.page.get_by_test_id("others-may-remain")).to_have_count(0)
    assert any(not is_at_mhrs(person) for _ in range(_MOST_LOOKS))
    person.leave()


def test_dcr_14_a_login_that_begins_at_the_page_of_services(person: Person) -> None:
    """Core §4: from our page to MHRS, which asks us, who know the browser: no page in between."""
    person.page.context.clear_cookies(name="mhrs_session")
    person.page.goto(f"{person.demo.idp}/hesabim/izinler")
    person.click("visit-service")
    person.see("mhrs-citizen-name")
    assert person.page.url.startswith(person.demo.mhrs)
    person.leave()
