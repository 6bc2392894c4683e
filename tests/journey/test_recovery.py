"""A forgotten password, told in memory (A21, B12, B15, R-53, R-62)."""

from dataclasses import replace

import pytest

from idp.domain.audit import Event
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import CitizenState
from idp.domain.errors import LoginExpired, LoginMovedOn, TooBusy, TooManyRequests
from idp.domain.evidence import Method
from idp.domain.login import AccountVisit, LoginState, PasswordRecovery
from idp.journey import finish, leave, new_password, recovery
from idp.journey.asking import Paused, Sent, TooEarly
from idp.journey.recovery import WrongCode
from idp.journey.second_factor import BadAnswer, Proved
from idp.journey.standing import load
from idp.journey.world import Limits
from idp.policy.journey import Step
from idp.policy.passwords import PasswordFault
from tests.journey.house import AYSE, BERK, DENIZ, RIGHT, WRONG_CODE, Browser, House
from tests.journey.throttles import Counter

NEW = "Mavi.7köpek-vapur"
NOBODY = "98765439944"


def begins(browser: Browser, number: str = AYSE.national_id.value, form: str | None = None) -> object:
    """With a page of its own, unless it is the same `form` again."""
    begun = recovery.begin_recovery(
        browser.house.world,
        national_id=number,
        form=form or browser.house.world.secrets.token(),
        waiting="waiting",
        browser_hash=browser.name,
        lang="tr",
        origin=browser.origin,
    )
    if hasattr(begun, "id"):
        browser.login_id = begun.id
    return begun


def types(browser: Browser, code: str) -> object:
    return recovery.prove_phone(
        browser.house.world,
        login_id=browser.login_id,
        browser_hash=browser.name,
        typed=code,
        lang="tr",
        origin=browser.origin,
    )


def resends(browser: Browser) -> object:
    return recovery.send_again(
        browser.house.world, login_id=browser.login_id, browser_hash=browser.name, lang="tr", origin=browser.origin
    )


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


def identify(house: House) -> None:
    house.clock.forward(1)
    house.change(AYSE, phone_verified_at=house.clock.now())


def to_the_new_password(browser: Browser) -> None:
    begins(browser)
    assert isinstance(types(browser, browser.house.codes(AYSE)[-1]), Proved)
    identify(browser.house)
    assert browser.step() is Step.NEW_PASSWORD


def test_a21_until_the_code_the_login_names_nobody(house: House, browser: Browser) -> None:
    begins(browser)
    known = browser.login()
    begins(browser, NOBODY)
    unknown = browser.login()
    assert (known.citizen_id, unknown.citizen_id) == (None, None)
    assert known.sought != unknown.sought
    assert AYSE.national_id.value not in (known.sought or "")
    assert known.purpose == PasswordRecovery("waiting")


def test_a21_it_ends_with_a_password_and_nothing_else(house: House, browser: Browser) -> None:
    other = house.browser("other")
    other.log_in(AYSE)
    to_the_new_password(browser)
    assert sets(browser) == ()
    login = browser.login()
    assert (login.state, login.evidence, browser.step()) == (LoginState.FINISHED, (), Step.RECOVERED)
    assert other.session() is None
    assert len(house.rows.sessions) == 1, "the one that ended"
    assert house.citizen(AYSE).two_step
    assert house.citizen(AYSE).password_hash == f"strong:{NEW}"
    (row,) = house.audit(Event.PASSWORD_CHANGED)
    assert (row.citizen_id, row.reason) == (AYSE.id, "recovery")


@pytest.mark.parametrize("at", ["code", "identity", "password", "done"])
def test_a21_finish_refuses_it_at_every_step(house: House, browser: Browser, at: str) -> None:
    begins(browser)
    if at != "code":
        types(browser, house.codes(AYSE)[-1])
    if at in {"password", "done"}:
        identify(house)
    if at == "done":
        sets(browser)
    with house.world.begin() as uow, pytest.raises(ValueError, match="FINISH"):
        standing = load(house.world, uow, browser.login_id, browser.name)
        finish.finish(house.world, uow, standing, device=None, former=None, lang="tr", origin=browser.origin)


def test_a06_its_code_opens_no_login_though_it_is_as_long(house: House, browser: Browser) -> None:
    """The MAC has a purpose of its own: even in the login's own row the code would not be right."""
    begins(browser)
    code = house.codes(AYSE)[-1]
    (challenge,) = house.rows.challenges.values()
    login = house.browser("login")
    login.arrive()
    login.password(AYSE)
    for one in list(house.rows.challenges.values()):
        if one.login_id == login.login_id:
            house.rows.challenges[one.id] = replace(one, code_mac=challenge.code_mac)
    assert not isinstance(login.code(code), Proved)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345\u0661", "abcdef"])
def test_b06_what_cannot_be_a_code_is_not_counted(house: House, browser: Browser, typed: str) -> None:
    begins(browser)
    for _ in range(30):
        assert isinstance(types(browser, typed), BadAnswer)
    assert isinstance(types(browser, house.codes(AYSE)[-1]), Proved)


def test_b15_what_is_counted_is_the_number_whosever_it_is(house: House, browser: Browser) -> None:
    outcomes = []
    for number in (AYSE.national_id.value, DENIZ.national_id.value, NOBODY):
        begins(browser, number)
        outcomes.append([types(browser, WRONG_CODE) for _ in range(7)])
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][:5] == [WrongCode()] * 5
    assert outcomes[0][5] == Paused(900)
    counted = {scope for scope, _ in house.rows.counters}
    assert counted & {"factor", "factor.day", "factors", "factors.day", "password"} == set()


def test_b12_the_pause_is_over_in_a_quarter_of_an_hour(house: House, browser: Browser) -> None:
    for _ in range(4):
        begins(browser)
        for _ in range(6):
            types(browser, WRONG_CODE)
        house.clock.forward(900)
    house.clock.forward(86_400)
    begins(browser)
    assert isinstance(types(browser, house.codes(AYSE)[-1]), Proved)


def test_a_message_to_nobody_never_leaves(house: House, browser: Browser) -> None:
    begins(browser, NOBODY)
    assert [(one.destination, one.expires_at) for one in house.rows.outbox] == [("", house.clock.now())] * 2


def test_e07_who_was_closed_meanwhile_gets_no_further(house: House, browser: Browser) -> None:
    begins(browser)
    house.change(AYSE, state=CitizenState.CLOSED)
    assert types(browser, house.codes(AYSE)[-1]) == WrongCode()
    house.change(AYSE, state=CitizenState.ACTIVE)
    types(browser, house.codes(AYSE)[-1])
    house.change(AYSE, state=CitizenState.CLOSED)
    assert browser.step() is Step.REFUSED
    with pytest.raises(LoginMovedOn):
        sets(browser)


def test_a_code_to_a_phone_that_was_changed_proves_nothing(house: House, browser: Browser) -> None:
    begins(browser)
    house.change(AYSE, phone_number=BERK.phone_number)
    assert types(browser, house.codes(AYSE)[-1]) == WrongCode()


def test_a_phone_that_changes_after_its_code_takes_the_proof_away(house: House, browser: Browser) -> None:
    """A change counts as verified too: it must not stand for identity."""
    begins(browser)
    types(browser, house.codes(AYSE)[-1])
    house.clock.forward(1)
    house.change(AYSE, phone_number=BERK.phone_number, phone_verified_at=house.clock.now())
    assert browser.step() is Step.RECOVERY_CODE


def test_a_right_code_sent_twice_is_one_proof_and_no_failure(house: House, browser: Browser) -> None:
    """L-36."""
    begins(browser)
    code = house.codes(AYSE)[-1]
    types(browser, code)
    with pytest.raises(LoginMovedOn):
        types(browser, code)
    assert {one.count for (scope, _), one in house.rows.counters.items() if scope.startswith("recovery.guess")} == {0}


@pytest.mark.parametrize("quotas", [True, False], ids=["production", "sandbox"])
@pytest.mark.parametrize("number", [AYSE.national_id.value, NOBODY], ids=["known", "unknown"])
def test_l36_b12_the_first_form_sent_twice_begins_one_recovery(quotas: bool, number: str) -> None:
    """Whoever the number is: the same recovery, one message, and what limits sending is counted once."""
    house = House(Limits(sms_quotas=quotas))
    browser = house.browser()
    first = begins(browser, number, "the same form")
    sent, counters, written = list(house.rows.outbox), dict(house.rows.counters), len(house.rows.audit)
    assert begins(browser, number, "the same form") == first
    assert house.rows.outbox == sent
    assert {key: one for key, one in house.rows.counters.items() if key[0].startswith(("recovery", "sms"))} == {
        key: one for key, one in counters.items() if key[0].startswith(("recovery", "sms"))
    }
    assert len(house.rows.audit) == written
    assert browser.step() is Step.RECOVERY_CODE


def test_b12_another_form_is_another_recovery_and_waits_for_its_minute() -> None:
    """Only the page itself is known again: not the number, and not the browser."""
    house = House(Limits(sms_quotas=True))
    browser, other = house.browser(), house.browser("other")
    assert not isinstance(begins(browser, form="one"), TooEarly)
    assert isinstance(begins(browser, form="two"), TooEarly)
    assert isinstance(begins(other, form="one"), TooEarly)
    assert len(house.codes(AYSE)) == 1
    house.clock.forward(60)
    assert not isinstance(begins(browser, form="two"), TooEarly), "what was refused was not used up"
    assert len(house.codes(AYSE)) == 2


@pytest.mark.parametrize("how", ["left", "expired"])
def test_a_form_whose_recovery_is_over_begins_another(house: House, browser: Browser, how: str) -> None:
    """From a page that the browser kept."""
    begins(browser, form="one")
    first = browser.login_id
    if how == "expired":
        house.clock.forward(browser.login().expires_at - house.clock.now())
    else:
        with house.world.begin() as uow:
            leave.end(house.world, uow, browser.login(), Event.LOGIN_CANCELLED, browser.origin, "access_denied")
    begins(browser, form="one")
    assert browser.login_id != first
    assert browser.step() is Step.RECOVERY_CODE
    assert len(house.codes(AYSE)) == 2


def test_a_new_code_takes_the_old_ones_place_and_time_begins_anew(house: House, browser: Browser) -> None:
    begins(browser)
    assert resends(browser) == TooEarly(60)
    house.clock.forward(60)
    assert isinstance(resends(browser), Sent)
    first, second = house.codes(AYSE)
    assert types(browser, first) == WrongCode()
    assert recovery.code_expires_at(house.world, browser.login()) == house.clock.now() + 180
    assert isinstance(types(browser, second), Proved)


def test_it_ends_half_an_hour_after_the_last_code(house: House, browser: Browser) -> None:
    begins(browser)
    house.clock.forward(1800)
    with pytest.raises(LoginExpired):
        types(browser, house.codes(AYSE)[-1])
    with pytest.raises(LoginExpired):
        resends(browser)


def test_b11_numbers_posted_from_one_address_are_counted(house: House, browser: Browser) -> None:
    for _ in range(60):
        begins(browser, NOBODY)
    with pytest.raises(TooManyRequests):
        begins(browser)
    assert house.codes(AYSE) == []


def test_b16_in_production_sending_is_limited_by_number_and_never_touches_the_owners_limits() -> None:
    house = House(Limits(sms_quotas=True))
    for place in range(4):
        begun = begins(house.browser(f"b{place}", ip=f"192.0.2.{place + 1}"))
        assert isinstance(begun, TooEarly) is (place == 3)
        house.clock.forward(60)
    assert len(house.codes(AYSE)) == 3
    assert {scope for scope, _ in house.rows.counters if scope.startswith("sms.")} == {"sms.address.hour"}


def test_r53_a_method_that_only_recovery_brings_back_is_not_asked_for(house: House, browser: Browser) -> None:
    house.rows.authenticators["t"] = Authenticator("t", AYSE.id, Method.TOTP, "Telefonum", 0)
    begins(browser)
    types(browser, house.codes(AYSE)[-1])
    assert browser.step() is Step.TOTP
    house.rows.counters["factor", f"{AYSE.id}|totp"] = Counter(count=20)
    assert browser.step() is Step.RECOVERY_IDENTITY


def test_a_new_password_obeys_the_rules_and_a_full_house_loses_nothing(house: House, browser: Browser) -> None:
    to_the_new_password(browser)
    assert sets(browser, "") == ("empty",)
    assert sets(browser, NEW, "another") == ("differs",)
    assert PasswordFault.TOO_SHORT in sets(browser, "kisa")
    house.change(AYSE, password_hash=f"strong:{NEW}")
    assert sets(browser) == (PasswordFault.REUSED,)
    house.change(AYSE, password_hash=f"strong:{RIGHT}")
    house.hasher.full = True
    with pytest.raises(TooBusy):
        sets(browser)
    house.hasher.full = False
    assert sets(browser) == ()


def test_two_that_finish_together_leave_one_password(house: House, browser: Browser) -> None:
    """The other one's hash was made against a password that is gone by then."""
    other = house.browser("other")
    begins(other)
    types(other, house.codes(AYSE)[-1])
    to_the_new_password(browser)
    house.hasher.while_hashing = lambda: _assert_set(other)
    with pytest.raises(LoginMovedOn):
        sets(browser)
    assert house.citizen(AYSE).password_hash == f"strong:{NEW} ve başkası"


def _assert_set(browser: Browser) -> None:
    assert sets(browser, f"{NEW} ve başkası") == ()


def test_a_login_of_the_citizen_in_the_same_browser_is_not_touched_by_it(house: House, browser: Browser) -> None:
    """Its proofs are its own: an account visit that waits still asks for everything."""
    begins(browser)
    types(browser, house.codes(AYSE)[-1])
    visit = replace(browser.login(), id="visit", purpose=AccountVisit("/hesabim"), sought=None, version=0)
    house.rows.logins["visit"] = visit
    assert browser.standing("visit").step is Step.PASSWORD
