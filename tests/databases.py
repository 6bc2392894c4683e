"""Empty, migrated databases for tests: an SQLite file, and a database on a throw-away or a given PostgreSQL server."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, delete, make_url, text

from idp.crypto.sealing import Sealer
from idp.crypto.secrets import HouseSecrets
from idp.store import migrate
from idp.store.store import Store
from idp.store.tables import metadata
from tests import postgresql_cluster

URL_VARIABLE = "ESIK_TEST_DATABASE_URL"


class Missing(Exception):
    """There is no PostgreSQL here. The text says how to get it."""


def sqlite_template(directory: Path) -> Path:
    """A migrated SQLite file to copy; it has no write-ahead log beside it."""
    file = directory / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


def copy_sqlite(template: Path, directory: Path) -> str:
    """The URL of an empty database of its own in `directory`."""
    file = shutil.copy(template, directory / "esik.db")
    return f"sqlite:///{file}"


@contextmanager
def postgresql_database() -> Iterator[str]:
    """A migrated database for this process, gone afterwards. Raises Missing."""
    with _server() as server:
        name = f"esik_{secrets.token_hex(6)}"
        _administer(server, f"CREATE DATABASE {name}")
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        try:
            migrate.upgrade(url)
            yield url
        finally:
            _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def empty(url: str) -> None:
    """Delete all rows but those that the migration made, which start again."""
    engine = create_engine(url, poolclass=NullPool)
    statements = (
        "SET lock_timeout = '5s'",
        *(str(delete(table)) for table in reversed(metadata.sorted_tables)),
        "INSERT INTO revisions (name, number) VALUES ('clients', 1), ('keys', 1)",
        "INSERT INTO audit_head (id, number, hash, settled_id) VALUES (1, 0, '', 0)",
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join(statements))
    engine.dispose()


def open_store(url: str, *, durable: bool = False, pool_size: int = 10) -> Store:
    """A store with keys of its own. The caller closes it."""
    return Store.connect(
        url,
        sealer=Sealer(b"k" * 32, "test"),
        mac=HouseSecrets(b"test key").mac,
        durable=durable,
        pool_size=pool_size,
    )


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    if postgresql_cluster.binaries() is None:
        raise Missing(
            "PostgreSQL is not installed: install it (Debian: apt-get install postgresql), or set "
            f"{URL_VARIABLE} to a server on which databases may be created"
        )
    root, users = postgresql_cluster.join()
    with users:
        yield f"postgresql+psycopg://{postgresql_cluster.USER}@/postgres?host={root / 's'}"


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
