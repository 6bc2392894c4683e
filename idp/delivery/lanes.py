"""Where the messages of one channel may be carried at the moment: whose failure is whose, and how many carry there."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from idp.delivery.breaker import Breaker

_MANY = 1000


class Lanes(Protocol):
    """One carrier at a time asks what is `closed` and may then `enter`. `leave` and `breaker` may come at any time."""

    def closed(self, now: int) -> frozenset[str] | None:
        """Destinations to leave alone now; None: every one."""
        ...

    def enter(self, destination: str) -> bool:
        """Whether there was room. Where there is none, the destination is closed until there is."""
        ...

    def leave(self, destination: str) -> None: ...
    def breaker(self, destination: str) -> Breaker:
        """Whose failures those at this destination are. Only between `enter` and `leave`."""
        ...


class OneLane:
    """One gateway takes everything: when it fails, all wait."""

    def __init__(self, breaker: Breaker | None = None) -> None:
        self._breaker = breaker or Breaker()

    def closed(self, now: int) -> frozenset[str] | None:
        return frozenset() if self._breaker.may_try(now) else None

    def enter(self, destination: str) -> bool:
        return True

    def leave(self, destination: str) -> None: ...

    def breaker(self, destination: str) -> Breaker:
        return self._breaker


@dataclass(slots=True)
class _Lane:
    breaker: Breaker
    party: str = ""
    carriers: int = 0


class LaneForEach:
    """Each destination rests alone when it fails. Those of one `party` keep `most` of the `carriers` together.

    The party is who answers at a destination (by itself each one is its own): many that are one silent host hold up no
    other. Destinations that failed, and did not succeed since, leave one carrier of their party's and one of all to
    those that did not fail.
    """

    def __init__(
        self,
        party: Callable[[str], str] = str,
        *,
        most: int = 2,
        carriers: int = 4,
        new_breaker: Callable[[], Breaker] = lambda: Breaker(failures=3, window=60, rest=30),
    ) -> None:
        self._party = party
        self._most = most
        self._carriers = carriers
        self._new_breaker = new_breaker
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def closed(self, now: int) -> frozenset[str]:
        with self._lock:
            closed = self._closed(now)
            if len(self._lanes) > _MANY:
                self._lanes = {name: lane for name, lane in self._lanes.items() if lane.carriers or name in closed}
            return closed

    def enter(self, destination: str) -> bool:
        party = self._party(destination)
        with self._lock:
            lane = self._lanes.setdefault(destination, _Lane(self._new_breaker()))
            if lane.carriers == 0:
                lane.party = party
            if not self._has_room(lane, self._busy()):
                return False
            lane.carriers += 1
            return True

    def leave(self, destination: str) -> None:
        with self._lock:
            self._lanes[destination].carriers -= 1

    def breaker(self, destination: str) -> Breaker:
        with self._lock:
            return self._lanes[destination].breaker

    def _closed(self, now: int) -> frozenset[str]:
        busy = self._busy()
        return frozenset(
            destination
            for destination, lane in self._lanes.items()
            if not self._has_room(lane, busy) or not lane.breaker.may_try(now)
        )

    def _busy(self) -> list[_Lane]:
        return [lane for lane in self._lanes.values() if lane.carriers]

    def _has_room(self, lane: _Lane, busy: list[_Lane]) -> bool:
        own = [other for other in busy if other.party == lane.party]
        if _carriers(own) >= self._most:
            return False
        if lane.breaker.is_quiet:
            return True
        return _failing(own) < max(1, self._most - 1) and _failing(busy) < max(1, self._carriers - 1)


def _carriers(lanes: Iterable[_Lane]) -> int:
    return sum(lane.carriers for lane in lanes)


def _failing(lanes: Iterable[_Lane]) -> int:
    return _carriers(lane for lane in lanes if not lane.breaker.is_quiet)
