"""How often a citizen may search: a count per citizen and minute, which a new login does not reset (`RNDS1000`)."""

import sqlite3

WINDOW = 60


def count_search(connection: sqlite3.Connection, subject: str, *, now: int, limit: int) -> int:
    """Count one search. Returns 0 when it may run, else the seconds to wait."""
    row = connection.execute(
        "INSERT INTO search (subject, window_started_at, count) VALUES (?1, ?2, 1)"
        " ON CONFLICT (subject) DO UPDATE SET"
        " count = CASE WHEN window_started_at <= ?3 THEN 1 ELSE count + 1 END,"
        " window_started_at = CASE WHEN window_started_at <= ?3 THEN ?2 ELSE window_started_at END"
        " RETURNING window_started_at, count",
        (subject, now, now - WINDOW),
    ).fetchone()
    if row["count"] <= limit:
        return 0
    return max(1, int(row["window_started_at"]) + WINDOW - now)
