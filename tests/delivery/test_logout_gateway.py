"""Telling relying parties' servers (LOGOUT-12, LOGOUT-14): what their answers mean, and that each stands for itself."""

import threading

import pytest

from idp.delivery.breaker import Breaker
from idp.delivery.drain import Drain
from idp.delivery.gateway import NotAccepted, Refused
from idp.delivery.lanes import LaneForEach
from idp.delivery.logout_gateway import LogoutGateway
from idp.domain.logout import KEPT_SECONDS, EndedLogin, LogoutCall
from idp.domain.message import Channel
from idp.store.store import Store
from tests.clock import FakeClock
from tests.told import Servers

MESSAGE = EndedLogin("mhrs", "ada", "sid-1").message(0)
MHRS, CLINIC = "https://mhrs.test/out", "https://clinic.test/out"


def call(ended: EndedLogin) -> LogoutCall | None:
    """A token that tells whose it is."""
    return LogoutCall(f"https://{ended.client_id}.test/out", f"{ended.client_id}/{ended.sid}")


def put(store: Store, clock: FakeClock, *ended: tuple[str, str]) -> None:
    with store.begin() as uow:
        for client_id, sid in ended:
            uow.outbox.put(EndedLogin(client_id, "ada", sid).message(clock.now()))


def drain(store: Store, clock: FakeClock, servers: Servers, lanes: LaneForEach | None = None, **more: int) -> Drain:
    gateway = LogoutGateway(call, servers)
    return Drain(store.begin, Channel.LOGOUT, gateway, clock, lanes=lanes or LaneForEach(), **more)


def tokens(servers: Servers, url: str) -> list[str]:
    return [fields["logout_token"] for asked, fields in servers.posts if asked == url]


def test_logout_12_the_token_and_nothing_else_is_posted() -> None:
    servers = Servers()
    LogoutGateway(call, servers).send(MESSAGE)
    assert servers.posts == [(MHRS, {"logout_token": "mhrs/sid-1"})]


@pytest.mark.parametrize("status", [200, 202, 204])
def test_bcl_2_8_done(status: int) -> None:
    LogoutGateway(call, Servers({MHRS: status})).send(MESSAGE)


def test_bcl_2_8_400_is_final() -> None:
    with pytest.raises(Refused):
        LogoutGateway(call, Servers({MHRS: 400})).send(MESSAGE)


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 501, 503, None])
def test_logout_14_everything_else_is_tried_again(status: int | None) -> None:
    """A redirect is not followed: it is no answer."""
    with pytest.raises(NotAccepted, match="mhrs: "):
        LogoutGateway(call, Servers({MHRS: status})).send(MESSAGE)


def test_who_need_not_be_told_any_more_is_asked_nothing() -> None:
    servers = Servers()
    LogoutGateway(lambda _: None, servers).send(MESSAGE)
    assert servers.posts == []


def test_logout_14_tries_go_on_until_the_message_is_over(sqlite_store: Store, clock: FakeClock) -> None:
    servers = Servers({MHRS: 503})
    carrying = drain(sqlite_store, clock, servers, longest_pause=300)
    put(sqlite_store, clock, ("mhrs", "s"))
    for _ in range(KEPT_SECONDS // 5 + 60):
        carrying.carry_one()
        clock.advance(5)
    tries = len(servers.posts)
    assert 15 <= tries <= 40
    servers.moods[MHRS] = 200
    assert not carrying.carry_one(), "nothing is left after an hour"


def test_logout_14_who_comes_back_is_told(store: Store, clock: FakeClock) -> None:
    servers = Servers({MHRS: None})
    carrying = drain(store, clock, servers)
    put(store, clock, ("mhrs", "s"))
    assert carrying.carry_one()
    servers.moods[MHRS] = 200
    clock.advance(1)
    assert carrying.carry_one()
    clock.advance(60)
    assert not carrying.carry_one()
    assert tokens(servers, MHRS) == ["mhrs/s", "mhrs/s"]


def test_logout_14_one_that_fails_silences_nobody_else(store: Store, clock: FakeClock) -> None:
    servers = Servers({MHRS: None})
    carrying = drain(store, clock, servers)
    put(store, clock, *(("mhrs", str(number)) for number in range(9)), ("clinic", "a"), ("clinic", "b"))
    while carrying.carry_one():
        pass
    assert tokens(servers, CLINIC) == ["clinic/a", "clinic/b"]
    assert len(tokens(servers, MHRS)) == 3, "after three failures it rests"
    clock.advance(29)
    assert not carrying.carry_one()
    servers.moods[MHRS] = 200
    clock.advance(1)
    while carrying.carry_one():
        pass
    assert {*tokens(servers, MHRS)[3:]} == {f"mhrs/{number}" for number in range(9)}


class SlowServers(Servers):
    """Only the clinic answers at once; the others when the test lets them."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.waiting = threading.Semaphore(0)
        self.clinic_heard = threading.Event()

    def post_form(self, url: str, fields: object) -> int:
        assert isinstance(fields, dict)
        if url != CLINIC:
            self.waiting.release()
            assert self.answers.wait(20)
        status = super().post_form(url, fields)
        if url == CLINIC:
            self.clinic_heard.set()
        return status


def test_logout_14_one_that_is_slow_holds_nobody_else_up(sqlite_store: Store, clock: FakeClock) -> None:
    """Of the four carriers it keeps two, however much there is for it."""
    servers = SlowServers()
    carrying = drain(sqlite_store, clock, servers)
    put(sqlite_store, clock, *(("mhrs", str(number)) for number in range(9)), ("clinic", "a"))
    carrying.start()
    try:
        for _ in range(2):
            assert servers.waiting.acquire(timeout=10)
        assert servers.clinic_heard.wait(10)
        assert not servers.waiting.acquire(blocking=False)
    finally:
        servers.answers.set()
        carrying.stop()


def test_logout_14_many_clients_on_one_silent_host_hold_nobody_else_up(sqlite_store: Store, clock: FakeClock) -> None:
    """D15: registering once more buys no further carrier."""
    servers = SlowServers()
    lanes = LaneForEach(lambda client_id: client_id.rstrip("0123456789"))
    carrying = drain(sqlite_store, clock, servers, lanes)
    put(sqlite_store, clock, *((f"silent{number}", "s") for number in range(40)), ("clinic", "a"))
    carrying.start()
    try:
        assert servers.clinic_heard.wait(10)
        for _ in range(2):
            assert servers.waiting.acquire(timeout=10)
        assert not servers.waiting.acquire(blocking=False)
    finally:
        servers.answers.set()
        carrying.stop()


def test_logout_14_a_message_that_found_no_room_is_the_next_one_there(sqlite_store: Store, clock: FakeClock) -> None:
    servers, lanes = Servers(), LaneForEach(lambda _: "one host", most=1)
    carrying = drain(sqlite_store, clock, servers, lanes)
    put(sqlite_store, clock, ("mhrs", "a"), ("clinic", "b"))
    assert lanes.enter("another")
    assert not carrying.carry_one()
    lanes.leave("another")
    while carrying.carry_one():
        pass
    assert {url for url, _ in servers.posts} == {MHRS, CLINIC}


def fail(lanes: LaneForEach, name: str) -> None:
    assert lanes.enter(name)
    lanes.breaker(name).failed(0)
    lanes.leave(name)


def test_those_that_failed_leave_one_carrier_to_the_others() -> None:
    """One of the four, and one of the two of their own host."""
    lanes = LaneForEach(lambda client_id: client_id[0])
    for name in ("a1", "a2", "b1", "c1", "d1"):
        fail(lanes, name)
    assert lanes.enter("a1")
    assert not lanes.enter("a2"), "the other one of its host is for who did not fail"
    assert lanes.enter("b1")
    assert lanes.enter("c1")
    assert lanes.closed(0) == {"a1", "a2", "b1", "c1", "d1"}
    assert not lanes.enter("d1")
    assert lanes.enter("a3")
    lanes.breaker("c1").succeeded()
    lanes.leave("c1")
    assert lanes.closed(0) == {"a1", "a2", "a3", "b1"}


def test_a_client_that_moved_to_another_host_has_room_there() -> None:
    hosts = {"mhrs": "old", "clinic": "old"}
    lanes = LaneForEach(hosts.__getitem__, most=1)
    assert lanes.enter("clinic")
    assert not lanes.enter("mhrs")
    hosts["mhrs"] = "new"
    assert lanes.enter("mhrs")


def test_a_lane_is_closed_while_enough_carry_there_or_it_rests() -> None:
    lanes = LaneForEach(most=1, new_breaker=lambda: Breaker(failures=1, window=10, rest=10))
    assert lanes.closed(0) == frozenset()
    lanes.enter("a")
    assert lanes.closed(0) == {"a"}
    lanes.breaker("a").failed(0)
    lanes.leave("a")
    assert lanes.closed(9) == {"a"}
    assert lanes.closed(10) == frozenset()


def test_lanes_that_nobody_uses_are_forgotten() -> None:
    """Any number of clients may come and go: what was held against one is dropped when there are too many."""
    lanes = LaneForEach(new_breaker=lambda: Breaker(failures=2))
    fail(lanes, "one")
    for number in range(1001):
        fail(lanes, str(number))
    assert lanes.closed(0) == frozenset()
    fail(lanes, "one")
    assert lanes.closed(0) == frozenset(), "this was the first failure that is remembered"
    fail(lanes, "one")
    assert lanes.closed(0) == {"one"}


def test_lanes_without_room_are_not_forgotten() -> None:
    """Else they would be claimed again and again, to find no room each time."""
    lanes = LaneForEach(lambda _: "one host")
    assert lanes.enter("a")
    assert lanes.enter("b")
    waiting = {str(number) for number in range(1001)}
    assert not any(lanes.enter(name) for name in waiting)
    assert lanes.closed(0) == {"a", "b"} | waiting
    assert lanes.closed(0) == {"a", "b"} | waiting
    lanes.leave("a")
    assert lanes.closed(0) == frozenset()
