"""One provider for the whole run, and a relying party for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.authority import Authority, new_authority
from tests.interop.child import server_folder
from tests.interop.openid_client import openid_client
from tests.interop.provider import Provider, provider
from tests.interop.relying_party import RelyingParty


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def idp(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """`esik serve` behind nginx."""
    with server_folder() as folder, provider(authority, tmp_path_factory.mktemp("data"), folder) as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    """For a server of the test's own."""
    with server_folder() as made:
        yield made


@pytest.fixture
def relying_party(idp: Provider, tmp_path: Path) -> Iterator[RelyingParty]:
    """openid-client, in a process of its own."""
    with openid_client(idp.authority, tmp_path) as library:
        yield RelyingParty(library, idp)
