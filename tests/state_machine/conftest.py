"""One provider for all walks of a test process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.state_machine.house import House, house


@pytest.fixture(scope="module")
def home(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    directory = tmp_path_factory.mktemp("walks")
    with house(databases.copy_sqlite(sqlite_template, directory), directory) as opened:
        yield opened
