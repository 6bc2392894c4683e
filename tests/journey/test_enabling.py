"""J3a and J4: two-step login is off, the service needs it, and the citizen switches it on and comes back."""

import pytest

from idp.domain.audit import Event
from idp.domain.citizen import Citizen
from idp.domain.errors import LoginExpired, LoginMovedOn
from idp.domain.level import Level
from idp.domain.login import Enabling
from idp.journey.password import PasswordProved
from idp.journey.second_factor import Proved
from idp.journey.standing import Standing
from idp.policy.journey import Step
from tests.journey.house import AYSE, BERK, DENIZ, EMEL, FLOOR, MHRS, START, Browser, House

MINUTE = 60


def test_j3a_a_floor_is_explained_and_nothing_weaker_is_issued(browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    assert browser.step() is Step.TWO_STEP_OFF
    with pytest.raises(ValueError, match="FINISH"):
        browser.finish()


def test_j3a_declining_is_unmet_authentication_requirements(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    assert browser.cancel() == "unmet_authentication_requirements"
    assert not house.citizen(BERK).two_step
    with pytest.raises(LoginMovedOn):
        browser.enable()


def test_j3b_an_essential_acr_leads_to_the_same_page(browser: Browser) -> None:
    browser.arrive(MHRS, essential_levels=(Level.TWO_STEP, Level.PHISHING_RESISTANT))
    browser.password(BERK)
    assert browser.step() is Step.TWO_STEP_OFF


def test_j4_the_citizen_comes_back_to_the_same_request_at_two_steps(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR, state="state", nonce="nonce", code_challenge="challenge", ui_locales=("tr",))
    request = browser.login().purpose
    browser.password(BERK)
    began = browser.enable()
    assert isinstance(began, Standing)
    assert browser.step() is Step.ENABLING
    assert not house.citizen(BERK).two_step
    assert isinstance(browser.code(house.codes(BERK)[-1]), Proved)
    assert house.citizen(BERK).two_step
    assert browser.step() is Step.TWO_STEP_ON
    browser.acknowledge()
    done = browser.finish()
    assert done.login.purpose == request
    assert done.subject.assurance.acr == "urn:esik:acr:two-step"
    assert done.subject.assurance.amr == ("pwd", "sms", "mfa")
    assert len(house.audit(Event.TWO_STEP_ENABLED)) == 1
    assert len(house.notices(BERK)) == 1


def test_j4_the_detour_may_take_thirty_minutes(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    browser.enable()
    house.clock.forward(29 * MINUTE)
    browser.resend()
    assert isinstance(browser.code(house.codes(BERK)[-1]), Proved)
    assert browser.step() is Step.TWO_STEP_ON
    house.clock.forward(MINUTE)
    assert browser.step() is Step.EXPIRED
    with pytest.raises(LoginExpired):
        browser.acknowledge()


def test_j4_the_terms_must_be_accepted(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    assert browser.enable(accepted_terms=False) == "terms"
    assert browser.step() is Step.TWO_STEP_OFF
    assert house.codes(BERK) == []
    assert browser.login().expires_at == START + 10 * MINUTE


def test_j4_without_a_verified_phone_there_is_only_the_way_out(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(DENIZ)
    assert browser.enable() == "phone"
    assert browser.step() is Step.TWO_STEP_OFF
    assert browser.cancel() == "unmet_authentication_requirements"


def test_a18_an_old_password_of_the_session_is_asked_for_again(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    house.clock.forward(6 * MINUTE)
    assert browser.arrive(FLOOR) is Step.TWO_STEP_OFF
    browser.enable()
    assert browser.step() is Step.PASSWORD
    assert house.codes(BERK) == []
    assert isinstance(browser.password(BERK), PasswordProved)
    assert browser.step() is Step.ENABLING
    browser.code(house.codes(BERK)[-1])
    browser.acknowledge()
    assert browser.finish().subject.assurance.auth_time == START + 6 * MINUTE


def test_a18_a_fresh_session_goes_straight_to_the_code(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    house.clock.forward(4 * MINUTE)
    browser.arrive(FLOOR)
    browser.enable()
    assert browser.step() is Step.ENABLING
    assert len(house.codes(BERK)) == 1


@pytest.mark.parametrize(
    ("other", "step"),
    [(EMEL, Step.TWO_STEP_OFF), (AYSE, Step.SMS), (DENIZ, Step.TWO_STEP_OFF)],
    ids=["off", "on", "no phone"],
)
def test_a04_what_one_citizen_accepted_is_not_accepted_for_another(
    browser: Browser, other: Citizen, step: Step
) -> None:
    """Berk accepts the terms, is asked for the password again, and somebody else's number and password are typed."""
    house = browser.house
    browser.log_in(BERK)
    house.clock.forward(6 * MINUTE)
    browser.arrive(FLOOR)
    browser.enable()
    assert browser.step() is Step.PASSWORD
    assert isinstance(browser.password(other), PasswordProved)
    assert browser.step() is step
    assert browser.login().enabling is Enabling.NO


def test_enabling_what_is_already_on_is_not_written_down_twice(house: House, browser: Browser) -> None:
    """Two tabs switch it on: the second one's code is a second factor like any other."""
    browser.arrive(FLOOR)
    browser.password(BERK)
    browser.enable()
    house.change(BERK, two_step=True)
    assert isinstance(browser.code(house.codes(BERK)[-1]), Proved)
    assert house.audit(Event.TWO_STEP_ENABLED) == []
    assert house.notices(BERK) == []


def test_cancelling_at_the_code_leaves_two_step_login_off(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    browser.enable()
    browser.cancel()
    assert not house.citizen(BERK).two_step
    with pytest.raises(LoginMovedOn):
        browser.code(house.codes(BERK)[-1])
