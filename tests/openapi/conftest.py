"""Both documents, as the programs answer them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.app import create_app
from relying_party_demo.app import create_app as create_relying_party
from relying_party_demo.settings import Settings as RelyingPartySettings
from tests.clock import FakeClock
from tests.openapi.samples import Json
from tests.town import Town, settings, town


@pytest.fixture
def the_town(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with town(sqlite_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openapi")


@pytest.fixture(scope="session")
def provider_document(scratch: Path) -> Json:
    return described(scratch)


@pytest.fixture(scope="session")
def relying_party_document(scratch: Path) -> Json:
    own = RelyingPartySettings.model_validate({"client_secret": "unused", "database": scratch / "mhrs.sqlite3"})
    return create_relying_party(own).openapi()


@pytest.fixture(params=["provider", "relying_party"])
def document(request: pytest.FixtureRequest) -> Iterator[Json]:
    """Each of the two in turn."""
    yield request.getfixturevalue(f"{request.param}_document")


def described(directory: Path) -> Json:
    """The provider's document. It reads nothing from the database, so an empty file will do."""
    app = create_app(settings(f"sqlite:///{directory / 'esik.sqlite3'}", directory))
    try:
        return app.openapi()
    finally:
        app.state.store.close()
