"""What the scripts of the second step do in a real Chromium, under the production policy (pages.md §4.4, §7)."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route

from idp.policy.passwords import PasswordFault, PasswordPolicy, faults
from tests.pages.test_in_a_browser import ORIGIN, opened
from tests.policy.samples import AYSE

pytestmark = pytest.mark.timeout(120)


def stream(page: Page, event: str) -> None:
    """The server's events: one, the first time they are asked for."""
    body = f"event: {event}\ndata:\n\n"
    page.route("**/login/x/events", lambda route: route.fulfill(content_type="text/event-stream", body=body))


def focus_is_free(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement === document.body"))


def test_an_approval_goes_on_by_itself(chromium: Browser) -> None:
    page = opened(chromium)
    stream(page, "approved")
    with page.expect_request("**/login/x/app") as sent:
        page.goto(f"{ORIGIN}/tr/app-approval")
    assert sent.value.method == "POST"
    assert parse_qs(sent.value.post_data or "") == {"csrf_token": ["csrf-token"]}
    page.context.close()


@pytest.mark.parametrize("event", ["denied", "expired"])
def test_a_refusal_or_the_end_shows_the_page_again(chromium: Browser, event: str) -> None:
    """By GET, and even where the address has a fragment from the error summary."""
    page = opened(chromium)
    stream(page, event)
    again: list[str] = []
    page.goto(f"{ORIGIN}/en/totp")

    def count(route: Route) -> None:
        again.append(route.request.method)
        if len(again) == 1:
            route.fallback()
        else:
            route.fulfill(body="over")

    page.route("**/en/app-approval-early*", count)
    page.goto(f"{ORIGIN}/en/app-approval-early?lang=en#approval")
    page.get_by_text("over").wait_for()
    assert again == ["GET", "GET"]
    assert page.url == f"{ORIGIN}/en/app-approval-early?lang=en"
    page.context.close()


def test_while_nothing_is_decided_the_focus_stays_and_the_button_works(chromium: Browser) -> None:
    page = opened(chromium)
    page.route("**/login/x/events", lambda route: None)
    with page.expect_request("**/login/x/events"):
        page.goto(f"{ORIGIN}/tr/app-approval")
    assert page.get_by_test_id("approval-status").inner_text() == "Onay bekleniyor."
    assert focus_is_free(page)
    with page.expect_request("**/login/x/app"):
        page.get_by_role("button", name="Onayladım, devam et").click()
    page.context.close()


def test_a_stream_that_fails_leaves_the_page_as_it_was(chromium: Browser) -> None:
    page = opened(chromium)
    page.route("**/login/x/events", lambda route: route.fulfill(status=503))
    with page.expect_response("**/login/x/events"):
        page.goto(f"{ORIGIN}/tr/app-approval")
    assert page.get_by_test_id("approval-status").inner_text() == "Onay bekleniyor."
    assert page.get_by_role("button", name="Onayladım, devam et").is_enabled()
    assert focus_is_free(page)
    page.context.close()


def test_the_number_is_read_digit_by_digit(chromium: Browser) -> None:
    page = opened(chromium, scripts=False)
    page.goto(f"{ORIGIN}/en/app-approval")
    number = page.get_by_role("img", name="The number to enter in the app: 0 7", exact=True)
    assert number.inner_text() == "07"
    page.context.close()


def test_the_end_of_an_approval_is_announced_without_moving_the_focus(chromium: Browser) -> None:
    """WCAG 2.2.1"""
    page = opened(chromium)
    page.clock.install()
    page.goto(f"{ORIGIN}/tr/app-approval")
    page.clock.run_for(99_000)
    assert page.get_by_test_id("countdown-status").inner_text() == "Onay süresi 20 saniye içinde dolacak."
    page.clock.run_for(20_000)
    assert page.get_by_test_id("countdown-status").inner_text() == "Onay süresi doldu."
    assert focus_is_free(page)
    page.context.close()


def test_the_keyboard_chooses_a_method(chromium: Browser) -> None:
    """pages.md §7.3: arrows move between methods past a paused one, Enter sends the choice."""
    page = opened(chromium)
    page.goto(f"{ORIGIN}/tr/choose-method-one-paused")
    assert page.get_by_test_id("method-app").is_checked()
    page.get_by_test_id("method-app").focus()
    page.keyboard.press("ArrowUp")
    assert page.get_by_test_id("method-backup-code").is_checked()
    with page.expect_request("**/login/x/choose-method") as sent:
        page.keyboard.press("Enter")
    assert parse_qs(sent.value.post_data or "")["method"] == ["backup_code"]
    page.context.close()


def test_the_summary_leads_to_the_methods(chromium: Browser) -> None:
    page = opened(chromium)
    page.goto(f"{ORIGIN}/tr/choose-method-nothing")
    page.get_by_role("link", name="Bir yöntem seçin.").click()
    assert page.locator("[data-testid=method-sms]:focus").count() == 1
    page.context.close()


def met(page: Page, password: str) -> dict[str, bool]:
    """Which rules the page marks for this password."""
    page.get_by_test_id("new-password").fill(password)
    lines = page.locator("[data-rule]").all()
    return {str(line.get_attribute("data-rule")): line.get_by_text("(tamam)").is_visible() for line in lines}


@pytest.mark.parametrize("name", ["new-password-expired", "password-change"])
def test_rules_answer_while_typing(chromium: Browser, name: str) -> None:
    page = opened(chromium)
    page.clock.install(time=0)
    page.goto(f"{ORIGIN}/tr/{name}")
    page.clock.pause_at(3600)
    status = page.get_by_test_id("password-status")
    assert met(page, "") == {"length": False, "classes": False}
    assert met(page, "Kısa-1.") == {"length": False, "classes": True}
    page.clock.run_for(500)
    assert status.inner_text() == "", "told only after a pause in typing"
    page.clock.run_for(200)
    assert status.inner_text() == "Eksik: uzunluk"
    assert met(page, "uzunşifre") == {"length": True, "classes": False}
    page.clock.run_for(700)
    assert status.inner_text() == "Eksik: büyük harf, rakam, simge"
    assert met(page, "Uzun-Sifre-1") == {"length": True, "classes": True}
    page.clock.run_for(700)
    assert status.inner_text() == "İşaretlenen kurallar tamam. Diğerlerine form gönderilince bakılır."
    met(page, "")
    page.clock.run_for(700)
    assert status.inner_text() == ""
    page.context.close()


def test_without_classes_only_the_length_is_marked(chromium: Browser) -> None:
    """Characters are counted as the server counts them: in NFKC, whole characters, not UTF-16 units."""
    page = opened(chromium)
    page.goto(f"{ORIGIN}/tr/new-password-first")
    assert met(page, "x" * 14) == {"length": False}
    assert met(page, "x" * 15) == {"length": True}
    assert met(page, "😀" * 14) == {"length": False}
    assert met(page, "s\u0327" * 14) == {"length": False}
    assert met(page, "ﬃ" * 5) == {"length": True}
    page.context.close()


def test_the_script_knows_the_same_classes_as_the_server(chromium: Browser) -> None:
    """Every printable ASCII character and the Turkish letters count on the page for what they count on the server."""
    page = opened(chromium)
    page.goto(f"{ORIGIN}/tr/new-password-expired")
    characters = [chr(code) for code in range(32, 127)] + list("çğıİöşüÇĞÖŞÜ٣")
    for absent, rest in [("SYMBOL", "aA1"), ("DIGIT", "aA-"), ("UPPER", "a1-"), ("LOWER", "A1-")]:
        marked = page.evaluate(
            """([characters, rest]) => characters.filter(character => {
                const input = document.getElementById("new_password");
                input.value = rest + character;
                input.dispatchEvent(new Event("input"));
                return document.querySelector("[data-rule=classes]").classList.contains("met");
            })""",
            [characters, rest],
        )
        fault = PasswordFault[f"NO_{absent}"]
        judged = [c for c in characters if fault not in faults(rest + c, AYSE, PasswordPolicy.EDEVLET)]
        assert marked == judged
        assert judged, "the comparison is not empty"
    page.context.close()


def test_without_scripts_the_rules_are_only_read(chromium: Browser) -> None:
    page = opened(chromium, scripts=False)
    page.goto(f"{ORIGIN}/tr/new-password-expired")
    assert page.get_by_test_id("password-rules").get_by_role("listitem").count() == 5
    assert [mark.is_visible() for mark in page.locator("[data-rule-met]").all()] == [False, False]
    page.context.close()
