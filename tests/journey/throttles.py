"""The counters of a world in memory, as security.md §6.1 and §6.2 describe them."""

from dataclasses import dataclass, replace

from idp.domain.throttle import Count, Refused, Reserved, Streak


@dataclass(frozen=True, slots=True)
class Counter:
    count: int = 0
    since: int = 0
    blocked_until: int | None = None


class Throttles:
    def __init__(self, counters: dict[tuple[str, str], Counter]) -> None:
        self._counters = counters

    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
        refused = self.refusal(counts, now)
        if refused is not None:
            return refused
        figures, waits = [], []
        for one in counts:
            held = self._held(one, now)
            wait = one.limit.waits[held.count] if isinstance(one.limit, Streak) else 0
            until = now + wait if wait else None
            self._counters[_key(one)] = replace(held, count=held.count + 1, blocked_until=until)
            figures.append(held.count + 1)
            waits.append(until)
        return Reserved(tuple(figures), tuple(waits))

    def give_back(self, counts: tuple[Count, ...], reserved: Reserved) -> None:
        for one, until in zip(counts, reserved.waits_set, strict=True):
            held = self._counters.get(_key(one))
            if held is not None and held.count > 0:
                own_wait = until is not None and held.blocked_until == until
                self._counters[_key(one)] = replace(
                    held, count=held.count - 1, blocked_until=None if own_wait else held.blocked_until
                )

    def clear(self, counts: tuple[Count, ...]) -> None:
        for one in counts:
            self._counters.pop(_key(one), None)

    def refusal(self, counts: tuple[Count, ...], now: int) -> Refused | None:
        for one in counts:
            held = self._held(one, now)
            if isinstance(one.limit, Streak):
                if held.count >= len(one.limit.waits):
                    return Refused(one.limit.scope, None)
                if held.blocked_until is not None and now < held.blocked_until:
                    return Refused(one.limit.scope, held.blocked_until)
            elif held.count >= one.limit.most:
                return Refused(one.limit.scope, held.since + one.limit.window)
        return None

    def _held(self, one: Count, now: int) -> Counter:
        held = self._counters.get(_key(one), Counter(since=now))
        if not isinstance(one.limit, Streak) and now >= held.since + one.limit.window:
            return Counter(since=now)
        return held


def _key(one: Count) -> tuple[str, str]:
    return (one.limit.scope, one.value)
