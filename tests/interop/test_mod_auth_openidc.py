"""Debian's mod_auth_openidc: Apache protects a page with `Require claim acr:urn:esik:acr:two-step`."""

from collections.abc import Iterator

import pytest

from tests.cli.esik import free_port
from tests.interop import parts
from tests.interop.apache import SECRET_WORDS, Apache, apache
from tests.interop.child import server_folder
from tests.interop.provider import Provider
from tests.people import AYSE, MEHMET


@pytest.fixture(scope="module")
def site(idp: Provider) -> Iterator[Apache]:
    parts.apache_modules()
    at = Apache(free_port())
    secret = idp.add_client("apache", "--redirect-uri", at.callback, "--consent", "never")
    with server_folder() as folder, apache(idp, at, "apache", secret, folder):
        yield at


def test_the_page_opens_after_two_steps(idp: Provider, site: Apache) -> None:
    with idp.citizen(site.origin) as citizen:
        citizen.logs_in(site.page, AYSE)
        assert citizen.now_at == site.page
        assert citizen.shown.h1 == SECRET_WORDS


def test_the_page_stays_shut_after_a_password_alone(idp: Provider, site: Apache) -> None:
    with idp.citizen(site.origin) as citizen:
        citizen.open(site.page)
        citizen.types_password(MEHMET)
        assert citizen.now_at.startswith(site.origin)
        assert citizen.shown.status in {401, 403}
        assert not citizen.shown.says(SECRET_WORDS)
