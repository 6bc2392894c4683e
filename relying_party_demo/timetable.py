"""When: Turkish local time, and the hours at which each invented doctor receives patients. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

ISTANBUL = timezone(timedelta(hours=3))
"""Turkey has kept UTC+3 all year since 2016."""

DAY = 24 * 3600
_SESSIONS = ((9 * 60, 12 * 60), (13 * 60 + 30, 16 * 60))
"""Morning and afternoon, in minutes after midnight."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One place in a doctor's day. `starts_at` is in seconds since the epoch, UTC."""

    starts_at: int
    doctor_id: int

    @property
    def id(self) -> str:
        return f"{self.doctor_id}-{self.starts_at}"


def local(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(ISTANBUL)


def local_day(instant: int) -> date:
    return local(instant).date()


def instant_at(day: date, minute_of_day: int) -> int:
    """The instant of a local wall-clock time."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ISTANBUL)
    return int(midnight.timestamp()) + minute_of_day * 60


def slots_of(doctor_id: int, *, now: int, days: int, minutes: int) -> Iterator[Slot]:
    """The doctor's slots from tomorrow on for `days` days, weekdays only, `minutes` apart, in order.

    A fixed recipe leaves out some days and some hours, as if others had booked them.
    """
    today = local_day(now)
    for distance in range(1, days + 1):
        day = today + timedelta(days=distance)
        if day.weekday() >= _SATURDAY:
            continue
        pattern = hashlib.sha256(f"{doctor_id} {day.isoformat()}".encode()).digest()
        if pattern[0] % 3 == 0:
            continue
        for position, minute in enumerate(_minutes(minutes)):
            if pattern[1 + position % 31] % 2 == 0:
                yield Slot(instant_at(day, minute), doctor_id)


def _minutes(step: int) -> Iterator[int]:
    for opening, closing in _SESSIONS:
        yield from range(opening, closing - step + 1, step)
