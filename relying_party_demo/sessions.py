"""MHRS's own sessions: rows on the server, named by a random cookie whose hash alone is stored.

A session keeps the claims it was admitted with, so that every request can pass the gate again: a login that has grown
too old, or a level that was raised meanwhile, closes the door (security.md R-38). One that the provider ended keeps its
row for a while, emptied, so that the browser that comes back with it can be told.
"""

import json
import secrets
import sqlite3
from dataclasses import dataclass

from relying_party_demo import gate, logouts
from relying_party_demo.logins import fingerprint
from relying_party_demo.logout_token import Logout
from relying_party_demo.oidc import Identity


@dataclass(frozen=True, slots=True)
class Session:
    """A citizen who passed the gate. `id` is the cookie's value: never log it. `subject` is the provider's `sub`."""

    id: str
    subject: str
    name: str
    acr: str
    amr: tuple[str, ...]
    auth_time: int
    id_token: str

    @property
    def claims(self) -> dict[str, object]:
        return {"acr": self.acr, "amr": list(self.amr), "auth_time": self.auth_time}


def open_session(
    connection: sqlite3.Connection,
    admitted: gate.Admitted,
    identity: Identity,
    *,
    replaces: str | None,
    now: int,
    total: int,
) -> str | None:
    """Start a session under a fresh id and end the one the browser had before. Returns the cookie's value.

    None, and nothing changed: the provider ended this login before it arrived here.
    """
    if logouts.has_ended(connection, subject=identity.subject, sid=identity.sid, issued_at=identity.issued_at):
        return None
    connection.execute("DELETE FROM session WHERE created_at < ?", (now - total,))
    if replaces is not None:
        end_session(connection, replaces)
    session_id = secrets.token_urlsafe(32)
    connection.execute(
        "INSERT INTO session (id_hash, subject, sid, name, acr, amr, auth_time, id_token, created_at, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fingerprint(session_id),
            identity.subject,
            identity.sid,
            identity.name,
            admitted.level,
            json.dumps(admitted.methods),
            admitted.auth_time,
            identity.id_token,
            now,
            now,
        ),
    )
    return session_id


def touch_session(
    connection: sqlite3.Connection, session_id: str, *, now: int, idle: int, total: int
) -> Session | None:
    """The live session with this id, marked as seen now; None when it is unknown, ended, idle too long, or too old."""
    row = connection.execute(
        "UPDATE session SET seen_at = max(seen_at, ?)"
        " WHERE id_hash = ? AND ended_at IS NULL AND seen_at > ? AND created_at > ?"
        " RETURNING subject, name, acr, amr, auth_time, id_token",
        (now, fingerprint(session_id), now - idle, now - total),
    ).fetchone()
    if row is None:
        return None
    return Session(
        id=session_id,
        subject=row["subject"],
        name=row["name"],
        acr=row["acr"],
        amr=tuple(json.loads(row["amr"])),
        auth_time=row["auth_time"],
        id_token=row["id_token"],
    )


def end_session(connection: sqlite3.Connection, session_id: str) -> None:
    connection.execute("DELETE FROM session WHERE id_hash = ?", (fingerprint(session_id),))


def end_by_provider(connection: sqlite3.Connection, logout: Logout, now: int) -> int:
    """End every session that the logout is about, and forget whose it was. Returns how many were live."""
    return connection.execute(
        "UPDATE session SET ended_at = ?, subject = '', name = '', amr = '[]', id_token = ''"
        " WHERE ended_at IS NULL AND CASE WHEN ? IS NULL THEN subject = ? ELSE sid = ? END",
        (now, logout.sid, logout.subject, logout.sid),
    ).rowcount


def was_ended_by_provider(connection: sqlite3.Connection, session_id: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM session WHERE id_hash = ? AND ended_at IS NOT NULL", (fingerprint(session_id),)
    ).fetchone()
    return row is not None
