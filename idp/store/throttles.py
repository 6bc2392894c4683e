"""Counters of attempts. They are rows, keyed by scope and a keyed MAC of what is counted, for unknown people too.

Each count is one statement: it makes the row or raises it, only if the limit still allows it, and sets the wait that
follows. So of any number of attempts at once exactly as many are counted as the limit allows (L-03).
"""

from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, bindparam, case, cast, delete, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.dml import ReturningInsert

from idp.domain.throttle import Count, Limit, Refused, Reserved, Streak
from idp.store.protection import Mac
from idp.store.tables import throttles

_now = bindparam("now", type_=BigInteger)
_key = (throttles.c.scope, throttles.c.key_mac)
_is_key = and_(throttles.c.scope == bindparam("of_scope"), throttles.c.key_mac == bindparam("of_key"))
_new_row = upsert(throttles).values(
    scope=bindparam("of_scope"),
    key_mac=bindparam("of_key"),
    count=1,
    blocked_until=bindparam("first_wait_until"),
    window_ends_at=bindparam("first_window_ends_at"),
)


_no_instant = cast(null(), BigInteger)  # PostgreSQL takes a CASE of bare NULLs for text


@cache
def _count_in_streak(waits: tuple[int, ...]) -> ReturningInsert[Any]:
    """After the nth attempt nobody may try for `waits[n-1]` seconds; equal neighbours share one WHEN."""
    runs, end = [], 0
    for wait, run in groupby(waits):
        end += len(tuple(run))
        runs.append((throttles.c.count < end, _now + wait if wait else _no_instant))
    return _new_row.on_conflict_do_update(
        index_elements=_key,
        set_={"count": throttles.c.count + 1, "blocked_until": case(*runs, else_=_no_instant)},
        where=and_(
            throttles.c.count < len(waits), or_(throttles.c.blocked_until.is_(None), throttles.c.blocked_until <= _now)
        ),
    ).returning(throttles.c.count, throttles.c.blocked_until)


_window_is_over = throttles.c.window_ends_at <= _now
_COUNT_IN_QUOTA = _new_row.on_conflict_do_update(
    index_elements=_key,
    set_={
        "count": case((_window_is_over, 1), else_=throttles.c.count + 1),
        "window_ends_at": case((_window_is_over, bindparam("first_window_ends_at")), else_=throttles.c.window_ends_at),
    },
    where=or_(_window_is_over, throttles.c.count < bindparam("most")),
).returning(throttles.c.count, throttles.c.blocked_until)
_LOOK = select(throttles.c.count, throttles.c.blocked_until, throttles.c.window_ends_at).where(_is_key)
_GIVE_BACK = (
    update(throttles)
    .where(_is_key, throttles.c.count > 0)
    .values(
        count=throttles.c.count - 1,
        blocked_until=case(
            (throttles.c.blocked_until == bindparam("wait_set", type_=BigInteger), null()),
            else_=throttles.c.blocked_until,
        ),
    )
)
_CLEAR = delete(throttles).where(_is_key)


class Throttles:
    def __init__(self, connection: Connection, mac: Mac) -> None:
        self._connection = connection
        self._mac = mac

    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
        """Count one attempt on every limit, or on none if one refuses. Atomic for each limit; never check-then-act.

        Callers name limits in one fixed order, so that two of them never wait for each other.
        """
        savepoint = self._connection.begin_nested()
        figures: list[int] = []
        waits_set: list[int | None] = []
        for count in counts:
            row = self._count(count, now)
            if row is None:
                until = self._until(count, now)
                savepoint.rollback()
                return Refused(count.limit.scope, until)
            figures.append(row[0])
            waits_set.append(row[1])
        savepoint.commit()
        return Reserved(tuple(figures), tuple(waits_set))

    def give_back(self, counts: tuple[Count, ...], reserved: Reserved) -> None:
        """A right answer takes back its own count and the wait it set, and no more."""
        for count, wait_set in zip(counts, reserved.waits_set, strict=True):
            self._connection.execute(_GIVE_BACK, self._row_key(count) | {"wait_set": wait_set})

    def clear(self, counts: tuple[Count, ...]) -> None:
        for count in counts:
            self._connection.execute(_CLEAR, self._row_key(count))

    def refusal(self, counts: tuple[Count, ...], now: int) -> Refused | None:
        """Whether an attempt would be refused now. For telling people only: nothing is decided by it."""
        for count in counts:
            row = self._connection.execute(_LOOK, self._row_key(count)).one_or_none()
            refused = None if row is None else _refused(count.limit, now, *row)
            if refused is not None:
                return refused
        return None

    def _count(self, count: Count, now: int) -> tuple[int, int | None] | None:
        """The new figure and the wait it set; None if the limit refuses."""
        limit = count.limit
        parameters = self._row_key(count) | {"now": now}
        if isinstance(limit, Streak):
            first = now + limit.waits[0] if limit.waits[0] else None
            statement = _count_in_streak(limit.waits)
            row = self._connection.execute(
                statement, parameters | {"first_wait_until": first, "first_window_ends_at": None}
            ).one_or_none()
        else:
            ends = now + limit.window
            row = self._connection.execute(
                _COUNT_IN_QUOTA,
                parameters | {"first_wait_until": None, "first_window_ends_at": ends, "most": limit.most},
            ).one_or_none()
        return None if row is None else (row[0], row[1])

    def _until(self, count: Count, now: int) -> int | None:
        """When to come back: what the refusing row says, which may have changed for the better meanwhile."""
        row = self._connection.execute(_LOOK, self._row_key(count)).one_or_none()
        refused = None if row is None else _refused(count.limit, now, *row)
        return now + 1 if refused is None else refused.until

    def _row_key(self, count: Count) -> dict[str, object]:
        scope = count.limit.scope
        return {"of_scope": scope, "of_key": self._mac("throttle", scope, count.value)}


def _refused(
    limit: Limit, now: int, figure: int, blocked_until: int | None, window_ends_at: int | None
) -> Refused | None:
    """What the statements above decide, said of a row that was read."""
    if isinstance(limit, Streak):
        if figure >= len(limit.waits):
            return Refused(limit.scope, None)
        return Refused(limit.scope, blocked_until) if blocked_until is not None and blocked_until > now else None
    is_running = window_ends_at is not None and window_ends_at > now
    return Refused(limit.scope, window_ends_at) if is_running and figure >= limit.most else None
