"""E07: what is disabled, closed, changed or deleted between two steps ends the login, or the proof, at the next."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.domain.citizen import CitizenState
from idp.domain.errors import EsikError, LoginMovedOn
from idp.domain.phone_number import PhoneNumber
from idp.journey.password import PasswordProved, WrongPassword
from idp.journey.second_factor import Proved, WrongAnswer
from idp.policy.journey import Step
from tests.journey.house import ASKING, AYSE, BERK, FLOOR, MHRS, RIGHT, START, Browser, House

NEW_PHONE = PhoneNumber.parse("05000000009")


def close(house: House) -> None:
    house.change(AYSE, state=CitizenState.CLOSED)


def delete(house: House) -> None:
    del house.rows.citizens[AYSE.id]


def disable_client(house: House) -> None:
    house.rows.clients[MHRS.client_id] = replace(MHRS, disabled=True)


def delete_client(house: House) -> None:
    del house.rows.clients[MHRS.client_id]


ENDINGS = pytest.mark.parametrize("ending", [close, delete, disable_client, delete_client])


@ENDINGS
def test_e07_between_password_and_code(house: House, browser: Browser, ending: Callable[[House], None]) -> None:
    browser.arrive()
    browser.password(AYSE)
    code = house.codes(AYSE)[-1]
    ending(house)
    assert browser.step() is Step.REFUSED
    for verb in (lambda: browser.code(code), browser.resend, browser.approve, browser.cancel):
        with pytest.raises(LoginMovedOn):
            verb()
    with pytest.raises(ValueError, match="FINISH"):
        browser.finish()


@ENDINGS
def test_e07_between_code_and_finish(house: House, browser: Browser, ending: Callable[[House], None]) -> None:
    browser.arrive()
    browser.password(AYSE)
    browser.code(house.codes(AYSE)[-1])
    ending(house)
    with pytest.raises(ValueError, match="FINISH"):
        browser.finish()
    assert house.rows.sessions == {}


@ENDINGS
def test_b09_in_a_session(house: House, browser: Browser, ending: Callable[[House], None]) -> None:
    """The session counts for nothing any more; whoever sits there may still log in as somebody else."""
    browser.log_in(AYSE)
    ending(house)
    assert browser.arrive() in {Step.PASSWORD, Step.REFUSED}


@ENDINGS
def test_e07_while_the_password_is_hashed(house: House, browser: Browser, ending: Callable[[House], None]) -> None:
    browser.arrive()
    house.hasher.while_hashing = lambda: ending(house)
    try:
        browser.password(AYSE)
    except LoginMovedOn:
        return
    assert browser.step() is Step.REFUSED
    assert house.codes(AYSE) == []


def test_a_closed_account_looks_like_a_wrong_password(house: House, browser: Browser) -> None:
    close(house)
    browser.arrive()
    assert browser.password(AYSE) == WrongPassword()


def test_a_password_changed_while_the_old_one_is_hashed_is_not_proved(house: House, browser: Browser) -> None:
    browser.arrive()
    house.hasher.while_hashing = lambda: house.change(BERK, password_hash="strong:new", password_changed_at=START)
    browser.password(BERK)
    assert browser.step() is Step.PASSWORD


def test_c09_a_changed_password_takes_the_old_proof_out_of_every_login(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    browser.arrive()
    house.change(AYSE, password_hash="strong:new", password_changed_at=START)
    assert browser.step() is Step.PASSWORD
    assert browser.password(AYSE, RIGHT) == WrongPassword()


def test_r71_a_changed_phone_takes_the_old_proof_out_of_every_login(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    house.change(AYSE, phone_number=NEW_PHONE)
    assert browser.arrive() is Step.SMS


def test_r56_a_code_that_went_to_the_former_phone_does_not_prove_the_new_one(house: House, browser: Browser) -> None:
    """The number is changed because the old phone was lost: whoever found it holds the code."""
    browser.arrive()
    browser.password(AYSE)
    code = house.codes(AYSE)[-1]
    house.change(AYSE, phone_number=NEW_PHONE)
    assert not isinstance(browser.code(code), Proved)
    assert browser.step() is Step.SMS


def without_phone(house: House) -> None:
    house.change(AYSE, phone_verified_at=None)


def test_e07_a_phone_that_is_no_longer_verified_takes_no_code_and_breaks_nothing(
    house: House, browser: Browser
) -> None:
    """Nothing a client sends can cause a 5xx (design.md §6): a login that cannot go on says so."""
    without_phone(house)
    browser.arrive()
    assert isinstance(browser.password(AYSE), PasswordProved)
    assert browser.step() is Step.TWO_STEP_OFF
    assert house.codes(AYSE) == []


def test_e07_a_phone_that_goes_between_sending_and_answering_breaks_nothing(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    code = house.codes(AYSE)[-1]
    without_phone(house)
    try:
        outcome = browser.code(code)
    except EsikError:
        outcome = WrongAnswer(0)
    assert not isinstance(outcome, Proved)
    assert browser.step() is not Step.FINISH


def test_two_step_switched_on_meanwhile_is_asked_for(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(BERK)
    assert browser.step() is Step.FINISH
    house.change(BERK, two_step=True)
    assert browser.step() is Step.SMS


def test_two_step_switched_off_meanwhile_does_not_lower_the_floor(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(AYSE)
    house.change(AYSE, two_step=False)
    assert browser.step() is Step.TWO_STEP_OFF


def test_consent_taken_back_meanwhile_is_asked_for_again(house: House, browser: Browser) -> None:
    browser.arrive(ASKING)
    browser.password(BERK)
    browser.approve()
    browser.finish()
    assert browser.arrive(ASKING) is Step.FINISH
    house.rows.consents.clear()
    assert browser.step() is Step.CONSENT


def test_six_open_logins_of_one_account_are_five(house: House) -> None:
    browsers = [house.browser(f"browser {n}") for n in range(6)]
    for browser in browsers:
        house.clock.forward(1)
        browser.arrive()
        browser.password(BERK)
    assert [browser.step() for browser in browsers] == [Step.OVER] + [Step.FINISH] * 5
