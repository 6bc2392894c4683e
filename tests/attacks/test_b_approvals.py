"""B17, B18: a registered device is asked seldom, and only its key, the browser's number and time decide."""

import json
from functools import partial
from pathlib import Path

import pytest

from idp.domain.errors import LoginMovedOn, LoginNotFound
from idp.domain.evidence import Method
from idp.journey import asking, second_factor
from idp.journey.asking import Paused, TooEarly
from idp.journey.second_factor import DeadQuestion, Proved, WrongAnswer
from idp.testing.device import Device, NotRegistered, NotWaiting
from tests.asgi import Answer
from tests.clock import FakeClock
from tests.device_api.phones import (
    KIND,
    PAGE_ORIGIN,
    AccountPage,
    Asking,
    a_phone,
    another_number,
    asks,
    audited,
    decides,
    mentions,
    stored,
    unsigned,
    waiting_id,
    world_of,
)
from tests.people import AYSE, MEHMET
from tests.town import Town, town

REFUSED = (401, {"title": "Not authenticated", "status": 401})


@pytest.fixture
def phone(the_town: Town) -> Device:
    return AccountPage(the_town, AYSE).registers(a_phone(the_town))


def status(answer: Answer) -> tuple[int, object]:
    return answer.status, json.loads(answer.body)


def takes_the_code_instead(browser: Asking) -> None:
    """The same login, finished with an SMS code."""
    world, who = world_of(browser.town), {"login_id": browser.login, "browser_hash": browser.browser_hash}
    asking.choose(world, method=Method.SMS, lang="tr", origin=PAGE_ORIGIN, **who)
    code = browser.town.last_code(AYSE.phone)
    proved = second_factor.answer(world, method=Method.SMS, typed=code, lang="tr", origin=PAGE_ORIGIN, **who)
    assert isinstance(proved, Proved)
    browser.visitor.open(f"/login/{browser.login}")
    browser.visitor.approves()


def asked_so_far(town: Town) -> int:
    with town.store.engine.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM challenges WHERE method = 'app'").scalar_one())


@pytest.mark.parametrize(("quotas", "most"), [(True, 3), (False, 5)])
def test_b17_thirty_requests_in_five_minutes_reach_the_device_no_more_than_the_cap(
    sqlite_url: str, tmp_path: Path, clock: FakeClock, quotas: bool, most: int
) -> None:
    """MFA fatigue (Uber, 2022): a known password alone cannot make somebody's phone ring all night."""
    with town(sqlite_url, tmp_path, clock, sms_quotas=quotas) as the_town:
        phone = AccountPage(the_town, AYSE).registers(a_phone(the_town))
        outcomes = []
        for _ in range(6):
            browser = asks(the_town, AYSE)
            for _ in range(4):
                clock.advance(12)
                outcomes.append(browser.asks_again())
        assert asked_so_far(the_town) == most
        assert isinstance(outcomes[-1], Paused | TooEarly)
        assert len(phone.pending()) <= 1


def test_b17_unanswered_requests_pause_the_method_until_another_one_succeeds(the_town: Town, phone: Device) -> None:
    asks(the_town, AYSE)
    for _ in range(4):
        the_town.clock.advance(200)
        asks(the_town, AYSE)
    the_town.clock.advance(3600)
    paused = asks(the_town, AYSE)
    assert asked_so_far(the_town) == 5
    assert phone.pending() == ()
    page = paused.visitor.open(f"/login/{paused.login}")
    assert page.status == 200, "the citizen is told, and may take another way"
    the_town.clock.advance(86_400)
    paused = asks(the_town, AYSE)
    assert asked_so_far(the_town) == 5, "time alone does not end the pause"
    takes_the_code_instead(paused)
    asks(the_town, AYSE)
    assert asked_so_far(the_town) == 6


def test_b17_the_last_request_that_may_be_asked_may_be_answered(the_town: Town, phone: Device) -> None:
    """It reaches the device, so its page shows the number and no pause."""
    for _ in range(4):
        asks(the_town, AYSE)
        the_town.clock.advance(200)
    last = asks(the_town, AYSE)
    assert asked_so_far(the_town) == 5
    shown = last.visitor.open(f"/login/{last.login}").by_testid("approval-number")
    assert shown is not None
    assert last.number in shown.text.replace(" ", "")
    phone.approve(waiting_id(phone), last.number)


def test_b18_no_wrong_or_earlier_number_and_three_of_them_kill_it(any_town: Town) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    browser = asks(any_town, AYSE)
    earlier = browser.number
    any_town.clock.advance(20)
    browser.asks_again()
    while browser.number == earlier:  # one in a hundred
        any_town.clock.advance(20)
        browser.asks_again()
    approval = waiting_id(phone)
    tries: list[object] = [earlier, None, another_number(browser.number)]
    for left, number in zip((2, 1, 0), tries, strict=True):
        claims = {"approval": approval, "verdict": "approved"} | ({} if number is None else {"number": number})
        answer = decides(any_town, approval, phone.sign(KIND, claims))
        assert status(answer) == (422, {"title": "Wrong number", "status": 422, "tries_left": left})
    assert phone.pending() == ()
    for verdict in (partial(phone.approve, number=browser.number), phone.deny):
        with pytest.raises(NotWaiting):
            verdict(approval)
    outcome = browser.goes_on()
    assert isinstance(outcome, DeadQuestion)
    assert outcome.why == "used_up"
    assert stored(any_town, browser).verdict is None
    assert audited(any_town).count(("factor.refused", "wrong")) == 3


@pytest.mark.parametrize(
    "number", ["", " 07", "7", "007", "٠٧", "０７", 7, 7.0, ["07"], {"n": "07"}, True, "\ud800", "0" * 5000]
)
def test_b06_b18_a_number_of_another_shape_is_a_wrong_number(the_town: Town, phone: Device, number: object) -> None:
    browser = asks(the_town, AYSE)
    approval = waiting_id(phone)
    signed = phone.sign(KIND, {"approval": approval, "verdict": "approved", "number": number})
    assert decides(the_town, approval, signed).status == 422
    assert isinstance(browser.goes_on(), WrongAnswer)


def test_b18_only_a_device_of_this_citizen_decides(the_town: Town, phone: Device) -> None:
    """Her own number, typed on his phone, is nobody's approval; and an unknown approval looks the same."""
    his = AccountPage(the_town, MEHMET).registers(a_phone(the_town))
    browser = asks(the_town, AYSE)
    approval = waiting_id(phone)
    answers = {
        (answer.status, answer.body)
        for verdict in ({"verdict": "approved", "number": browser.number}, {"verdict": "denied"}, {"verdict": "not_me"})
        for of in (approval, "x" * 43)
        for answer in [decides(the_town, of, his.sign(KIND, {"approval": of, **verdict}))]
    }
    assert answers == {(409, b'{"title":"Not waiting","status":409}')}
    assert stored(the_town, browser).tries == 0, "a stranger uses up no try"
    thief = a_phone(the_town, device_id=phone.device_id)
    with pytest.raises(NotRegistered):
        thief.approve(approval, browser.number)
    assert stored(the_town, browser).verdict is None


def test_b18_forged_and_hostile_verdicts_are_refused_alike(the_town: Town, phone: Device) -> None:
    """D13: and none of them costs a try."""
    now = the_town.clock.now()
    browser = asks(the_town, AYSE)
    approval = waiting_id(phone)
    right = {"approval": approval, "verdict": "approved", "number": browser.number}
    header, payload, signature = phone.sign(KIND, right).split(".")
    _, denial, _ = phone.sign(KIND, {"approval": approval, "verdict": "denied"}).split(".")
    claims = {"aud": the_town.settings.issuer, "iat": now, **right}
    forged = [
        f"{header}.{denial}.{signature}",
        f"{header}.{payload}.{'A' * 86}",
        f"{header}.{payload}.",
        unsigned(claims, {"alg": "none", "typ": KIND, "kid": phone.device_id}),
        phone.sign("esik-device+jwt", right),
        phone.sign(KIND, right, names_key=False),
        phone.sign(KIND, right | {"iat": now - 61}),
        phone.sign(KIND, right | {"iat": now + 61}),
        phone.sign(KIND, right | {"aud": "https://evil.example"}),
        phone.sign(KIND, right | {"approval": "another"}),
        phone.sign(KIND, right | {"verdict": "Approved"}),
        phone.sign(KIND, right | {"verdict": ["approved"]}),
        phone.sign(KIND, {"approval": approval, "number": browser.number}),
        phone.sign(KIND, {"verdict": "approved", "number": browser.number}),
        "",
        "x" * 8000,
    ]
    assert [status(decides(the_town, approval, one)) for one in forged] == [REFUSED] * len(forged)
    found = stored(the_town, browser)
    assert (found.tries, found.verdict) == (0, None)
    phone.approve(approval, browser.number)


def test_b18_a_verdict_counts_once_and_for_its_own_request(the_town: Town, phone: Device) -> None:
    browser = asks(the_town, AYSE)
    approval = waiting_id(phone)
    signed = phone.sign(KIND, {"approval": approval, "verdict": "approved", "number": browser.number})
    assert decides(the_town, approval, signed).status == 200
    assert decides(the_town, approval, signed).status == 409
    assert isinstance(browser.goes_on(), Proved)
    the_town.clock.advance(20)
    later = asks(the_town, AYSE)
    newer = waiting_id(phone)
    assert decides(the_town, newer, signed).status == 401
    assert decides(the_town, approval, signed).status == 409
    assert isinstance(later.goes_on(), WrongAnswer)


@pytest.mark.parametrize(("seconds", "counts"), [(119, True), (120, False)])
def test_b07_b18_a_verdict_comes_in_time_to_the_second(
    the_town: Town, phone: Device, seconds: int, counts: bool
) -> None:
    browser = asks(the_town, AYSE)
    approval, number = waiting_id(phone), browser.number
    the_town.clock.advance(seconds)
    if counts:
        phone.approve(approval, number)
        assert isinstance(browser.goes_on(), Proved)
    else:
        assert phone.pending() == ()
        for verdict in (partial(phone.approve, number=number), phone.deny, phone.not_me):
            with pytest.raises(NotWaiting):
                verdict(approval)
        assert isinstance(browser.goes_on(), DeadQuestion)


def test_b07_b18_an_approval_is_used_in_time_too(the_town: Town, phone: Device) -> None:
    browser = asks(the_town, AYSE)
    phone.approve(waiting_id(phone), browser.number)
    the_town.clock.advance(120)
    assert isinstance(browser.goes_on(), DeadQuestion)


def test_b18_a_refusal_ends_the_transaction(the_town: Town, phone: Device) -> None:
    browser = asks(the_town, AYSE)
    approval = waiting_id(phone)
    phone.deny(approval)
    with pytest.raises(NotWaiting):
        phone.approve(approval, browser.number)
    for method in (Method.APP, Method.SMS):
        with pytest.raises(LoginMovedOn):
            second_factor.answer(
                world_of(the_town),
                login_id=browser.login,
                browser_hash=browser.browser_hash,
                method=method,
                typed="123456",
                lang="tr",
                origin=PAGE_ORIGIN,
            )
    with pytest.raises(LoginMovedOn):
        browser.asks_again()


def test_c02_b18_an_approval_helps_no_other_browser(the_town: Town, phone: Device) -> None:
    """Whoever knows the login's id, or has another login of the same citizen open, gets nothing of it."""
    mine = asks(the_town, AYSE)
    approval, number = waiting_id(phone), mine.number
    phone.approve(approval, number)
    with pytest.raises(LoginNotFound):
        Asking(mine.visitor, mine.login, "f" * 64).goes_on()
    other = asks(the_town, AYSE)
    assert isinstance(other.goes_on(), WrongAnswer)
    assert not isinstance(mine.goes_on(), Proved), "a newer request replaced it"


def test_e07_b18_a_device_removed_after_the_question_answers_nothing(the_town: Town, phone: Device) -> None:
    account = AccountPage(the_town, AYSE)
    account.registers(a_phone(the_town), "Tablet")
    browser = asks(the_town, AYSE)
    approval, number = waiting_id(phone), browser.number
    account.removes(phone)
    with pytest.raises(NotRegistered):
        phone.approve(approval, number)
    with pytest.raises(NotRegistered):
        phone.deny(approval)
    assert stored(the_town, browser).verdict is None


def test_e07_b18_nor_does_what_a_device_said_before_it_was_removed(the_town: Town, phone: Device) -> None:
    account = AccountPage(the_town, AYSE)
    account.registers(a_phone(the_town), "Tablet")
    browser = asks(the_town, AYSE)
    phone.approve(waiting_id(phone), browser.number)
    account.removes(phone)
    outcome = browser.goes_on()
    assert isinstance(outcome, WrongAnswer)
    assert outcome.reason == "removed"


def test_a23_the_number_is_in_no_answer_that_a_device_gets(the_town: Town, phone: Device) -> None:
    browser = asks(the_town, AYSE)
    approval, number = waiting_id(phone), browser.number
    rest = str(phone.pending()).replace(approval, "").partition("asked_at")[0]
    answer = decides(
        the_town, approval, phone.sign(KIND, {"approval": approval, "verdict": "approved", "number": "xx"})
    )
    assert not mentions(rest, number)
    assert not mentions(answer.text, number)
