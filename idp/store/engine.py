"""How SQLite and PostgreSQL differ: all of it, and how a unit of work is run on each.

SQLite: one file (mode 0600) in WAL mode. Writing transactions begin with `BEGIN IMMEDIATE`, so that two of them queue
instead of failing when the second one writes. PostgreSQL: a bounded pool, and time limits on everything, so that a
database which hangs is an answer within seconds and a restarted one heals by itself.

Whatever means "the database does not answer" becomes `OutOfService`; the transaction has not been committed, except
when the connection broke during the commit itself, which nobody can tell.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from idp.domain.errors import OutOfService

INLINE_BUSY_MILLISECONDS = 100
"""How long the event loop may wait for another writer of the SQLite file."""

THREAD_BUSY_MILLISECONDS = 5000

_POSTGRESQL_LIMITS = {
    "statement_timeout": "3s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "default_transaction_isolation": "read\\ committed",
}
_POOL_WAIT_SECONDS = 1.0
_READ_ONLY = "esik_read_only"
_OUR_OWN_FAULT = (IntegrityError, ProgrammingError, DataError, NotSupportedError)
"""Everything else a driver can say means that the database does not answer: gone, full, damaged, locked, too slow."""


class Busy(OutOfService):
    """Another writer holds the SQLite file; nothing of this unit of work has run."""


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def parse_url(url: str) -> URL:
    """`sqlite:///FILE` or `postgresql://…`, which means psycopg 3. Raises ValueError for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError("not a database URL: use sqlite:///… or postgresql://…") from None  # it may hold a password
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            if parsed.database in (None, "", ":memory:"):
                raise ValueError("an SQLite database needs a file, as in sqlite:////var/lib/esik/esik.db")
            return parsed.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"unknown database {parsed.drivername!r}: use sqlite:///… or postgresql://…")


def sqlite_engine(url: URL, *, durable: bool, busy_milliseconds: int, pool_size: int) -> Engine:
    """`durable`: a committed transaction survives a power cut (`synchronous=FULL`)."""
    _create_private(Path(url.database or ""))
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=_POOL_WAIT_SECONDS,
        # The driver's own transaction control begins too late and without a write lock.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": busy_milliseconds / 1000},
    )

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows the type for what follows
        try:
            driver.execute("BEGIN" if _READ_ONLY in connection.get_execution_options() else "BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise Busy("another writer holds the database file") from error
            raise OutOfService(str(error)) from error

    return engine


def postgresql_engine(url: URL, *, durable: bool, pool_size: int) -> Engine:
    """`durable`: a commit is answered only when it is on disk (`synchronous_commit`)."""
    limits = _POSTGRESQL_LIMITS | {"synchronous_commit": "on" if durable else "off"}
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_use_lifo=True,
        execution_options={"preserve_rowcount": True},  # psycopg forgets an INSERT's with its cursor
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 2,
            "tcp_user_timeout": 3000,  # milliseconds; a silent network is as bad as a closed one
            "keepalives_idle": 5,
            "application_name": "esik",
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )


def read_only(engine: Engine) -> Engine:
    """The same pool; its transactions take no write lock on SQLite."""
    return engine.execution_options(**{_READ_ONLY: True})


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed when the block ends, rolled back when it raises. Raises OutOfService."""
    try:
        with engine.begin() as connection:
            yield connection
    except PoolTimeout as error:
        raise OutOfService("every database connection is in use") from error
    except DBAPIError as error:
        if isinstance(error, _OUR_OWN_FAULT) and not error.connection_invalidated:
            raise
        raise OutOfService(str(error.orig)) from error


def _create_private(file: Path) -> None:
    """Make the file before SQLite does, readable by its owner only; SQLite gives `-wal` and `-shm` the same mode."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
