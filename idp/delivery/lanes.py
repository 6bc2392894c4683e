"""Where the messages of one channel may be carried at the moment: whose failure is whose, and how many carry there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from idp.delivery.breaker import Breaker

_MANY = 1000


class Lanes(Protocol):
    """One carrier at a time asks what is `closed` and may then `enter`. `leave` and `breaker` may come at any time."""

    def closed(self, now: int) -> frozenset[str] | None:
        """Destinations to leave alone now; None: every one."""
        ...

    def enter(self, destination: str) -> None: ...
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

    def enter(self, destination: str) -> None: ...
    def leave(self, destination: str) -> None: ...

    def breaker(self, destination: str) -> Breaker:
        return self._breaker


@dataclass(slots=True)
class _Lane:
    breaker: Breaker
    carriers: int = 0


class LaneForEach:
    """Each destination is a host of its own: one that fails rests alone, and one that is slow holds `most` carriers."""

    def __init__(
        self, most: int = 2, new_breaker: Callable[[], Breaker] = lambda: Breaker(failures=3, window=60, rest=30)
    ) -> None:
        self._most = most
        self._new_breaker = new_breaker
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def closed(self, now: int) -> frozenset[str]:
        with self._lock:
            if len(self._lanes) > _MANY:
                self._forget_idle(now)
            return frozenset(
                destination
                for destination, lane in self._lanes.items()
                if lane.carriers >= self._most or not lane.breaker.may_try(now)
            )

    def enter(self, destination: str) -> None:
        with self._lock:
            self._lanes.setdefault(destination, _Lane(self._new_breaker())).carriers += 1

    def leave(self, destination: str) -> None:
        with self._lock:
            lane = self._lanes[destination]
            lane.carriers -= 1
            if lane.carriers == 0 and lane.breaker.is_quiet:
                del self._lanes[destination]

    def breaker(self, destination: str) -> Breaker:
        with self._lock:
            return self._lanes[destination].breaker

    def _forget_idle(self, now: int) -> None:
        idle = [name for name, lane in self._lanes.items() if lane.carriers == 0 and lane.breaker.may_try(now)]
        for name in idle:
            del self._lanes[name]
