"""A password that is due, changed inside the login (domain.md §3.2); R-64's two notices beside it."""

import pytest

from idp.domain.audit import Event
from idp.domain.errors import LoginMovedOn, TooBusy
from idp.domain.evidence import Method
from idp.journey import new_password
from idp.journey.password import PasswordProved
from idp.policy.journey import Step
from idp.policy.passwords import PasswordFault
from idp.policy.throttle import LONG_WAITS_FROM, PASSWORD
from tests.journey.house import AYSE, BERK, RIGHT, START, Browser, House

NEW = "Mavi.7köpek-vapur"


def sets(browser: Browser, new: str = NEW, repeat: str | None = None) -> tuple[str, ...]:
    return new_password.set_new_password(
        browser.house.world,
        login_id=browser.login_id,
        browser_hash=browser.name,
        new=new,
        repeat=new if repeat is None else repeat,
        lang="tr",
        origin=browser.origin,
    )


@pytest.fixture
def due(house: House, browser: Browser) -> Browser:
    """Ayşe, two steps proved, with the password of an envelope."""
    house.change(AYSE, must_change_password=True)
    browser.arrive()
    browser.password(AYSE)
    browser.code(house.codes(AYSE)[-1])
    assert browser.step() is Step.NEW_PASSWORD
    return browser


def test_the_login_goes_on_with_the_time_of_its_proof(house: House, due: Browser) -> None:
    house.clock.forward(90)
    assert sets(due) == ()
    assert due.step() is Step.FINISH
    finished = due.finish()
    assert finished.subject.assurance.auth_time == START
    assert finished.subject.assurance.amr == ("pwd", "sms", "mfa")
    assert not house.citizen(AYSE).must_change_password
    (row,) = house.audit(Event.PASSWORD_CHANGED)
    assert (row.login_id, row.reason, row.ok) == (due.login_id, "due", True)


def test_it_cannot_be_called_at_any_other_step(house: House, browser: Browser) -> None:
    browser.arrive()
    for moves_on in (lambda: browser.password(AYSE), lambda: browser.code(house.codes(AYSE)[-1]), browser.finish):
        with pytest.raises(LoginMovedOn):
            sets(browser)
        moves_on()
    with pytest.raises(LoginMovedOn):
        sets(browser)
    assert house.citizen(AYSE).password_hash == AYSE.password_hash


def test_the_last_three_are_refused_and_the_fourth_is_not(house: House, due: Browser) -> None:
    house.rows.former_passwords[AYSE.id] = (f"strong:{NEW}1", f"strong:{NEW}2", f"strong:{NEW}3")
    for used in (RIGHT, f"{NEW}1", f"{NEW}2"):
        assert sets(due, used) == (PasswordFault.REUSED,)
    assert sets(due, f"{NEW}3") == ()


def test_the_session_it_continues_goes_on_and_others_end(house: House, browser: Browser) -> None:
    other = house.browser("other")
    other.log_in(AYSE)
    browser.log_in(AYSE)
    house.change(AYSE, must_change_password=True)
    browser.arrive(max_age=0)
    browser.password(AYSE)
    if browser.step() is Step.SMS:
        browser.code(house.codes(AYSE)[-1])
    assert sets(browser) == ()
    assert other.session() is None
    browser.finish()
    session = browser.session()
    assert session is not None
    assert {proof.method for proof in session.evidence} == {Method.PASSWORD, Method.SMS}


def test_a_full_house_changes_nothing(house: House, due: Browser) -> None:
    house.hasher.full = True
    with pytest.raises(TooBusy):
        sets(due)
    house.hasher.full = False
    assert house.citizen(AYSE).must_change_password
    assert sets(due) == ()


def test_a_password_that_changed_while_this_one_was_hashed_wins(house: House, due: Browser) -> None:
    house.hasher.while_hashing = lambda: house.change(AYSE, password_hash="strong:Bambaska.9")
    with pytest.raises(LoginMovedOn):
        sets(due)
    assert house.citizen(AYSE).password_hash == "strong:Bambaska.9"


def test_r64_a_new_browser_is_told_of_and_a_known_one_is_not(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    assert house.notices(AYSE) == [], "the first browser there is"
    browser.log_in(AYSE)
    assert house.notices(AYSE) == []
    house.browser("other").log_in(AYSE)
    (notice,) = house.notices(AYSE)
    assert "yeni bir tarayıcıdan" in notice
    house.browser("third").log_in(BERK)
    assert house.notices(BERK) == []


def test_r64_the_citizen_is_told_once_that_the_long_waits_began(house: House, browser: Browser) -> None:
    browser.arrive()
    for wrong in range(1, LONG_WAITS_FROM + 3):
        assert not isinstance(browser.password(AYSE, "yanlış"), PasswordProved)
        told = [notice for notice in house.notices(AYSE) if "hatalı şifre" in notice]
        assert len(told) == (1 if wrong >= LONG_WAITS_FROM else 0)
        house.clock.forward(PASSWORD.waits[wrong - 1])
        if browser.step() is Step.EXPIRED:
            browser.arrive()


def test_r64_a_number_that_nobody_has_is_told_of_to_nobody(house: House, browser: Browser) -> None:
    browser.arrive()
    for wrong in range(1, LONG_WAITS_FROM + 2):
        browser.password(AYSE, "yanlış", number="98765439944")
        house.clock.forward(PASSWORD.waits[wrong - 1])
        if browser.step() is Step.EXPIRED:
            browser.arrive()
    assert house.rows.outbox == []
