"""One provider for the whole run, and a relying party for each test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.esik import free_port
from tests.interop.authority import Authority, new_authority
from tests.interop.nginx import Site
from tests.interop.openid_client import OpenidClient, openid_client
from tests.interop.provider import Provider, provider


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that a server can still read when it has given up root, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="esik-interop-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def pages(server_folder: Path) -> Site:
    """A folder of files with an https origin of its own, served by the same nginx."""
    folder = server_folder / "pages"
    folder.mkdir()
    return Site(free_port(), folder)


@pytest.fixture(scope="session")
def idp(
    authority: Authority, pages: Site, server_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Provider]:
    """`esik serve` behind nginx."""
    data_dir = tmp_path_factory.mktemp("provider")
    with provider(free_port(), (pages,), authority, data_dir, server_folder) as running:
        yield running


@pytest.fixture
def relying_party(authority: Authority, tmp_path: Path) -> Iterator[OpenidClient]:
    """openid-client, in a process of its own."""
    with openid_client(authority, tmp_path) as running:
        yield running
