"""Every page in a real Chromium, served from memory under the production policy (pages.md §5, §7)."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from idp.web.pages import STATIC_FILES, Pages
from tests.barriers import barriers, scrolls_sideways
from tests.pages.samples import SAMPLES, chrome_for

ORIGIN = "http://esik.test"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WIDTHS = (320, 390, 1280)
PAGES = Pages()

pytestmark = pytest.mark.timeout(300)
EVERY_STATE = pytest.mark.parametrize("name", sorted(SAMPLES))


def serve(route: Route) -> None:
    """/{lang}/{name} is a page, /static/ are our files, and long polls of the phone find nothing new."""
    parts = urlsplit(route.request.url).path.strip("/").split("/")
    if parts[-1] in ("form-post.js", "logged-out.js"):
        route.fulfill(body="")  # they would leave the page that is to be looked at
    elif parts[0] == "static":
        path = STATIC_FILES / parts[1]
        route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])
    elif parts[0] in ("tr", "en"):
        html = PAGES.html(SAMPLES[parts[1]], chrome_for(parts[1], parts[0]))
        policy = f"{POLICY}; frame-src https://rp.test" if getattr(SAMPLES[parts[1]], "frames", ()) else POLICY
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})
    else:
        route.fulfill(status=404, body="")


def opened(chromium: Browser, *, scripts: bool = True) -> Page:
    context = chromium.new_context(
        java_script_enabled=scripts,
        viewport={"width": 1280, "height": 844},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.route("**/*", serve)
    return page


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = opened(chromium)
    yield page
    page.context.close()


def unfold(page: Page, what: str) -> None:
    page.evaluate("what => document.querySelectorAll(what).forEach(details => { details.open = true })", what)


@pytest.mark.parametrize("lang", ["tr", "en"])
@EVERY_STATE
def test_no_barriers_and_no_sideways_scrolling(page: Page, name: str, lang: str) -> None:
    """axe finds nothing in light or dark, with everything unfolded; no width from 320 px on scrolls sideways.

    320 px are also 640 px at 200 % zoom (WCAG 1.4.4, 1.4.10). The console stays silent: the policy blocks nothing.
    """
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # The long poll of the phone finds no sandbox here, and says so.
        if message.type in ("error", "warning") and "404" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto(f"{ORIGIN}/{lang}/{name}")
    unfold(page, "main details")
    assert barriers(page) == []
    unfold(page, ".menu")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert not scrolls_sideways(page), f"at {width} px"
    page.remove_listener("console", listen)
    assert complaints == []


def test_the_summary_takes_the_focus_without_a_script(chromium: Browser) -> None:
    page = opened(chromium, scripts=False)
    page.goto(f"{ORIGIN}/tr/password-empty")
    page.get_by_role("link", name="Şifrenizi girin.").wait_for()
    assert page.locator("[data-testid=error-summary]:focus").count() == 1
    page.context.close()


def test_a_password_can_be_shown_and_hides_again(chromium: Browser) -> None:
    page = opened(chromium)
    page.goto(f"{ORIGIN}/en/password")
    page.get_by_label("Eşik password").fill("Eşik-2026.")
    page.get_by_role("button", name="Show password").click()
    assert page.get_by_label("Eşik password").get_attribute("type") == "text"
    page.get_by_role("button", name="Hide password").click()
    assert page.get_by_label("Eşik password").get_attribute("type") == "password"
    page.context.close()


def test_without_scripts_no_dead_button_is_shown(chromium: Browser) -> None:
    page = opened(chromium, scripts=False)
    page.goto(f"{ORIGIN}/tr/password")
    assert page.get_by_test_id("password-toggle").is_hidden()
    page.goto(f"{ORIGIN}/tr/code")
    assert page.get_by_test_id("code-countdown").is_hidden()
    assert page.get_by_text("saatine kadar geçerli").is_visible()
    page.goto(f"{ORIGIN}/tr/phone")
    assert page.get_by_test_id("copy-code").first.is_hidden()
    assert page.get_by_test_id("message-text").first.is_visible()
    page.context.close()


def test_a_code_pasted_with_a_space_arrives_whole(chromium: Browser) -> None:
    page = opened(chromium)
    page.goto(f"{ORIGIN}/tr/code")
    field = page.get_by_label("Doğrulama Kodu")
    field.focus()
    page.keyboard.insert_text("123 456")
    assert field.input_value() == "123 456"
    page.context.close()


def test_the_countdown_warns_before_the_end(chromium: Browser) -> None:
    """WCAG 2.2.1: 20 seconds before the code expires the page says so, once, without moving the focus."""
    page = opened(chromium)
    page.clock.install()
    page.goto(f"{ORIGIN}/tr/code")
    assert page.get_by_test_id("code-countdown").inner_text() == "Kalan süre: 2:40"
    page.clock.run_for(139_000)
    assert page.get_by_test_id("code-status").inner_text() == ""
    page.clock.run_for(2_000)
    assert page.get_by_test_id("code-status").inner_text() == "Kodun süresi 20 saniye içinde dolacak."
    page.clock.run_for(30_000)
    assert page.get_by_test_id("code-status").inner_text() == "Kodun süresi doldu. Yeni kod isteyin."
    assert page.evaluate("document.activeElement === document.body")
    page.context.close()


def test_the_keyboard_reaches_everything_from_the_skip_link_on(chromium: Browser) -> None:
    """WCAG 2.1.1, 2.4.3: skip link first; Enter in a field presses the main button."""
    page = opened(chromium)
    page.goto(f"{ORIGIN}/tr/password")
    page.keyboard.press("Tab")
    assert page.locator("[data-testid=skip-link]:focus").count() == 1
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("[data-testid=national-id]:focus").count() == 1
    with page.expect_request("**/login/x/password") as sent:
        page.keyboard.type("98765430170")
        page.keyboard.press("Enter")
    assert "national_id=98765430170" in (sent.value.post_data or "")
    page.context.close()


def test_a_new_message_appears_by_itself(chromium: Browser) -> None:
    """The list is taken from the page again when the long poll answers; the news is told in role=status."""
    page = opened(chromium)
    polls: list[str] = []

    def answer(route: Route) -> None:
        polls.append(route.request.url)
        if len(polls) == 1:
            route.fulfill(json=[{"id": "02"}])
        # later polls stay open, as a real one does until the next message

    page.route("**/messages/wait**", answer)
    page.route(
        "**/telefon/1",
        lambda route: route.fulfill(
            body=PAGES.html(SAMPLES["phone"], chrome_for("phone", "tr")), content_type="text/html; charset=utf-8"
        ),
    )
    page.goto(f"{ORIGIN}/tr/phone-empty")
    page.get_by_text("482913 Eşik").wait_for()
    assert page.get_by_test_id("phone-status").inner_text() == "Yeni mesaj geldi."
    page.get_by_test_id("copy-code").first.wait_for(state="attached")
    with_after = [url for url in polls if "after=" in url]
    assert "after" not in polls[0]
    assert all("after=02" in url for url in with_after)
    page.context.close()
