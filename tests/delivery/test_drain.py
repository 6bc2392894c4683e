"""From the outbox to the gateway: each message once, in time, or not at all (L-16)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from idp.delivery.breaker import Breaker
from idp.delivery.drain import Drain, UnitOfWork
from idp.delivery.gateway import NotAccepted, Refused
from idp.delivery.lanes import OneLane
from idp.domain.errors import OutOfService
from idp.domain.message import Channel, Message
from idp.store.store import Store
from tests.clock import FakeClock


class Gateway:
    """Takes texts and ids down; raises what it was told to, in turn."""

    def __init__(self, *moods: Exception | None) -> None:
        self.sent: list[str] = []
        self.asked: list[str] = []
        self.ids: list[str] = []
        self.arrived = threading.Event()
        self.closed = False
        self._moods = list(moods)
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        with self._lock:
            self.asked.append(message.text)
            self.ids.append(message.id)
            mood = self._moods.pop(0) if self._moods else None
            if mood is not None:
                raise mood
            self.sent.append(message.text)
        self.arrived.set()

    def close(self) -> None:
        self.closed = True


def put(store: Store, clock: FakeClock, *texts: str, life: int = 180) -> None:
    now = clock.now()
    with store.begin() as uow:
        for one in texts:
            uow.outbox.put(Message(Channel.SMS, "+905000000001", one, "123456", created_at=now, expires_at=now + life))


def test_a_message_is_delivered_once(store: Store, clock: FakeClock) -> None:
    gateway = Gateway()
    drain = Drain(store.begin, Channel.SMS, gateway, clock)
    put(store, clock, "a", "b")
    assert [drain.carry_one() for _ in range(3)] == [True, True, False]
    clock.advance(170)
    assert not drain.carry_one()
    assert gateway.sent == ["a", "b"]


def test_l16_a_stale_code_is_never_sent(sqlite_store: Store, clock: FakeClock) -> None:
    gateway = Gateway()
    put(sqlite_store, clock, "late")
    clock.advance(180)
    assert not Drain(sqlite_store.begin, Channel.SMS, gateway, clock).carry_one()
    assert gateway.asked == []


def test_l16_what_was_not_accepted_is_tried_again_under_the_same_id(store: Store, clock: FakeClock) -> None:
    gateway = Gateway(NotAccepted("503"), NotAccepted("reset after accept"))
    drain = Drain(store.begin, Channel.SMS, gateway, clock)
    put(store, clock, "a")
    assert drain.carry_one()
    assert not drain.carry_one(), "not in the same second"
    clock.advance(1)
    assert drain.carry_one()
    clock.advance(2)
    assert drain.carry_one()
    assert gateway.asked == ["a", "a", "a"]
    assert len(set(gateway.ids)) == 1
    assert gateway.sent == ["a"]


def test_retries_grow_apart_and_end_with_the_message(sqlite_store: Store, clock: FakeClock) -> None:
    gateway = Gateway(*[NotAccepted("503")] * 500)
    drain = Drain(sqlite_store.begin, Channel.SMS, gateway, clock, lanes=OneLane(Breaker(failures=1000)))
    put(sqlite_store, clock, "a")
    for _ in range(300):
        drain.carry_one()
        clock.advance(1)
    assert 5 <= len(gateway.asked) <= 20


def test_a_refused_message_is_not_tried_again_and_does_not_count_against_the_gateway(
    sqlite_store: Store, clock: FakeClock
) -> None:
    gateway = Gateway(*[Refused("400")] * 6)
    drain = Drain(sqlite_store.begin, Channel.SMS, gateway, clock)
    put(sqlite_store, clock, *"abcdef", "g")
    while drain.carry_one():
        pass
    clock.advance(60)
    assert not drain.carry_one()
    assert gateway.asked == [*"abcdef", "g"]
    assert gateway.sent == ["g"]


def test_l16_five_failures_give_the_gateway_a_rest_and_then_the_outbox_drains(
    sqlite_store: Store, clock: FakeClock
) -> None:
    gateway = Gateway(*[NotAccepted("timeout")] * 5)
    drain = Drain(sqlite_store.begin, Channel.SMS, gateway, clock)
    put(sqlite_store, clock, *"abcdefgh")
    while drain.carry_one():
        pass
    assert gateway.asked == list("abcde")
    clock.advance(14)
    assert not drain.carry_one()
    clock.advance(1)
    while drain.carry_one():
        pass
    assert sorted(gateway.sent) == list("abcdefgh")


def test_l16_a_carrier_that_died_loses_no_message(sqlite_store: Store, clock: FakeClock) -> None:
    """Killed between sending and noting it: the lease ends, and the gateway recognises the id."""
    gateway = Gateway(KeyError("killed"))
    drain = Drain(sqlite_store.begin, Channel.SMS, gateway, clock)
    put(sqlite_store, clock, "a")
    with pytest.raises(KeyError):
        drain.carry_one()
    clock.advance(19)
    assert not drain.carry_one()
    clock.advance(1)
    assert drain.carry_one()
    assert gateway.sent == ["a"]


def test_l16_many_carriers_send_each_message_once(store: Store, clock: FakeClock) -> None:
    gateway = Gateway()
    texts = [f"m{number:02}" for number in range(24)]
    put(store, clock, *texts)
    drains = [Drain(store.begin, Channel.SMS, gateway, clock) for _ in range(2)]

    def carry(number: int) -> None:
        while drains[number % 2].carry_one():
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(carry, range(8)))
    while drains[0].carry_one():
        pass
    assert sorted(gateway.sent) == texts


def test_threads_carry_what_is_nudged_and_stop(sqlite_store: Store, clock: FakeClock) -> None:
    gateway = Gateway()
    drain = Drain(sqlite_store.begin, Channel.SMS, gateway, clock, carriers=2)
    drain.start()
    put(sqlite_store, clock, "a")
    drain.nudge()
    assert gateway.arrived.wait(10)
    assert not gateway.closed
    drain.stop()
    assert gateway.closed
    assert gateway.sent == ["a"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("delivery-")]


def test_a_thread_outlives_a_database_that_went_away(sqlite_store: Store, clock: FakeClock) -> None:
    gateway, away = Gateway(), threading.Event()

    def begin() -> AbstractContextManager[UnitOfWork]:
        if not away.is_set():
            away.set()
            raise OutOfService("gone")
        return sqlite_store.begin()

    put(sqlite_store, clock, "a")
    drain = Drain(begin, Channel.SMS, gateway, clock, carriers=1)
    drain.start()
    assert away.wait(10)
    drain.nudge()
    assert gateway.arrived.wait(10)
    drain.stop()


def push(store: Store, clock: FakeClock, device_id: str, *, life: int = 120) -> None:
    now = clock.now()
    with store.begin() as uow:
        uow.outbox.put(Message(Channel.PUSH, device_id, "approval", None, created_at=now, expires_at=now + life))


def test_l17_each_channel_has_its_own_gateway(store: Store, clock: FakeClock) -> None:
    sms, pushes = Gateway(), Gateway()
    put(store, clock, "a")
    push(store, clock, "phone-1")
    drains = Drain(store.begin, Channel.SMS, sms, clock), Drain(store.begin, Channel.PUSH, pushes, clock)
    for drain in drains:
        while drain.carry_one():
            pass
    assert (sms.sent, pushes.sent) == (["a"], ["approval"])


def test_l17_a_push_that_is_over_is_never_sent(sqlite_store: Store, clock: FakeClock) -> None:
    """A device that was offline gets no old prompt: not one second after its time, and not when the gateway is back."""
    pushes = Gateway(NotAccepted("device offline"))
    drain = Drain(sqlite_store.begin, Channel.PUSH, pushes, clock)
    push(sqlite_store, clock, "phone-1")
    assert drain.carry_one()
    clock.advance(120)
    push(sqlite_store, clock, "phone-1")
    assert drain.carry_one()
    assert not drain.carry_one()
    assert len(set(pushes.ids)) == 2
    assert len(pushes.sent) == 1, "the new one alone"


def test_l17_a_failing_push_gateway_rests_and_codes_go_on(sqlite_store: Store, clock: FakeClock) -> None:
    sms, pushes = Gateway(), Gateway(*[NotAccepted("timeout")] * 5)
    for _ in range(6):
        push(sqlite_store, clock, "phone-1")
    put(sqlite_store, clock, "a", "b")
    to_devices = Drain(sqlite_store.begin, Channel.PUSH, pushes, clock)
    to_phones = Drain(sqlite_store.begin, Channel.SMS, sms, clock)
    while to_devices.carry_one():
        pass
    assert len(pushes.asked) == 5
    while to_phones.carry_one():
        pass
    assert sms.sent == ["a", "b"]
    clock.advance(15)
    assert to_devices.carry_one(), "after its rest it is tried again"
