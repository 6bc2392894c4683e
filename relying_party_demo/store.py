"""The SQLite file of MHRS: its tables, and one way to run a transaction.

Every transaction takes the write lock at once (`BEGIN IMMEDIATE`), so whatever it reads still holds when it writes,
across threads and processes that share the file. The verbs live beside what they are about: `logins`, `sessions`,
`logouts`, `searches`, `appointment_book`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA_VERSION = 3

_LOGIN = """
CREATE TABLE login (
    id TEXT PRIMARY KEY,
    state_hash TEXT NOT NULL UNIQUE,
    browser_hash TEXT NOT NULL,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    purpose TEXT NOT NULL,
    return_to TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    outcome TEXT
) STRICT;
CREATE INDEX login_expiry ON login (expires_at);
"""

_SESSION = """
CREATE TABLE session (
    id_hash TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    id_token TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_creation ON session (created_at);
"""

_LOGOUT = """
ALTER TABLE session ADD COLUMN sid TEXT;
ALTER TABLE session ADD COLUMN ended_at INTEGER;
CREATE INDEX session_sid ON session (sid);
CREATE INDEX session_subject ON session (subject);
CREATE TABLE logout (
    jti TEXT PRIMARY KEY,
    sid TEXT,
    subject TEXT,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX logout_expiry ON logout (expires_at);
"""

_EVERYTHING_ELSE = """
CREATE TABLE search (
    subject TEXT PRIMARY KEY,
    window_started_at INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;

CREATE TABLE appointment (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    doctor_id INTEGER NOT NULL,
    hospital_id INTEGER NOT NULL,
    clinic_id INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    booked_at INTEGER NOT NULL,
    approve_until INTEGER NOT NULL,
    approved_at INTEGER,
    ended_at INTEGER,
    ended_by TEXT CHECK (ended_by IN ('citizen', 'no_approval'))
) STRICT;
CREATE UNIQUE INDEX appointment_slot ON appointment (doctor_id, starts_at) WHERE ended_at IS NULL;
CREATE INDEX appointment_subject ON appointment (subject, starts_at);
"""

_SCRIPTS = {
    0: (_LOGIN, _SESSION, _LOGOUT, _EVERYTHING_ELSE),
    1: ("DROP TABLE login", _LOGIN, _LOGOUT),
    2: (_LOGOUT,),
    SCHEMA_VERSION: (),
}
"""What brings a file of each version to this one. Logins under way are dropped: they live for minutes, and whoever
returns from one begins anew."""


class Store:
    """Opens the file at `path`, making it readable by its owner alone, and lays out the tables when it is new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        with self._connect() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version not in _SCRIPTS:
                raise RuntimeError(f"{path} was made by another version of MHRS; move it away and start again")
            for script in _SCRIPTS[version]:
                for statement in script.split(";\n"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One unit of work: committed when the block ends, rolled back when it raises."""
        with self._connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection
        finally:
            connection.close()

    def is_ready(self) -> bool:
        """Whether the file answers and has our tables."""
        try:
            with self._connect() as connection:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error:
            return False
        return bool(version == SCHEMA_VERSION)
