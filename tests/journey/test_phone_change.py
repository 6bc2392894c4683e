"""Another phone number: what must be proved, what is counted, what ends (R-56, A18, A19)."""

from dataclasses import replace

import pytest

from idp.domain.audit import Event
from idp.domain.authenticator import Authenticator
from idp.domain.enrolment import Enrolment
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method, Proof
from idp.domain.phone_number import PhoneNumber
from idp.journey import phone_change
from idp.journey.asking import Paused, TooEarly
from idp.journey.phone_change import Changed
from idp.journey.second_factor import BadAnswer, DeadQuestion, WrongAnswer
from idp.journey.security_settings import Visitor, visitor
from idp.journey.world import Limits
from tests.journey.house import AYSE, BERK, WRONG_CODE, Browser, House

NEW = "0500 000 00 42"
PHONE = PhoneNumber.parse(NEW)


def visit(browser: Browser) -> Visitor:
    with browser.house.world.begin() as uow:
        return visitor(browser.house.world, uow, browser.handle, fresh=True)


def asks(browser: Browser, at: Visitor, number: str = NEW) -> object:
    return phone_change.ask_for_code(browser.house.world, at, number, "tr", browser.origin)


def types(browser: Browser, at: Visitor, code: str) -> object:
    return phone_change.change_phone(browser.house.world, at, code, "tr", browser.origin)


def code(house: House) -> str:
    return [one.code for one in house.rows.outbox if one.destination == PHONE.value and one.code][-1]


def holds(house: House, browser: Browser, *proofs: tuple[Method, str]) -> None:
    """The session's proofs are exactly these, made now."""
    session = browser.session()
    assert session is not None
    evidence = tuple(Proof(method, AYSE.id, "x", credential, house.clock.now()) for method, credential in proofs)
    house.rows.sessions[session.id] = replace(session, evidence=evidence)


PASSWORD = (Method.PASSWORD, str(AYSE.password_changed_at))
OWN_PHONE = (Method.SMS, "+905000000001")


@pytest.mark.parametrize(
    ("proofs", "enough"),
    [
        ((PASSWORD, OWN_PHONE), True),
        ((PASSWORD, (Method.PASSKEY, "passkey")), True),
        ((PASSWORD, (Method.TOTP, "totp")), False),
        ((PASSWORD, (Method.PASSKEY, "removed")), False),
        ((PASSWORD, (Method.SMS, "+905000000002")), False),
        ((OWN_PHONE,), False),
        ((PASSWORD,), False),
    ],
)
def test_a18_the_proof_must_hold_the_phone_or_a_passkey(
    house: House, browser: Browser, proofs: tuple[tuple[Method, str], ...], enough: bool
) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    for method, one in ((Method.PASSKEY, "passkey"), (Method.TOTP, "totp")):
        house.rows.authenticators[one] = Authenticator(one, AYSE.id, method, one, 0)
    holds(house, browser, *proofs)
    if enough:
        assert isinstance(asks(browser, at), Enrolment)
        return
    with pytest.raises(ProofRequired):
        asks(browser, at)
    with pytest.raises(ProofRequired):
        types(browser, at, "123456")


def test_a_switched_off_account_needs_the_phone_all_the_same(house: House, browser: Browser) -> None:
    browser.log_in(BERK)
    with pytest.raises(ProofRequired):
        asks(browser, visit(browser))


def test_the_right_code_changes_everything_that_hangs_on_the_number(house: House, browser: Browser) -> None:
    other = house.browser("other")
    other.log_in(AYSE)
    browser.log_in(AYSE)
    at = visit(browser)
    asks(browser, at)
    assert types(browser, at, code(house)) == Changed(PHONE)
    assert house.citizen(AYSE).verified_phone == PHONE
    assert other.session() is None
    with pytest.raises(ProofRequired):
        visit(browser)
    (row,) = house.audit(Event.PHONE_CHANGED)
    assert row.ok
    told = [one.destination for one in house.rows.outbox if "telefonu değişti" in one.text]
    assert told == ["+905000000001", PHONE.value]


def test_only_the_newest_code_of_the_newest_number_counts(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    asks(browser, at)
    first = code(house)
    assert asks(browser, at, "0500 000 00 43") == TooEarly(60)
    house.clock.forward(60)
    asks(browser, at, "0500 000 00 43")
    assert types(browser, at, first) == WrongAnswer(2)
    assert house.citizen(AYSE).phone_number == AYSE.phone_number


def test_three_tries_three_minutes_ten_a_day(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    asks(browser, at)
    assert [types(browser, at, WRONG_CODE) for _ in range(3)] == [WrongAnswer(2), WrongAnswer(1), WrongAnswer(0)]
    assert types(browser, at, code(house)) == DeadQuestion("used_up")
    house.clock.forward(60)
    phone_change.ask_again(house.world, at, "tr", browser.origin)
    house.clock.forward(180)
    assert types(browser, at, code(house)) == DeadQuestion("expired")
    phone_change.ask_again(house.world, at, "tr", browser.origin)
    outcomes = [types(browser, at, WRONG_CODE) for _ in range(6)]
    assert isinstance(outcomes[-1], Paused)
    counted = {key for key, counter in house.rows.counters.items() if key[0].startswith("factor") and counter.count}
    assert counted == {("factor.day", f"{AYSE.id}|phone_change")}, "logins are not touched by it"


@pytest.mark.parametrize("typed", ["", "12345", "\u0661" * 6, "abcdef"])
def test_what_cannot_be_a_code_is_not_counted(house: House, browser: Browser, typed: str) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    asks(browser, at)
    for _ in range(20):
        assert isinstance(types(browser, at, typed), BadAnswer)
    assert types(browser, at, code(house)) == Changed(PHONE)


@pytest.mark.parametrize("changes", [{"phone_verified_at": None}, {"phone_number": BERK.phone_number}])
def test_a_number_that_changed_meanwhile_is_not_replaced(
    house: House, browser: Browser, changes: dict[str, object]
) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    asks(browser, at)
    house.change(AYSE, **changes)
    with pytest.raises(ProofRequired):
        types(browser, at, code(house))
    assert house.citizen(AYSE).phone_number != PHONE


def test_proofs_that_grew_old_meanwhile_finish_nothing(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    house.clock.forward(200)
    asks(browser, at)
    house.clock.forward(101)
    with pytest.raises(ProofRequired):
        types(browser, at, code(house))


def test_nothing_was_asked_and_nothing_is_asked_again(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    at = visit(browser)
    assert types(browser, at, "123456") == DeadQuestion("none")
    assert phone_change.ask_again(house.world, at, "tr", browser.origin) == DeadQuestion("none")


@pytest.mark.parametrize(
    ("number", "fault"), [("", "invalid"), ("02121234567", "invalid"), ("5000000001", "unchanged")]
)
def test_a_number_that_cannot_be_gets_no_code(house: House, browser: Browser, number: str, fault: str) -> None:
    browser.log_in(AYSE)
    assert asks(browser, visit(browser), number) == fault
    assert house.rows.enrolments == {}


def test_b16_in_production_codes_are_limited_as_all_others() -> None:
    house = House(Limits(sms_quotas=True))
    browser = house.browser()
    browser.log_in(AYSE)
    at, seen = visit(browser), []
    for _ in range(5):
        house.clock.forward(60)
        holds(house, browser, PASSWORD, OWN_PHONE)
        seen.append(isinstance(asks(browser, at), TooEarly))
    assert seen == [False, False, False, False, True], "five an hour, the login's own one among them"
