"""Debian's mod_auth_openidc: Apache protects a page with `Require claim acr:urn:esik:acr:two-step`."""

import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.cli.esik import free_port
from tests.interop import parts
from tests.interop.apache import PARTING_WORDS, SECRET_WORDS, Apache, apache
from tests.interop.child import server_folder
from tests.interop.citizen import Citizen
from tests.interop.provider import Provider
from tests.people import AYSE, MEHMET

_MOST_LOOKS = 100


@pytest.fixture(scope="module")
def site(idp: Provider) -> Iterator[Apache]:
    parts.apache_modules()
    at = Apache(free_port())
    client = idp.register(
        redirect_uris=[at.callback],
        post_logout_redirect_uris=[f"{at.origin}/"],
        backchannel_logout_uri=f"{at.callback}?logout=backchannel",
        backchannel_logout_session_required=True,
    )
    with server_folder() as folder, apache(idp, at, client["client_id"], client["client_secret"], folder):
        yield at


def test_the_page_opens_after_two_steps(idp: Provider, site: Apache) -> None:
    with idp.citizen(site.origin) as citizen:
        assert citizen.logs_in(site.page, AYSE) == site.page
        assert citizen.shown.h1 == SECRET_WORDS


def test_the_page_stays_shut_after_a_password_alone(idp: Provider, site: Apache) -> None:
    with idp.citizen(site.origin) as citizen:
        citizen.open(site.page)
        citizen.types_password(MEHMET)
        citizen.goes_on()
        assert citizen.now_at.startswith(site.origin)
        assert citizen.shown.status in {401, 403}
        assert not citizen.shown.says(SECRET_WORDS)


def test_it_shuts_again_when_the_citizen_leaves_there(idp: Provider, site: Apache) -> None:
    """RP-initiated logout: Apache's own logout ends the session at the provider, and the citizen comes back."""
    with idp.citizen(site.origin) as citizen:
        citizen.logs_in(site.page, AYSE)
        citizen.open(f"{site.callback}?{urlencode({'logout': f'{site.origin}/'})}")
        assert (citizen.now_at, citizen.shown.h1) == (f"{site.origin}/", PARTING_WORDS)
        citizen.open(site.page)
        assert citizen.now_at.startswith(idp.issuer)
        assert citizen.shown.by_testid("page-password") is not None


def test_it_shuts_again_when_the_provider_says_that_the_login_is_over(idp: Provider, site: Apache) -> None:
    """Back-channel logout: the citizen leaves at the provider, and its server tells Apache."""
    with idp.citizen(site.origin) as citizen, idp.citizen(site.origin) as somebody_else:
        for visitor in (citizen, somebody_else):
            visitor.logs_in(site.page, AYSE)
        assert citizen.open(site.page).url == site.page
        citizen.open(f"{idp.issuer}/logout")
        citizen.press("Çıkış Yap")
        assert any(_sent_to_log_in(citizen, idp, site) for _ in range(_MOST_LOOKS))
        assert somebody_else.open(site.page).url == site.page


def _sent_to_log_in(citizen: Citizen, idp: Provider, site: Apache) -> bool:
    threading.Event().wait(0.1)
    return citizen.open(site.page).url.startswith(idp.issuer)
