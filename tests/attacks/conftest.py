"""Towns under attack: on SQLite, and on each database in turn where it is storage that must hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.people import Visitor
from tests.stand_in import StandIn
from tests.town import Town, town


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
def victim(the_town: Town) -> Visitor:
    return Visitor(the_town)


@pytest.fixture
def attacker(the_town: Town) -> Visitor:
    return Visitor(the_town, address="198.51.100.66")


@pytest.fixture
def mhrs(the_town: Town) -> StandIn:
    return StandIn(the_town)


@pytest.fixture
def mhrs_floor(the_town: Town) -> StandIn:
    return StandIn(the_town, "mhrs-floor")
