"""A seeded provider on an SQLite file, with time in the test's hands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.town import Town, town


@pytest.fixture
def place(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with town(sqlite_url, tmp_path / "data", clock) as opened:
        yield opened
