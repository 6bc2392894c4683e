"""The threads that carry the messages of one channel from the outbox to its gateway."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol

import structlog

from idp.clock import Clock
from idp.delivery.gateway import Gateway, NotAccepted, Refused
from idp.delivery.lanes import Lanes, OneLane
from idp.domain.errors import OutOfService
from idp.domain.message import Channel, Message

_LEASE_SECONDS = 20
"""How long a claimed message is ours alone: longer than any send, so that only a dead process's are taken over."""

_LONGEST_PAUSE_SECONDS = 30
_IDLE_SECONDS = 1.0
_TROUBLE_SECONDS = 5.0
_log = structlog.get_logger("esik.delivery")


class Outbox(Protocol):
    def claim(
        self, channel: Channel, now: int, lease_seconds: int, most: int, but: frozenset[str]
    ) -> tuple[Message, ...]:
        """Due messages of the channel that have not expired, oldest first, invisible to others until the lease ends.

        None to the destinations `but`.
        """
        ...

    def delivered(self, message_id: str, now: int) -> bool: ...
    def failed(self, message_id: str, retry_at: int) -> bool: ...


class UnitOfWork(Protocol):
    @property
    def outbox(self) -> Outbox: ...


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Drain:
    """Carries one message at a time in each of `carriers` threads; several processes may drain one outbox.

    Each channel has a drain of its own, so that one gateway that hangs holds up no message of the other; `lanes` say
    whom a failure within the channel holds up. Tries of a message grow apart until `longest_pause` seconds.

    `start` and `stop` belong to the application's lifespan. `nudge` says that a message was just committed; without it
    a message waits for up to a second.
    """

    def __init__(
        self,
        begin: Begin,
        channel: Channel,
        gateway: Gateway,
        clock: Clock,
        *,
        lanes: Lanes | None = None,
        carriers: int = 4,
        longest_pause: int = _LONGEST_PAUSE_SECONDS,
    ) -> None:
        self._begin = begin
        self.channel = channel
        self._gateway = gateway
        self._clock = clock
        self._lanes = lanes or OneLane()
        self._longest_pause = longest_pause
        self._claiming = threading.Lock()
        self._wake = threading.Condition()
        self._nudges = 0
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._run, name=f"delivery-{channel}-{number}", daemon=True)
            for number in range(carriers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        with self._wake:
            self._nudges += 1
            self._wake.notify()

    def stop(self, timeout: float = 5.0) -> None:
        """Let running sends end, for at most `timeout` seconds in all, and close the gateway.

        What was not sent stays in the outbox.
        """
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        share = timeout / len(self._threads)
        for thread in self._threads:
            thread.join(share)
        self._gateway.close()

    def carry_one(self) -> bool:
        """Take one due message to the gateway, if there is one whose way is free; whether there was."""
        message = self._claim(self._clock.now())
        if message is None:
            return False
        try:
            self._carry(message)
        finally:
            self._lanes.leave(message.destination)
        return True

    def _claim(self, now: int) -> Message | None:
        """The next message whose lane has room. A lane that turns out to have none is closed from then on."""
        with self._claiming:
            while (closed := self._lanes.closed(now)) is not None:
                with self._begin() as uow:
                    claimed = uow.outbox.claim(self.channel, now, _LEASE_SECONDS, 1, closed)
                if not claimed or self._lanes.enter(claimed[0].destination):
                    return claimed[0] if claimed else None
                self._put_back(claimed[0], now)
        return None

    def _carry(self, message: Message) -> None:
        breaker = self._lanes.breaker(message.destination)
        try:
            self._gateway.send(message)
        except NotAccepted as error:
            now = self._clock.now()
            self._put_back(message, now + self._pause(now - message.created_at))
            _log.warning("message_not_accepted", channel=message.channel, message_id=message.id, reason=str(error))
            if breaker.failed(now):
                _log.error("gateway_failing", channel=message.channel, reason=str(error))
            return
        except Refused as error:
            self._put_back(message, message.expires_at)  # past that instant nothing is ever sent
            _log.error("message_refused", channel=message.channel, message_id=message.id, reason=str(error))
            return
        if breaker.succeeded():
            _log.info("gateway_works_again", channel=message.channel)
        with self._begin() as uow:
            uow.outbox.delivered(message.id, self._clock.now())

    def _pause(self, age: int) -> int:
        """Seconds until the next try of a message this old: they grow by half, without a counter to keep."""
        return min(max(1, age // 2), self._longest_pause)

    def _put_back(self, message: Message, retry_at: int) -> None:
        with self._begin() as uow:
            uow.outbox.failed(message.id, retry_at)

    def _run(self) -> None:
        while not self._stopping:
            seen = self._nudges
            try:
                pause = 0.0 if self.carry_one() else _IDLE_SECONDS
            except OutOfService:
                pause = _TROUBLE_SECONDS  # the database is gone, and its absence is logged where people notice it
            except Exception:  # a thread that dies silently would stop every code
                _log.exception("delivery_failed", channel=self.channel)
                pause = _TROUBLE_SECONDS
            with self._wake:
                self._wake.wait_for(partial(self._has_news, seen), timeout=pause)

    def _has_news(self, seen: int) -> bool:
        return self._stopping or self._nudges != seen
