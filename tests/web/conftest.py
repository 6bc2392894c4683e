"""A town on SQLite: these stories are about pages, not about storage."""

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
def citizen(the_town: Town) -> Visitor:
    return Visitor(the_town)


@pytest.fixture
def mhrs(the_town: Town) -> StandIn:
    """The client without a floor."""
    return StandIn(the_town)


@pytest.fixture
def mhrs_floor(the_town: Town) -> StandIn:
    """The client whose floor is two-step."""
    return StandIn(the_town, "mhrs-floor")
