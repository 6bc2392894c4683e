from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.journey.ports import Begin
from idp.store import migrate
from idp.store.store import Store
from tests import databases
from tests.journey.world import Database
from tests.store.samples import CHALLENGE, CITIZEN, CLIENT, LOGIN, OTHER_CITIZEN, SESSION, furnish


@pytest.fixture
def furnished(store: Store) -> Store:
    """A store with one of each thing (`samples`)."""
    furnish(store)
    return store


@pytest.fixture
def furnished_postgresql(postgresql_store: Store) -> Store:
    """The same, for what only a database with several writers can get wrong."""
    furnish(postgresql_store)
    return postgresql_store


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def begin(request: pytest.FixtureRequest) -> Begin:
    """The same things in each kind of database, and in the memory that the journeys are tested on: one meaning."""
    if request.param != "memory":
        store: Store = request.getfixturevalue(f"{request.param}_store")
        furnish(store)
        return store.begin
    database = Database()
    database.rows.citizens |= {one.id: one for one in (CITIZEN, OTHER_CITIZEN)}
    database.rows.clients[CLIENT.client_id] = CLIENT
    with database.begin() as work:
        work.logins.insert(LOGIN)
        work.challenges.insert(CHALLENGE)
        work.sessions.insert(SESSION)
    return database.begin


@pytest.fixture(params=["sqlite", "postgresql"])
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database that this test may take apart."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'own.db'}"
        migrate.upgrade(url)
        yield url
    else:
        request.getfixturevalue("postgresql_database")
        with databases.postgresql_database() as url:
            yield url
