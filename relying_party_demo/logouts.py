"""What the provider said is over (OpenID Connect Back-Channel Logout 1.0 §2.7), and that it says so only once.

A logout is remembered while its token could come again. Within that time it also closes the door to a login that it
overtook: one whose ID token is older, but whose session is opened only now.
"""

import sqlite3

from relying_party_demo.id_token import SKEW
from relying_party_demo.logout_token import Logout


def record(connection: sqlite3.Connection, logout: Logout, now: int) -> bool:
    """Remember the logout; False when its token was used before."""
    connection.execute("DELETE FROM logout WHERE expires_at <= ?", (now - SKEW,))
    recorded = connection.execute(
        "INSERT INTO logout (jti, sid, subject, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (jti) DO NOTHING",
        (logout.jti, logout.sid, logout.subject, logout.issued_at, logout.expires_at),
    )
    return recorded.rowcount == 1


def has_ended(connection: sqlite3.Connection, *, subject: str, sid: str | None, issued_at: int) -> bool:
    """Whether a login whose ID token was made at `issued_at` is over already. The same second counts as before."""
    row = connection.execute(
        "SELECT 1 FROM logout WHERE issued_at >= ? AND (sid = ? OR (sid IS NULL AND subject = ?))",
        (issued_at, sid, subject),
    ).fetchone()
    return row is not None
