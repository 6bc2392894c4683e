"""Deleting what nobody can use any more: in batches, by index, several nodes at once if they like (L-29).

Never purged: streaks of wrong guesses (only a complete login clears them), consents, the audit.
"""

from typing import Any

from sqlalchemy import Column, Connection, bindparam, delete, select, tuple_
from sqlalchemy.sql.dml import ReturningDelete

from idp.store.tables import (
    devices,
    documents,
    enrolments,
    grants,
    initial_access_tokens,
    logins,
    okp_signing_keys,
    outbox,
    sessions,
    signing_keys,
    spent,
    throttles,
)

_HOUR, _DAY = 3600, 86_400

KEPT_SECONDS: tuple[tuple[Column[int], int], ...] = (
    (logins.c.expires_at, _HOUR),  # with their challenges; a late visitor is told what happened
    (enrolments.c.expires_at, _HOUR),
    (sessions.c.expires_at, _DAY),
    # With their refresh tokens. Until then a replay is recognised, and a session that ends knows whom to tell.
    (grants.c.expires_at, _DAY),
    (initial_access_tokens.c.expires_at, 0),
    (spent.c.expires_at, _HOUR),  # clocks of several nodes may differ
    (documents.c.tried_at, _DAY),  # no older copy serves anybody
    (outbox.c.expires_at, _DAY),
    (throttles.c.window_ends_at, 0),
    (devices.c.seen_at, 400 * _DAY),
    (signing_keys.c.published_until, 0),
    (okp_signing_keys.c.published_until, 0),
)
"""How long a row is kept after the instant in this column, in seconds."""


MOST_DOCUMENTS = 2000
"""Copies that are kept, whoever named them: a few hundred MiB at most, since none is longer than a fetch may be."""


def _delete_before(instant: Column[int]) -> ReturningDelete[Any]:
    """At most a batch, chosen once: a subquery with a limit may be run again for each row by PostgreSQL's planner."""
    table = instant.table
    key = tuple(table.primary_key)
    old = (
        select(*key)
        .where(instant < bindparam("before"))
        .order_by(instant)
        .limit(bindparam("batch"))
        .with_for_update(skip_locked=True)
        .cte("old")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    # RETURNING counts them: SQLite's driver knows no row count for a statement that begins with WITH.
    return delete(table).where(tuple_(*key).in_(select(old))).returning(key[0])


def _delete_surplus() -> ReturningDelete[Any]:
    """At most a batch of documents beyond the most, those that were asked for longest ago."""
    surplus = (
        select(documents.c.uri)
        .order_by(documents.c.tried_at.desc(), documents.c.uri)
        .offset(bindparam("most"))
        .limit(bindparam("batch"))
        .cte("surplus")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return delete(documents).where(documents.c.uri.in_(select(surplus))).returning(documents.c.uri)


_PURGES = tuple((_delete_before(instant), kept) for instant, kept in KEPT_SECONDS)
_SURPLUS = _delete_surplus()


def purge(connection: Connection, now: int, batch: int) -> int:
    """Delete at most `batch` rows of each table; how many in all. Call it until it answers 0."""
    surplus = connection.execute(_SURPLUS, {"most": MOST_DOCUMENTS, "batch": batch}).all()
    return len(surplus) + sum(
        len(connection.execute(statement, {"before": now - kept, "batch": batch}).all()) for statement, kept in _PURGES
    )
