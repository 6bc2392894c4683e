"""A sandbox and a production house, migrated, each in a directory of its own."""

from pathlib import Path

import pytest

from tests.cli.esik import PRODUCTION, run, sandbox


@pytest.fixture
def demo_house(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a migrated, empty sandbox."""
    return {**sandbox(tmp_path / "data"), "ESIK_DATABASE_URL": sqlite_url}


@pytest.fixture
def real_house(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a migrated, empty production house."""
    return {**PRODUCTION, "ESIK_DATA_DIR": str(tmp_path / "data"), "ESIK_DATABASE_URL": sqlite_url}


@pytest.fixture
def seeded_house(demo_house: dict[str, str]) -> dict[str, str]:
    assert run("seed", env=demo_house).exit_code == 0
    return demo_house
