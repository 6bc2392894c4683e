"""How units of work are run on each database, and what happens when it does not answer."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import IntegrityError

from idp.domain.errors import OutOfService
from idp.store.engine import parse_url, transaction
from idp.store.store import Store
from idp.store.tables import citizens, revisions
from idp.store.unit_of_work import UnitOfWork
from tests.databases import open_store
from tests.patience import prompt
from tests.store.samples import CITIZEN, CLIENT, SESSION, furnish


class Interrupted(Exception):
    pass


@pytest.fixture(scope="module", autouse=True)
def limits_of_production() -> Iterator[None]:
    with prompt():
        yield


def _pragmas(store: Store) -> tuple[object, ...]:
    with store.engine.connect() as connection:
        names = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names)


def test_sqlite_is_set_up(sqlite_url: str) -> None:
    """design.md §4: durable in production mode, quick in sandbox mode."""
    for durable, synchronous in ((True, 2), (False, 1)):
        store = open_store(sqlite_url, durable=durable)
        assert _pragmas(store) == ("wal", 1, synchronous, 5000)
        store.close()


def test_a_new_sqlite_file_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    store = open_store(f"sqlite:///{file}")
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    store.close()
    assert modes == {"new.db": 0o600, "new.db-wal": 0o600, "new.db-shm": 0o600}


def test_postgresql_is_set_up(postgresql_url: str) -> None:
    """L-11: nothing waits for long."""
    for durable, commit in ((True, "on"), (False, "off")):
        store = open_store(postgresql_url, durable=durable)
        with store.engine.connect() as connection:
            settings = [
                connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("statement_timeout", "lock_timeout", "synchronous_commit", "transaction_isolation")
            ]
        store.close()
        assert settings == ["3s", "2s", commit, "read committed"]


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql+asyncpg://h/d", "esik.db", ""]
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        parse_url(url)


@pytest.mark.parametrize("url", ["postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_postgresql_means_psycopg(url: str) -> None:
    assert parse_url(url).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h/d"


def test_a_unit_of_work_is_kept_or_undone_as_a_whole(store: Store) -> None:
    """R-73"""
    with pytest.raises(Interrupted), store.begin() as work:
        work.citizens.add(CITIZEN)
        work.clients.add(CLIENT)
        raise Interrupted
    with store.begin() as work:
        assert work.citizens.every() == ()
        assert work.clients.every() == ()
        work.citizens.add(CITIZEN)
    with store.read() as work:
        assert work.citizens.every() == (CITIZEN,)


def test_foreign_keys_hold_and_errors_show_no_values(furnished: Store) -> None:
    """E03"""
    stray = replace(SESSION, id="s", sid="s", handle_hash="CANARY", citizen_id="nobody")
    with pytest.raises(IntegrityError) as raised, furnished.begin() as work:
        work.sessions.insert(stray)
    assert "CANARY" not in str(raised.value)


def test_lean_work_commits_or_undoes(store: Store) -> None:
    def interrupted(work: UnitOfWork) -> None:
        work.citizens.add(replace(CITIZEN, id="undone"))
        raise Interrupted

    async def run() -> tuple[bool, int]:
        with pytest.raises(Interrupted):
            await store.run_lean(interrupted)
        added = await store.run_lean(lambda work: work.citizens.add(CITIZEN))
        return added, len(await store.run_lean(lambda work: work.citizens.every(), read_only=True))

    assert asyncio.run(run()) == (True, 1)


def test_lean_work_runs_inline_on_sqlite_and_in_a_thread_on_postgresql(store: Store) -> None:
    """S-01: measured, see design.md §5."""
    where = asyncio.run(store.run_lean(lambda _: threading.current_thread()))
    inline = where is threading.main_thread()
    assert inline is (store.engine.dialect.name == "sqlite")


def test_lean_work_waits_in_a_thread_for_another_writer(sqlite_store: Store) -> None:
    """The event loop is held up for 100 ms at most, and the work runs once."""
    ran_in: list[threading.Thread] = []

    def work(unit: UnitOfWork) -> None:
        ran_in.append(threading.current_thread())
        unit.citizens.add(CITIZEN)

    async def run() -> None:
        with sqlite_store.begin():
            waiting = asyncio.create_task(sqlite_store.run_lean(work))
            await asyncio.sleep(0)
            assert ran_in == []
        await waiting

    asyncio.run(run())
    assert len(ran_in) == 1
    assert ran_in[0] is not threading.main_thread()
    with sqlite_store.read() as unit:
        assert unit.citizens.every() == (CITIZEN,)


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    with store.begin() as writer:
        writer.citizens.add(CITIZEN)
        with store.read() as reader:
            assert reader.citizens.every() == ()
        assert asyncio.run(store.run_lean(lambda work: work.citizens.every(), read_only=True)) == ()


def test_a_full_pool_is_out_of_service_within_a_second(database_url: str) -> None:
    """L-13"""
    store = open_store(database_url, pool_size=1)
    with store.read(), pytest.raises(OutOfService, match="in use"), store.read():
        pytest.fail("there was a second connection")
    store.ping()
    store.close()


def test_busy_threads_are_out_of_service_within_a_second(postgresql_url: str) -> None:
    """L-13: what has not begun never begins."""
    store = open_store(postgresql_url, pool_size=1)
    go_on, ran = threading.Event(), []

    async def run() -> None:
        slow = asyncio.create_task(store.run_lean(lambda _: go_on.wait(30)))
        await asyncio.sleep(0)
        with pytest.raises(OutOfService, match="busy"):
            await store.run_lean(lambda _: ran.append(1))
        go_on.set()
        assert await slow

    asyncio.run(run())
    store.close()
    assert ran == []


@pytest.mark.parametrize("ending", ["SELECT pg_terminate_backend(pg_backend_pid())", "SELECT pg_sleep(9)"])
def test_a_lost_or_slow_server_is_out_of_service_and_heals(postgresql_store: Store, ending: str) -> None:
    """L-10, L-11, L-24: nothing was changed, and the next unit of work succeeds."""
    store = postgresql_store
    furnish(store)
    with pytest.raises(OutOfService), transaction(store.engine) as connection:
        connection.execute(delete(citizens))
        connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
        connection.execute(text(ending))
    with store.begin() as work:
        assert work.citizens.by_id("ada") == CITIZEN


def test_a_restarted_server_is_found_again_at_once(postgresql_store: Store) -> None:
    """L-10: connections that died while they lay in the pool cost nobody an answer."""
    with postgresql_store.engine.connect() as idle, postgresql_store.engine.connect() as killer:
        victim = idle.execute(text("SELECT pg_backend_pid()")).scalar_one()
        idle.close()
        killer.execute(text("SELECT pg_terminate_backend(:victim)"), {"victim": victim})
    for _ in range(3):
        postgresql_store.ping()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "postgresql://nobody@/none?host=/nowhere"])
def test_a_server_that_is_not_there_is_out_of_service(url: str) -> None:
    """L-11"""
    store = open_store(url)
    with pytest.raises(OutOfService):
        store.ping()
    with pytest.raises(OutOfService), store.begin():
        pytest.fail("there was a connection")
    with pytest.raises(OutOfService):
        asyncio.run(store.run_lean(lambda work: work.citizens.every()))
    store.close()


def test_a_file_that_is_no_database_is_out_of_service(tmp_path: Path) -> None:
    """L-14"""
    file = tmp_path / "esik.db"
    file.write_bytes(b"not a database" * 1000)
    store = open_store(f"sqlite:///{file}")
    with pytest.raises(OutOfService):
        store.ping()
    store.close()


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_store(f"sqlite:///{tmp_path / 'missing' / 'esik.db'}")


def test_a_full_disk_is_out_of_service_and_changes_nothing(sqlite_store: Store) -> None:
    """L-14: a disk with no page left."""
    furnish(sqlite_store)
    with pytest.raises(OutOfService), transaction(sqlite_store.engine) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")
        connection.execute(delete(citizens))
        for name in range(1000):
            connection.execute(insert(revisions), {"name": f"{name}" + "x" * 1000, "number": 1})
    with sqlite_store.read() as work:
        assert work.citizens.by_id("ada") == CITIZEN
