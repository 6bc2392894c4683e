"""J2: password, then a code, and no other way; what a code is good for, and for how long."""

import pytest

from idp.domain.audit import Event
from idp.domain.errors import LoginExpired, LoginMovedOn, LoginNotFound
from idp.journey.asking import Sent, TooEarly
from idp.journey.password import BadNationalId, PasswordMissing, PasswordProved, WrongPassword
from idp.journey.second_factor import BadAnswer, DeadQuestion, Proved, WrongAnswer
from idp.journey.world import Limits
from idp.policy.journey import Step
from tests.journey.house import AYSE, BERK, CEM, FLOOR, MHRS, RIGHT, START, WRONG_CODE, Browser, House


def test_j2_password_then_code_gives_a_two_step_login(house: House, browser: Browser) -> None:
    assert browser.arrive(FLOOR) is Step.PASSWORD
    house.clock.forward(10)
    assert isinstance(browser.password(AYSE), PasswordProved)
    assert browser.step() is Step.SMS
    house.clock.forward(20)
    assert isinstance(browser.code(house.codes(AYSE)[-1]), Proved)
    house.clock.forward(5)
    done = browser.finish()
    assert done.subject.citizen_id == AYSE.id
    assert done.subject.assurance.acr == "urn:esik:acr:two-step"
    assert done.subject.assurance.amr == ("pwd", "sms", "mfa")
    assert done.subject.assurance.auth_time == START + 10


def test_two_step_off_and_no_floor_gives_a_truthful_password_login(browser: Browser) -> None:
    done = browser.log_in(BERK)
    assert done.subject.assurance.acr == "urn:esik:acr:password"
    assert done.subject.assurance.amr == ("pwd",)


def test_a01_after_the_password_no_other_verb_goes_on(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    for verb in (browser.approve, browser.acknowledge, browser.enable, lambda: browser.choose(same=True)):
        with pytest.raises(LoginMovedOn):
            verb()
    with pytest.raises(ValueError, match="FINISH"):
        browser.finish()
    assert browser.arrive() is Step.PASSWORD
    assert house.rows.sessions == {}


def test_a02_a_valid_code_without_the_password_is_refused(house: House) -> None:
    """Nothing shows that it was right, and the code is still good where it belongs."""
    honest, thief = house.browser("honest"), house.browser("thief")
    honest.arrive()
    honest.password(AYSE)
    thief.arrive()
    code = house.codes(AYSE)[-1]
    for guess in (code, WRONG_CODE):
        with pytest.raises(LoginMovedOn):
            thief.code(guess)
    with pytest.raises(LoginMovedOn):
        thief.resend()
    assert isinstance(honest.code(code), Proved)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("12a456", "not_digits"),
        ("１２３４５６", "not_digits"),
        ("١٢٣٤٥٦", "not_digits"),
        ("12345", "length"),
        ("1234567", "length"),
        ("\ud800", "not_digits"),
        ("-12345", "not_digits"),
        ("123456\0", "not_digits"),
        ("1" * 100_000, "length"),
    ],
)
def test_a03_b06_what_cannot_be_a_code_is_no_progress(browser: Browser, typed: str, fault: str) -> None:
    browser.arrive()
    browser.password(AYSE)
    assert browser.code(typed) == BadAnswer(fault)
    assert browser.step() is Step.SMS


def test_a_code_may_be_typed_in_groups(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    code = house.codes(AYSE)[-1]
    assert isinstance(browser.code(f" {code[:3]} {code[3:]}\n"), Proved)


def test_a06_a_code_of_another_login_of_the_same_citizen_is_refused(house: House) -> None:
    one, other = house.browser("one"), house.browser("other")
    one.arrive()
    one.password(AYSE)
    other.arrive()
    other.password(AYSE)
    first, second = house.codes(AYSE)
    assert isinstance(one.code(second), WrongAnswer)
    assert isinstance(other.code(first), WrongAnswer)
    assert isinstance(one.code(first), Proved)


def test_a06_a_code_of_another_citizen_is_refused(house: House) -> None:
    one, other = house.browser("one"), house.browser("other")
    one.arrive()
    one.password(AYSE)
    other.arrive()
    other.password(CEM)
    assert isinstance(one.code(house.codes(CEM)[-1]), WrongAnswer)


def test_a06_only_the_newest_code_counts(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    house.clock.forward(60)
    assert isinstance(browser.resend(), Sent)
    first, second = house.codes(AYSE)
    assert isinstance(browser.code(first), WrongAnswer)
    assert isinstance(browser.code(second), Proved)


@pytest.mark.parametrize(("waited", "proved"), [(179, True), (180, False), (181, False)])
def test_b07_a_code_lives_three_minutes_and_not_a_second_more(
    house: House, browser: Browser, waited: int, proved: bool
) -> None:
    browser.arrive()
    browser.password(AYSE)
    house.clock.forward(waited)
    outcome = browser.code(house.codes(AYSE)[-1])
    assert isinstance(outcome, Proved) if proved else outcome == DeadQuestion("expired")


@pytest.mark.parametrize(("waited", "expired"), [(599, False), (600, True)])
def test_b07_a_login_lives_ten_minutes(house: House, browser: Browser, waited: int, expired: bool) -> None:
    browser.arrive()
    house.clock.forward(waited)
    if not expired:
        assert isinstance(browser.password(BERK), PasswordProved)
        return
    for verb in (lambda: browser.password(BERK), browser.cancel, lambda: browser.code("123456"), browser.resend):
        with pytest.raises(LoginExpired):
            verb()


def test_b07_a_used_code_is_used_up(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    code = house.codes(AYSE)[-1]
    browser.code(code)
    with pytest.raises(LoginMovedOn):
        browser.code(code)
    browser.finish()
    with pytest.raises(LoginMovedOn):
        browser.code(code)


def test_a_new_code_may_be_asked_after_a_minute(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    house.clock.forward(15)
    assert browser.resend() == TooEarly(45)
    house.clock.forward(44)
    assert browser.resend() == TooEarly(1)
    house.clock.forward(1)
    assert isinstance(browser.resend(), Sent)
    assert len(house.codes(AYSE)) == 2


def test_b16_in_production_an_account_gets_five_codes_an_hour() -> None:
    house = House(Limits(sms_quotas=True))
    browser = house.browser()
    for _ in range(7):
        browser.arrive()
        browser.password(AYSE)
        browser.cancel()
        house.clock.forward(61)
    assert len(house.codes(AYSE)) == 5


def test_b16_codes_are_a_minute_apart_in_new_logins_too() -> None:
    """security.md §6.2: sixty seconds apart; only in sandbox mode within one transaction alone."""
    house = House(Limits(sms_quotas=True))
    browser = house.browser()
    for _ in range(2):
        browser.arrive()
        browser.password(AYSE)
        house.clock.forward(30)
    assert len(house.codes(AYSE)) == 1


def test_c02_a_login_is_open_only_in_the_browser_that_began_it(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    thief = house.browser("thief")
    thief.login_id = browser.login_id
    code = house.codes(AYSE)[-1]
    for verb in (
        thief.standing,
        lambda: thief.password(AYSE),
        lambda: thief.code(code),
        thief.resend,
        thief.cancel,
        thief.approve,
        thief.acknowledge,
        thief.enable,
        thief.finish,
    ):
        with pytest.raises(LoginNotFound):
            verb()
    assert isinstance(browser.code(code), Proved)


def test_the_first_step_says_what_is_wrong_and_no_more(house: House, browser: Browser) -> None:
    browser.arrive()
    assert browser.password(AYSE, number="98765430171") == BadNationalId("checksum")
    assert browser.password(AYSE, "") == PasswordMissing()
    house.change(CEM, password_hash=None)
    unknown = "10000008098"
    assert {browser.password(AYSE, "wrong"), browser.password(AYSE, number=unknown), browser.password(CEM)} == {
        WrongPassword()
    }
    assert house.hasher.matched == 3


def test_a_weak_hash_is_made_stronger_and_a_strong_one_left_alone(house: House, browser: Browser) -> None:
    house.change(BERK, password_hash=f"weak:{RIGHT}")
    browser.log_in(BERK)
    assert house.citizen(BERK).password_hash == f"strong:{RIGHT}"
    assert house.citizen(BERK).password_changed_at == BERK.password_changed_at


def test_the_message_carries_the_code_once_and_is_bound_to_the_host(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE)
    message = house.rows.outbox[-1]
    assert message.text.splitlines() == [
        f"{message.code} Eşik doğrulama kodunuz. Kimseyle paylaşmayın. EMÜLATÖR",
        f"@giris.example #{message.code}",
    ]
    assert (message.expires_at, message.destination) == (START + 180, "+905000000001")


def test_e08_each_step_is_written_down_and_none_tells_a_secret(house: House, browser: Browser) -> None:
    browser.arrive(MHRS)
    browser.password(AYSE, "wrong")
    browser.password(AYSE)
    browser.code(WRONG_CODE)
    code = house.codes(AYSE)[-1]
    browser.code(code)
    browser.finish()
    assert [row.event for row in house.audit()] == [
        Event.LOGIN_BEGUN,
        Event.PASSWORD_REFUSED,
        Event.PASSWORD_PROVED,
        Event.CODE_SENT,
        Event.FACTOR_REFUSED,
        Event.FACTOR_PROVED,
        Event.SESSION_STARTED,
        Event.LOGIN_FINISHED,
    ]
    told = repr(house.audit())
    assert not [secret for secret in (code, RIGHT, AYSE.national_id.value, "+905000000001") if secret in told]
    assert {row.client_id for row in house.audit()} == {"mhrs"}


def test_r81_a_wrong_password_stands_in_the_citizens_own_history(house: House, browser: Browser) -> None:
    browser.arrive()
    browser.password(AYSE, "wrong")
    assert house.audit(Event.PASSWORD_REFUSED)[-1].citizen_id == AYSE.id
