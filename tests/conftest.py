"""Fixtures for every test: empty databases of both kinds, a store on each, and a clock that stands still."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from idp.store.store import Store
from tests import databases
from tests.clock import FakeClock
from tests.databases import open_store
from tests.patience import patient
from tests.running_demo import chromium, demo, persona, restore_people

__all__ = ["chromium", "demo", "persona", "restore_people"]

# How long an example takes is the machine's affair. `pyproject.toml` names this profile; `.ci/run` takes Hypothesis's
# own for CI, whose examples are the same in every run: what it finds then is the change's doing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """No store gives up because the machine is busy, but where `tests.patience.prompt` says so."""
    with patient():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated SQLite file."""
    return databases.copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[str]:
    try:
        with databases.postgresql_database() as url:
            yield url
    except databases.Missing as missing:
        if os.environ.get("ESIK_TEST_REQUIRE") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
def postgresql_url(postgresql_database: str) -> str:
    """An empty, migrated PostgreSQL database; skips with the reason where there is none."""
    databases.empty(postgresql_database)
    return postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on an empty database of each kind in turn."""
    with closing(open_store(database_url)) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    with closing(open_store(sqlite_url)) as opened:
        yield opened


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    with closing(open_store(postgresql_url)) as opened:
        yield opened
