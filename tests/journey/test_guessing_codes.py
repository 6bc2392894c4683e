"""Guessing codes: what is counted, where it stops, and what sets it back (security.md §6.2)."""

import pytest

from idp.domain.audit import Event
from idp.journey.asking import Paused, Sent
from idp.journey.password import PasswordProved
from idp.journey.second_factor import DeadQuestion, Proved, WrongAnswer
from idp.journey.world import Limits
from idp.policy.journey import Step
from tests.journey.house import AYSE, BERK, FLOOR, WRONG_CODE, Browser, House

UNLIMITED_SMS = Limits(sms_quotas=False)
MINUTE = 60


@pytest.fixture
def house() -> House:
    return House(UNLIMITED_SMS)


def at_the_code(browser: Browser) -> Browser:
    browser.arrive()
    assert isinstance(browser.password(AYSE), PasswordProved)
    return browser


def guess_wrong(house: House, browser: Browser, times: int) -> list[object]:
    """Wrong codes, with a new code whenever the last is dead."""
    outcomes: list[object] = []
    while len(outcomes) < times:
        outcomes.append(browser.code(WRONG_CODE))
        if outcomes[-1] == WrongAnswer(0):
            house.clock.forward(MINUTE)
            assert isinstance(browser.resend(), Sent)
    return outcomes


def test_three_wrong_guesses_kill_a_code(house: House, browser: Browser) -> None:
    at_the_code(browser)
    assert [browser.code(WRONG_CODE) for _ in range(3)] == [WrongAnswer(2), WrongAnswer(1), WrongAnswer(0)]
    assert browser.code(house.codes(AYSE)[-1]) == DeadQuestion("used_up")


def test_b01_after_five_wrong_codes_the_right_one_is_refused_and_the_citizen_told(
    house: House, browser: Browser
) -> None:
    at_the_code(browser)
    outcomes = guess_wrong(house, browser, 5)
    assert outcomes[-1] == Paused(15 * MINUTE)
    assert house.audit(Event.FACTOR_PAUSED)
    assert len(house.notices(AYSE)) == 1
    other = house.browser("other")
    other.arrive()
    other.password(AYSE)
    house.clock.forward(1)
    assert other.code(house.codes(AYSE)[-1]) == Paused(15 * MINUTE - 1)
    assert other.step() is Step.PASSWORD
    house.clock.forward(5 * MINUTE - 1)
    other.password(AYSE)
    assert other.resend() == Paused(10 * MINUTE)


def test_b01_a_fifth_guess_at_a_dead_code_pauses_and_is_told_like_any_other(house: House, browser: Browser) -> None:
    at_the_code(browser)
    for _ in range(5):
        browser.code(WRONG_CODE)
    assert house.audit(Event.FACTOR_PAUSED)
    assert len(house.notices(AYSE)) == 1


def test_b02_nothing_but_a_finished_login_sets_the_count_back(house: House) -> None:
    """Two wrong, then: a new code, another login, another browser, cancelling, the right password. The fifth pauses."""
    browser = at_the_code(house.browser())
    guess_wrong(house, browser, 2)
    house.clock.forward(MINUTE)
    browser.resend()
    assert isinstance(browser.code(WRONG_CODE), WrongAnswer)
    browser.cancel()
    at_the_code(browser)
    assert isinstance(browser.code(WRONG_CODE), WrongAnswer)
    other = at_the_code(house.browser("other"))
    assert isinstance(other.code(WRONG_CODE), Paused)


def test_p3_a_right_code_gives_back_its_own_count_and_finishing_clears_the_streak(
    house: House, browser: Browser
) -> None:
    for _ in range(2):
        at_the_code(browser)
        guess_wrong(house, browser, 4)
        assert isinstance(browser.code(house.codes(AYSE)[-1]), Proved)
        browser.finish()
        browser.handle = None


def test_p3_an_unfinished_login_clears_nothing(house: House, browser: Browser) -> None:
    browser.arrive(prompt=frozenset())
    browser.password(AYSE)
    guess_wrong(house, browser, 4)
    assert isinstance(browser.code(house.codes(AYSE)[-1]), Proved)
    other = at_the_code(house.browser("other"))
    assert isinstance(other.code(WRONG_CODE), Paused)


def test_the_day_has_ten_wrong_codes_however_often_one_succeeds_between(house: House, browser: Browser) -> None:
    wrong = 0
    for _ in range(4):
        browser.handle = None
        at_the_code(browser)
        for outcome in guess_wrong(house, browser, min(4, 11 - wrong)):
            wrong += isinstance(outcome, WrongAnswer)
            if isinstance(outcome, Paused):
                assert wrong == 10
                return
        browser.code(house.codes(AYSE)[-1])
        browser.finish()
    pytest.fail("more than ten wrong codes in a day")


def test_b10_whoever_waits_out_the_pause_must_know_the_password_again(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    browser.enable()
    guess_wrong(house, browser, 5)
    assert browser.step() is Step.PASSWORD
    house.clock.forward(15 * MINUTE)
    assert browser.step() is Step.PASSWORD
    assert isinstance(browser.password(BERK), PasswordProved)
    assert isinstance(browser.code(house.codes(BERK)[-1]), Proved)


def test_b10_a_pause_set_by_a_guess_at_a_dead_code_asks_for_the_password_too(house: House, browser: Browser) -> None:
    browser.arrive(FLOOR)
    browser.password(BERK)
    browser.enable()
    for _ in range(5):
        browser.code(WRONG_CODE)
    house.clock.forward(15 * MINUTE)
    assert browser.step() is Step.PASSWORD


def test_the_twentieth_wrong_code_ends_the_method_until_recovery(house: House, browser: Browser) -> None:
    for _ in range(4):
        house.clock.forward(86_400)
        at_the_code(browser)
        assert isinstance(guess_wrong(house, browser, 5)[-1], Paused)
    house.clock.forward(86_400)
    at_the_code(browser)
    assert browser.resend() == Paused(None)
    assert browser.code(house.codes(AYSE)[-1]) == Paused(None)
