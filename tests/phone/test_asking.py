"""How often a phone asks: at once while it is seen, rarely when it is not or when nobody answers, then not at all."""

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.phone.street import CANS_PHONE, Street, number_at

pytestmark = pytest.mark.timeout(120)

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def watched(street: Street) -> tuple[Page, list[str]]:
    """A phone whose time stands in the test's hands, and what it asks the device API from now on."""
    phone, asked = street.page(), list[str]()

    def note(request: Request) -> None:
        if "/device/v1/approvals" in request.url:
            asked.append(request.url.partition("?")[2])

    phone.on("request", note)
    phone.clock.install()
    phone.goto(f"{street.issuer}/telefon/{CANS_PHONE}")
    expect(phone.get_by_test_id("registered")).to_be_visible()
    return phone, asked


def test_a_phone_that_is_seen_holds_one_long_poll(town_street: Street) -> None:
    phone, asked = watched(town_street)
    phone.clock.run_for(10_000)
    assert asked == ["wait=25"]


def test_a_hidden_phone_holds_no_connection_then_asks_no_more_and_looks_at_once_when_seen_again(
    town_street: Street,
) -> None:
    phone, asked = watched(town_street)
    phone.evaluate(HIDE, True)
    asked.clear()
    for _ in range(5):
        with phone.expect_response("**/device/v1/approvals?wait=0"):
            phone.clock.run_for(6_000)
    assert set(asked) == {"wait=0"}
    phone.clock.run_for(60_000)
    asked.clear()
    phone.clock.run_for(600_000)
    assert asked == []
    with phone.expect_request("**/device/v1/approvals?wait=25"):
        phone.evaluate(HIDE, False)
        phone.clock.run_for(2_000)


def test_a_server_that_is_away_is_asked_more_and_more_rarely_and_found_again(town_street: Street) -> None:
    phone, asked = watched(town_street)

    def away(route: Route) -> None:
        route.abort()

    phone.route("**/device/v1/**", away)
    phone.evaluate(HIDE, True)  # lets go of the question that is open
    phone.evaluate(HIDE, False)
    asked.clear()
    for _ in range(120):
        phone.clock.run_for(1_000)
    expect(phone.get_by_test_id("offline")).to_be_visible()
    assert 5 <= len(asked) <= 9  # after 2, 4, 8, 16, 32, 60 seconds
    phone.unroute("**/device/v1/**", away)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    phone.clock.run_for(2_000)
    number_at(town_street.login())
    phone.get_by_test_id("mobile-approval").click()
    expect(phone.get_by_test_id("approval")).to_be_visible()
    expect(phone.get_by_test_id("offline")).to_be_hidden()
