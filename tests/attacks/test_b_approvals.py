"""B17, B18 and L-07: a registered device is asked seldom, and only its key, the browser's number and time decide."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.challenge import Challenge
from idp.domain.errors import LoginMovedOn, LoginNotFound
from idp.domain.evidence import Method
from idp.journey import asking, second_factor
from idp.journey.asking import Paused, TooEarly
from idp.journey.second_factor import DeadQuestion, Proved, WrongAnswer
from idp.testing.device import Device, NotRegistered, NotWaiting
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.clock import FakeClock
from tests.device_api.phones import (
    PAGE_ORIGIN,
    AccountPage,
    Asking,
    a_phone,
    another_number,
    asks,
    audited,
    events_of,
    number_of,
    post,
    unsigned,
    world_of,
)
from tests.people import AYSE, MEHMET
from tests.town import Town, another_node, town

ROUNDS = 3
EIGHT = 8
KIND = "esik-approval+jwt"
REFUSED = (401, {"title": "Not authenticated", "status": 401})


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Eight places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        yield list(islice(cycle((any_town, second)), EIGHT))


@pytest.fixture
def phone(the_town: Town) -> Device:
    return AccountPage(the_town, AYSE).registers(a_phone(the_town))


def decides(town: Town, approval_id: str, signed: str) -> Answer:
    return post(town, f"/device/v1/approvals/{approval_id}/decision", {"decision": signed})


def status(answer: Answer) -> tuple[int, object]:
    return answer.status, json.loads(answer.body)


def waiting_id(phone: Device) -> str:
    (waiting,) = phone.pending()
    return waiting.id


def takes_the_code_instead(browser: Asking) -> None:
    """The same login, finished with an SMS code."""
    world, who = world_of(browser.town), {"login_id": browser.login, "browser_hash": browser.browser_hash}
    asking.choose(world, method=Method.SMS, lang="tr", origin=PAGE_ORIGIN, **who)
    code = browser.town.last_code(AYSE.phone)
    proved = second_factor.answer(world, method=Method.SMS, typed=code, lang="tr", origin=PAGE_ORIGIN, **who)
    assert isinstance(proved, Proved)
    browser.visitor.open(f"/login/{browser.login}")
    browser.visitor.approves()


def stored(town: Town, browser: Asking) -> Challenge:
    with town.store.read() as uow:
        found = uow.challenges.current(browser.login, Method.APP)
    assert found is not None
    return found


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
    assert number not in rest
    assert number not in answer.text


def test_l07_approve_refuse_and_timeout_at_once_end_in_one_state_on_both_nodes(
    any_town: Town, nodes: list[Town]
) -> None:
    page = AccountPage(any_town, AYSE)
    phone = page.registers(a_phone(any_town))
    for _ in range(ROUNDS):
        browser = asks(any_town, AYSE)
        approval, number = waiting_id(phone), browser.number
        any_town.clock.advance(119)
        verdicts = [("approved", number), ("denied", None), ("not_me", None), ("approved", number)] * 2
        signed = [
            phone.sign(KIND, {"approval": approval, "verdict": verdict} | ({"number": n} if n else {}))
            for verdict, n in verdicts
        ]
        doings: list[Callable[[], Answer]] = [
            partial(decides, node, approval, one) for node, one in zip(nodes, signed, strict=True)
        ]
        answers = at_once([*doings, lambda: _time_passes(any_town)])
        won = [answer for answer in answers if answer.status == 200 and answer.body != b""]
        assert {answer.status for answer in answers} <= {200, 409}
        assert len(won) <= 1
        verdict = stored(any_town, browser).verdict
        assert [json.loads(answer.body)["status"] for answer in won] == ([] if verdict is None else [verdict])
        seen = {_seen(node, browser) for node in nodes}
        assert len(seen) == 1
        assert events_of(any_town).count("login.refused") == sum(
            one.body != b"" for one in won if verdict != "approved"
        )
        any_town.clock.advance(1000)
        _forget(any_town)


def _time_passes(town: Town) -> Answer:
    """The last second of the request, in the middle of everything."""
    town.clock.advance(1)
    answer = town.call("GET", "/robots.txt")
    return Answer(answer.status, answer.headers, b"")


def _seen(node: Town, browser: Asking) -> str:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.visitor.browser.cookies.items())
    return node.call("GET", f"/login/{browser.login}/app/events", headers={"cookie": cookie}).text


def _forget(town: Town) -> None:
    """The last round's rows and counters, so that each round is the first."""
    with town.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
        connection.exec_driver_sql("DELETE FROM throttles")


def test_l07_of_eight_wrong_numbers_at_once_three_are_judged(any_town: Town, nodes: list[Town]) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    for _ in range(ROUNDS):
        browser = asks(any_town, AYSE)
        approval = waiting_id(phone)
        claims = {"approval": approval, "verdict": "approved", "number": another_number(browser.number)}
        signed = phone.sign(KIND, claims)
        answers = at_once([partial(decides, node, approval, signed) for node in nodes])
        assert sorted(answer.status for answer in answers) == [409] * 5 + [422] * 3
        left = sorted(json.loads(answer.body)["tries_left"] for answer in answers if answer.status == 422)
        assert left == [0, 1, 2]
        any_town.clock.advance(1000)
        _forget(any_town)


def test_l04_b04_an_approval_is_used_by_one_of_eight_posts(any_town: Town, nodes: list[Town]) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    for _ in range(ROUNDS):
        browser = asks(any_town, AYSE)
        phone.approve(waiting_id(phone), browser.number)

        def go_on(node: Town, browser: Asking = browser) -> object:
            try:
                return second_factor.answer(
                    world_of(node),
                    login_id=browser.login,
                    browser_hash=browser.browser_hash,
                    method=Method.APP,
                    typed="",
                    lang="tr",
                    origin=PAGE_ORIGIN,
                )
            except LoginMovedOn as moved:
                return moved

        outcomes = at_once([partial(go_on, node) for node in nodes])
        assert sum(isinstance(one, Proved) for one in outcomes) == 1
        others = [one for one in outcomes if not isinstance(one, Proved)]
        assert all(isinstance(one, LoginMovedOn) or one == WrongAnswer(None, "unanswered") for one in others)
        assert events_of(any_town).count("factor.proved") == 1
        assert "factor.refused" not in events_of(any_town)
        any_town.clock.advance(1000)
        _forget(any_town)


def test_b17_of_eight_logins_that_ask_at_once_one_request_is_live(any_town: Town, nodes: list[Town]) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    browsers = at_once([partial(asks, node, AYSE) for node in nodes[:4]])
    approval = waiting_id(phone)
    live = [one for one in browsers if stored(any_town, one).id == approval]
    assert len(live) == 1
    phone.approve(approval, number_of(any_town, live[0].login))
    assert [isinstance(one.goes_on(), Proved) for one in browsers].count(True) == 1


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_member = st.sampled_from(["pairing_code", "name", "public_key", "proof", "decision", "kty", "crv", "x", "y"])
_like_ours = st.dictionaries(_member, _json, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_json | _like_ours | st.binary(max_size=200))
def test_l32_no_body_is_a_fault(the_town: Town, body: object) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    for path in ("/device/v1/pairings", "/device/v1/approvals/x/decision"):
        answer = post(the_town, path, raw, address="127.0.0.1")
        assert answer.status in {400, 401, 404, 422}, (answer.status, raw)
        assert answer.headers["content-type"] == "application/problem+json"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=300), path=st.text(max_size=20)
)
def test_l32_no_authorization_and_no_address_is_a_fault(the_town: Town, value: str, path: str) -> None:
    from urllib.parse import quote

    for address in ("/device/v1/approvals", f"/device/v1/pairings/{quote(path, safe='', errors='replace')}"):
        answer = the_town.call("GET", address, headers={"authorization": f"Device {value}"})
        assert answer.status in {401, 404, 405}, (answer.status, address)


@pytest.mark.parametrize("path", ["/device/v1/pairings", "/device/v1/approvals/x/decision"])
def test_e05_huge_deep_and_unreadable_bodies_are_refused_early(the_town: Town, path: str) -> None:
    for raw, expected in (
        (b'{"decision":"' + b"x" * 20_000 + b'"}', 413),
        (b"[" * 10_000, 400),
        (b'{"a":' * 2_500 + b"1" + b"}" * 2_500, 400),
        (b"\xff\xfe", 400),
        (b"", 422),
        (b"null", 422),
        (b'{"decision": NaN}', 422),
    ):
        answer = post(the_town, path, raw)
        assert answer.status in {expected, 422}, raw[:20]
        assert (answer.status == 413) == (expected == 413)
        assert answer.headers["content-type"] == "application/problem+json", raw[:20]
