"""One street for each test: a provider of its own, with its sample people as seeded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.clock import FakeClock
from tests.phone.street import Street, street


@pytest.fixture
def town_street(sqlite_url: str, tmp_path: Path, clock: FakeClock, chromium: Browser) -> Iterator[Street]:
    with street(sqlite_url, tmp_path / "data", clock, chromium) as opened:
        yield opened
