"""L-07, L-04 and B17 in small: verdicts, posts and questions at the same instant, over two nodes, on each database."""

import json
from collections.abc import Callable
from functools import partial

from idp.domain.errors import LoginMovedOn
from idp.domain.evidence import Method
from idp.journey import second_factor
from idp.journey.second_factor import Proved, WrongAnswer
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.device_api.phones import (
    KIND,
    PAGE_ORIGIN,
    AccountPage,
    Asking,
    a_phone,
    another_number,
    asks,
    decides,
    events_of,
    number_of,
    stored,
    waiting_id,
    world_of,
)
from tests.people import AYSE
from tests.town import Town

ROUNDS = 3


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
