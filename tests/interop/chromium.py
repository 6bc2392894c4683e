"""A citizen at a real browser, where a client needs scripts or frames."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.interop.citizen import PASSWORD
from tests.interop.provider import Provider
from tests.people import AYSE


@contextmanager
def fresh_page(chromium: Browser) -> Iterator[Page]:
    """In a browser of one's own. Chromium has a list of authorities that no test may change, so it is not asked."""
    context = chromium.new_context(ignore_https_errors=True, locale="tr-TR")
    context.set_default_timeout(20_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def log_in(page: Page, idp: Provider) -> None:
    """Both steps, from the first page of a login."""
    page.get_by_test_id("national-id").fill(AYSE.national_id)
    page.locator("#password").fill(PASSWORD)
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("page-code")).to_be_visible()
    with idp.citizen() as phone:
        page.get_by_test_id("code").fill(phone.last_code(AYSE))
    page.get_by_test_id("submit").click()
