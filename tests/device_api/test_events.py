"""What the waiting page hears: one word, in its own browser only, and never the number (B18, A23)."""

import pytest

from idp.testing.device import Device
from tests.device_api.phones import AccountPage, a_phone, another_number, asks, at, the_one
from tests.device_api.waiting import Pauses, room
from tests.people import AYSE, Visitor
from tests.stand_in import StandIn
from tests.town import Town, another_node

RETRY = "retry: 3000\n\n"


@pytest.fixture
def phone(account: AccountPage) -> Device:
    return account.registers(a_phone(account.town))


def word(of: str) -> str:
    return f"{RETRY}event: {of}\ndata: {of}\n\n"


def test_an_answer_on_the_device_is_told_to_the_browser(any_town: Town) -> None:
    phone = AccountPage(any_town, AYSE).registers(a_phone(any_town))
    browser = asks(any_town, AYSE)
    waiting, number = the_one(phone).id, browser.number
    with another_node(any_town) as second:
        elsewhere = at(second, phone)
        pauses = Pauses(3, lambda: elsewhere.approve(waiting, number))
        room(any_town, pauses)
        answer = browser.events()
    assert (answer.status, answer.text) == (200, word("approved"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert pauses.count == 3
    assert number not in answer.text.replace(RETRY, "")


@pytest.mark.parametrize("verb", ["deny", "not_me"])
def test_a_refusal_is_told(account: AccountPage, phone: Device, verb: str) -> None:
    browser = asks(account.town, AYSE)
    getattr(phone, verb)(the_one(phone).id)
    assert browser.events().text == word("denied")


def test_the_end_of_its_time_is_told_to_the_second(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    account.town.clock.advance(119)
    pauses = Pauses(2, lambda: account.town.clock.advance(1))
    room(account.town, pauses)
    assert browser.events().text == word("expired")
    assert pauses.count == 2


def test_three_wrong_numbers_and_a_newer_request_end_it(account: AccountPage, phone: Device) -> None:
    first = asks(account.town, AYSE)
    for _ in range(3):
        with pytest.raises(Exception, match="Wrong number"):
            phone.approve(the_one(phone).id, another_number(first.number))
    assert first.events().text == word("expired")
    account.town.clock.advance(60)
    second = asks(account.town, AYSE)
    asks(account.town, AYSE)
    assert second.events().text == word("expired")


def test_before_anything_was_asked_there_is_nothing_to_wait_for(account: AccountPage) -> None:
    someone = Visitor(account.town)
    page = someone.open(StandIn(account.town).asks().url)
    cookie = "; ".join(f"{name}={value}" for name, value in someone.browser.cookies.items())
    login = page.url.rsplit("/", 2)[1]
    answer = account.town.call("GET", f"/login/{login}/app/events", headers={"cookie": cookie})
    assert answer.text == word("expired")


def test_b18_a_foreign_browser_hears_nothing(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    stranger = asks(account.town, AYSE)
    name = f"txn-{browser.login[:12]}"
    for cookies in ({}, stranger.visitor.browser.cookies, {name: "guess"}, {name: ""}):
        answer = browser.events(cookies=cookies)
        assert answer.status == 404
        assert "event:" not in answer.text
    unknown = account.town.call("GET", f"/login/{'x' * 43}/app/events", headers={"cookie": f"txn-{'x' * 12}=y"})
    assert unknown.status == 404


def test_l25_the_stream_ends_when_the_process_stops(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    pauses = Pauses(4, account.town.idp.state.stopping.set)
    room(account.town, pauses)
    assert browser.events().text == RETRY
    assert pauses.count == 4


def test_a_silent_stream_says_now_and_then_that_it_lives(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    room(account.town, Pauses(61, account.town.idp.state.stopping.set))
    assert browser.events().text == f"{RETRY}: ping\n\n: ping\n\n"


def test_a_stream_that_no_clock_ends_is_ended_all_the_same(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    pauses = Pauses()
    room(account.town, pauses)
    assert "event:" not in browser.events().text
    assert pauses.count < 1300


def test_beyond_the_places_the_browser_comes_back_by_itself(account: AccountPage, phone: Device) -> None:
    browser = asks(account.town, AYSE)
    pauses = Pauses()
    room(account.town, pauses, places=0)
    assert browser.events().text == RETRY
    phone.deny(the_one(phone).id)
    assert browser.events().text == word("denied")
    assert pauses.count == 0
