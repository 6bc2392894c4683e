"""The schema's history: one for both databases, kept in the package `migrations`."""

import io
from collections.abc import Callable
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from idp.store import engine as databases

_ADVISORY_LOCK = 0x6573696B  # "esik": one migration at a time on PostgreSQL


class NewerDatabase(Exception):
    """The database is at a revision that this version of the program does not know."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction; makes an SQLite file that is missing.

    Several at once wait for each other. Raises ValueError for an unknown kind of URL, OutOfService if the database
    does not answer, and NewerDatabase.
    """
    try:
        _run(url, lambda config: command.upgrade(config, revision))
    except CommandError as error:
        raise NewerDatabase(str(error)) from error


def downgrade(url: str, revision: str) -> None:
    """For development: what later revisions stored is lost."""
    _run(url, lambda config: command.downgrade(config, revision))


def check(url: str) -> None:
    """Raises alembic's CommandError if the migrated database is not what `tables` says."""
    _run(url, command.check)


def head_revision() -> str:
    """The revision that this version of the program needs."""
    (head,) = ScriptDirectory.from_config(_config()).get_heads()
    return head


def current_revision(engine: Engine) -> str | None:
    """The revision this database is at; None for one that was never migrated. Raises OutOfService."""
    with databases.transaction(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    return config


def _run(url: str, what: Callable[[Config], None]) -> None:
    engine = _engine(url)
    try:
        with databases.transaction(engine) as connection:
            if connection.dialect.name == "postgresql":
                _take_turn(connection)
            config = _config()
            config.attributes["connection"] = connection
            what(config)
            if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
                raise RuntimeError("the migration broke a foreign key; it was rolled back")
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """Migrations may take their time, so none of the limits of a request hold."""
    parsed = databases.parse_url(url)
    if not databases.is_sqlite(parsed):
        return create_engine(parsed, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": 2})
    engine = databases.sqlite_engine(
        parsed, durable=True, busy_milliseconds=databases.THREAD_BUSY_MILLISECONDS, pool_size=1
    )

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")  # rebuilding a table drops it, which would delete what refers to it
        cursor.close()

    return engine


def _take_turn(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '1s'"))  # rather fail than hold up every login (L-23)
