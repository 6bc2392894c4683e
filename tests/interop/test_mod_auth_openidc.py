"""Debian's mod_auth_openidc: Apache protects a page with `Require claim acr:urn:esik:acr:two-step`."""

import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.interop.apache import PARTING_WORDS, SECRET_WORDS, Apache, Metadata, apache
from tests.interop.chromium import fresh_page, log_in
from tests.interop.citizen import Citizen
from tests.interop.provider import Provider
from tests.people import AYSE, MEHMET

_MOST_LOOKS = 100


@pytest.fixture(scope="module")
def site(idp: Provider) -> Iterator[Apache]:
    with apache(idp, _tells_servers) as at:
        yield at


def _tells_servers(at: Apache) -> Metadata:
    return {
        "client_name": "Apache",
        "post_logout_redirect_uris": [f"{at.origin}/"],
        "initiate_login_uri": at.callback,
        "backchannel_logout_uri": f"{at.callback}?logout=backchannel",
        "backchannel_logout_session_required": True,
    }


def _tells_browsers(at: Apache) -> Metadata:
    return {
        "frontchannel_logout_uri": f"{at.callback}?logout=get",
        "frontchannel_logout_session_required": True,
    }


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


def test_logout_03_it_shuts_again_when_the_citizen_leaves_there(idp: Provider, site: Apache) -> None:
    """RP-initiated logout: Apache's own logout ends the session at the provider, and the citizen comes back."""
    with idp.citizen(site.origin) as citizen:
        citizen.logs_in(site.page, AYSE)
        citizen.open(f"{site.callback}?{urlencode({'logout': f'{site.origin}/'})}")
        assert (citizen.now_at, citizen.shown.h1) == (f"{site.origin}/", PARTING_WORDS)
        citizen.open(site.page)
        assert citizen.now_at.startswith(idp.issuer)
        assert citizen.shown.by_testid("page-password") is not None


def test_logout_12_it_shuts_again_when_the_provider_says_that_the_login_is_over(idp: Provider, site: Apache) -> None:
    """Back-channel logout: the citizen leaves at the provider, and Apache believes its token (LOGOUT-13)."""
    with idp.citizen(site.origin) as citizen, idp.citizen(site.origin) as somebody_else:
        for visitor in (citizen, somebody_else):
            visitor.logs_in(site.page, AYSE)
        assert citizen.open(site.page).url == site.page
        citizen.open(f"{idp.issuer}/logout")
        citizen.press("Çıkış Yap")
        assert any(_sent_to_log_in(citizen, idp, site) for _ in range(_MOST_LOOKS))
        assert somebody_else.open(site.page).url == site.page
    assert "message_not_accepted" not in idp.process.output


def test_dcr_14_the_provider_starts_a_login_there(idp: Provider, site: Apache) -> None:
    """Third-party-initiated login: from the list of services that a citizen agreed to, straight to the page."""
    with idp.citizen(site.origin) as citizen:
        citizen.logs_in(site.page, AYSE)
        citizen.cookies = {name: value for name, value in citizen.cookies.items() if not name.startswith("mod_auth_")}
        citizen.open(f"{idp.issuer}/hesabim/izinler")
        visit = citizen.shown.by_testid("visit-service")
        assert visit is not None
        assert citizen.open(urljoin(idp.issuer, visit.attributes["href"])).h1 == SECRET_WORDS


def test_logout_15_it_shuts_again_when_the_browser_is_told(idp: Provider, chromium: Browser) -> None:
    """Front-channel logout: the provider's page frames Apache's address, in a real browser."""
    with apache(idp, _tells_browsers) as at, fresh_page(chromium) as page:
        page.goto(at.page)
        log_in(page, idp)
        page.get_by_test_id("decision-approve").click()
        expect(page.locator("h1")).to_have_text(SECRET_WORDS)
        page.goto(f"{idp.issuer}/logout")
        with page.expect_response(lambda answer: answer.url.startswith(f"{at.callback}?")) as told:
            page.get_by_test_id("decision-logout").click()
        asked = dict(parse_qsl(urlsplit(told.value.url).query))
        assert set(asked) == {"logout", "iss", "sid"}
        assert asked["iss"] == idp.issuer
        page.goto(at.page)
        expect(page.get_by_test_id("page-password")).to_be_visible()


def _sent_to_log_in(citizen: Citizen, idp: Provider, site: Apache) -> bool:
    threading.Event().wait(0.1)
    return citizen.open(site.page).url.startswith(idp.issuer)
