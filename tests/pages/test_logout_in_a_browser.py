"""The page after a logout in a real Chromium: the frames load under our policy, and it leads on (LOGOUT-15, SET-13)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from idp.web import views as v
from idp.web.callback import origin_of
from idp.web.envelope import content_security_policy
from idp.web.pages import STATIC_FILES, Chrome, Pages

OURS = "https://esik.test"
BACK = "https://rp.test/bye?state=a%26%22%3C"
FRAMES = ("https://rp.test/out?iss=https%3A%2F%2Fesik.test&sid=s", "https://two.test/out?iss=i&sid=s")
PAGES = Pages()

pytestmark = pytest.mark.timeout(120)


def _done(route: Route) -> None:
    route.fulfill(body="<p>ok</p>", content_type="text/html")


@dataclass
class Street:
    """Our page, and two relying parties whose frames answer as told; what was asked of them is kept."""

    frames: tuple[str, ...] = FRAMES
    named: tuple[str, ...] = FRAMES
    answers: dict[str, Callable[[Route], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, route: Route) -> None:
        url = route.request.url
        parts = urlsplit(url)
        if parts.path.startswith("/static/"):
            path = STATIC_FILES / parts.path.removeprefix("/static/")
            kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[path.suffix]
            route.fulfill(body=path.read_bytes(), content_type=kind)
        elif url.startswith(OURS):
            self._logged_out(route)
        else:
            self.asked.append(url)
            self.answers.get(url, _done)(route)

    def _logged_out(self, route: Route) -> None:
        view = v.LoggedOutPage(rp_name="Örnek", return_url=BACK, goes_on=True, frames=self.frames)
        policy = content_security_policy(frames=[origin_of(frame) for frame in self.named])
        headers = {"Content-Security-Policy": policy, "Clear-Site-Data": '"cache", "storage"'}
        html = PAGES.html(view, Chrome(lang="tr", csrf_token="", other_language_url="/logout?lang=en"))
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)


@pytest.fixture(params=[True], ids=["scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(java_script_enabled=request.param) as context:
        yield context.new_page()


def opened(page: Page, street: Street) -> Page:
    page.route("**/*", street.serve)
    page.goto(f"{OURS}/logout", wait_until="commit")
    return page


def test_logout_15_every_frame_loads_and_then_the_browser_goes_on_by_itself(page: Page) -> None:
    street = Street()
    opened(page, street).wait_for_url(BACK)
    assert sorted(street.asked[:2]) == sorted(FRAMES)
    assert street.asked[2] == BACK, "with the state unchanged"


def test_logout_15_a_frame_that_will_not_be_framed_holds_nobody_up(page: Page) -> None:
    refuses = {FRAMES[0]: lambda route: route.fulfill(body="no", headers={"X-Frame-Options": "DENY"})}
    opened(page, Street(answers=refuses)).wait_for_url(BACK)


def test_logout_15_a_frame_that_never_answers_holds_nobody_up_for_long(page: Page) -> None:
    silent = Street(answers={FRAMES[0]: lambda _: None})
    page.clock.install()
    opened(page, silent)
    expect(page.get_by_test_id("return-link")).to_be_visible()
    page.clock.fast_forward(2_000)
    assert page.url.startswith(OURS)
    page.clock.fast_forward(2_100)
    page.wait_for_url(BACK)


def test_set_13_only_the_named_origins_are_framed(page: Page) -> None:
    street = Street(named=FRAMES[:1])
    opened(page, street).wait_for_url(BACK)
    assert street.asked == [FRAMES[0], BACK]


def test_logout_15_a_frame_cannot_lead_the_browser_away(page: Page) -> None:
    leads_away = "<script>top.location = 'https://evil.test/'</script>"
    answers = {FRAMES[0]: lambda route: route.fulfill(body=leads_away, content_type="text/html")}
    street = Street(answers=answers)
    opened(page, street).wait_for_url(BACK)
    assert not [url for url in street.asked if "evil" in url]


@pytest.mark.parametrize("page", [False], indirect=True, ids=["no scripts"])
def test_logout_15_without_scripts_the_frames_load_and_a_button_leads_on(page: Page) -> None:
    street = Street()
    opened(page, street).wait_for_load_state()
    assert sorted(street.asked) == sorted(FRAMES)
    page.get_by_test_id("return-link").click()
    assert page.url == BACK
