"""A town with a person whose phone is to be registered."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.device_api.phones import AccountPage
from tests.people import AYSE
from tests.town import Town, another_node, town


@pytest.fixture
def the_town(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with town(sqlite_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def any_town(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """The same town on SQLite and on PostgreSQL."""
    with town(database_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Eight places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        yield list(islice(cycle((any_town, second)), 8))


@pytest.fixture
def account(the_town: Town) -> AccountPage:
    """Ayşe at her account page, two steps proved just now."""
    return AccountPage(the_town, AYSE)
