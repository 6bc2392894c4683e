"""oidc-client-ts in Chromium: a page without a server behind it is a public client, and calls us across origins."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.interop import parts
from tests.interop.child import server_folder
from tests.interop.chromium import fresh_page, log_in
from tests.interop.nginx import Site, nginx
from tests.interop.provider import Provider, clean_environment
from tests.ports import free_port

TWO_STEP = "urn:esik:acr:two-step"
_PAGE = Path(__file__).with_name("oidc_client_ts.html")


@pytest.fixture
def service(idp: Provider) -> Iterator[str]:
    """The address of the page, which is registered as a client."""
    library = parts.node_modules() / "oidc-client-ts" / "dist" / "browser" / "oidc-client-ts.min.js"
    with server_folder() as folder:
        pages = folder / "pages"
        pages.mkdir()
        site = Site(free_port(), pages)
        address, client_id = f"https://localhost:{site.port}/service.html", f"page-{site.port}"
        idp.add_client(
            client_id,
            "--public",
            "--redirect-uri",
            address,
            "--post-logout-redirect-uri",
            address,
            "--consent",
            "never",
        )
        shutil.copy(_PAGE, pages / "service.html")
        shutil.copy(library, pages / "oidc-client-ts.js")
        given = {"authority": idp.issuer, "client_id": client_id, "scope": "openid profile", "acr_values": TWO_STEP}
        (pages / "given.json").write_text(json.dumps(given))
        with nginx((site,), idp.authority, folder, clean_environment()):
            yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with fresh_page(chromium) as opened:
        yield opened


def profile(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.locator("#profile").inner_text()))


def test_r_14_a_page_logs_a_citizen_in_asks_again_unseen_and_logs_out(idp: Provider, service: str, page: Page) -> None:
    page.goto(service)
    expect(page.locator("#state")).to_have_text("nobody")
    page.locator("#log-in").click()
    log_in(page, idp)
    expect(page.locator("#state")).to_have_text("logged in")
    first = profile(page)
    assert (first["acr"], first["given_name"]) == (TWO_STEP, "Ayşe")
    again = ("sub", "sid", "acr", "auth_time")
    page.locator("#ask-again").click()
    expect(page.locator("#state")).to_have_text("logged in unseen")
    assert [profile(page)[claim] for claim in again] == [first[claim] for claim in again]
    page.locator("#log-out").click()
    expect(page.locator("#state")).to_have_text("nobody")
    page.goto(f"{idp.issuer}/hesabim")
    expect(page.get_by_test_id("page-password")).to_be_visible()
