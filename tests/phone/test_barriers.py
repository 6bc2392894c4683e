"""Every state that the phone's script shows: no barriers in light or dark, no sideways scrolling (pages.md §5, §7)."""

import pytest
from playwright.sync_api import Page, expect

from idp.domain.message import Channel, Message
from tests.barriers import barriers, scrolls_sideways
from tests.phone.street import AYSE, AYSES_PHONE, CAN, CANS_PHONE, Street, another, number_at

WIDTHS = (320, 390, 1280)

pytestmark = pytest.mark.timeout(240)
BOTH_LANGUAGES = pytest.mark.parametrize("locale", ["tr-TR", "en-US"])


def nothing_is_in_the_way(phone: Page, state: str) -> None:
    assert barriers(phone) == [], state
    for width in WIDTHS:
        phone.set_viewport_size({"width": width, "height": 844})
        assert not scrolls_sideways(phone), f"{state}, at {width} px"
    small = phone.evaluate(
        "[...document.querySelectorAll('main button, main input:not([type=hidden])')]"
        ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.dataset.testid)"
    )
    assert small == [], state


@BOTH_LANGUAGES
def test_registering(town_street: Street, locale: str) -> None:
    now = town_street.place.clock.now()
    with town_street.place.store.begin() as uow:
        text = "482913 Eşik doğrulama kodunuz.\n@localhost #482913"
        uow.outbox.put(Message(Channel.SMS, AYSES_PHONE, text, "482913", created_at=now, expires_at=now + 180))
    phone = town_street.phone(AYSES_PHONE, locale=locale)
    expect(phone.get_by_test_id("pair-form")).to_be_visible()
    nothing_is_in_the_way(phone, "not registered")
    phone.get_by_test_id("pair").click()
    expect(phone.get_by_test_id("pairing-code-error")).to_be_visible()
    nothing_is_in_the_way(phone, "no code")
    phone.get_by_test_id("pairing-code").fill(town_street.pairing_code(AYSE))
    phone.get_by_test_id("pair").click()
    expect(phone.get_by_test_id("fingerprint")).to_be_visible()
    nothing_is_in_the_way(phone, "waiting for the citizen's yes")
    town_street.confirm()
    expect(phone.get_by_test_id("registered")).to_be_visible()
    nothing_is_in_the_way(phone, "registered")
    town_street.remove_devices(AYSE)
    phone.get_by_test_id("mobile-approval").click()
    expect(phone.get_by_test_id("device-removed")).to_be_visible()
    nothing_is_in_the_way(phone, "removed")


@BOTH_LANGUAGES
def test_answering(town_street: Street, locale: str) -> None:
    phone = town_street.phone(CANS_PHONE, locale=locale)
    number = number_at(town_street.login(CAN))
    expect(phone.get_by_test_id("approval")).to_be_visible()
    phone.get_by_test_id("qr-login").locator("summary").click()
    nothing_is_in_the_way(phone, "asked")
    phone.get_by_test_id("number").fill(another(number))
    phone.get_by_test_id("approve").click()
    expect(phone.locator(".approval-card .field-error")).to_be_visible()
    phone.get_by_test_id("open-approval").click()
    expect(phone.get_by_test_id("qr-address-error")).to_be_visible()
    nothing_is_in_the_way(phone, "wrong number, wrong address")
    phone.get_by_test_id("not-me").click()
    expect(phone.get_by_test_id("not-me-question")).to_be_visible()
    nothing_is_in_the_way(phone, "really not you?")
    phone.get_by_test_id("not-me-stop").click()
    expect(phone.get_by_test_id("approval-outcome")).to_be_visible()
    nothing_is_in_the_way(phone, "stopped")


def test_answering_by_keyboard_alone(town_street: Street) -> None:
    """WCAG 2.1.1: the field, then Enter, which presses the first button: Onayla."""
    phone = town_street.phone(CANS_PHONE)
    login = town_street.login(CAN)
    number = number_at(login)
    expect(phone.get_by_test_id("approval")).to_be_visible()
    for _ in range(20):
        phone.keyboard.press("Tab")
        if phone.locator("[data-testid=number]:focus").count():
            break
    phone.keyboard.type(number)
    phone.keyboard.press("Enter")
    expect(login.get_by_test_id("page-account-home")).to_be_visible()


def test_an_arriving_request_takes_nobodys_focus(town_street: Street) -> None:
    phone = town_street.phone(CANS_PHONE)
    phone.get_by_test_id("mobile-approval").focus()
    number_at(town_street.login(CAN))
    expect(phone.get_by_test_id("approval")).to_be_visible()
    expect(phone.get_by_test_id("mobile-approval")).to_be_focused()


def test_without_a_script_messages_are_there_and_no_dead_button_is(town_street: Street) -> None:
    now = town_street.place.clock.now()
    with town_street.place.store.begin() as uow:
        uow.outbox.put(Message(Channel.SMS, CANS_PHONE, "482913", "482913", created_at=now, expires_at=now + 180))
    phone = town_street.phone(CANS_PHONE, java_script_enabled=False)
    expect(phone.get_by_test_id("needs-script")).to_be_visible()
    expect(phone.get_by_test_id("message-text")).to_be_visible()
    for testid in ("pair-form", "pairing", "registered", "copy-code", "forget-key"):
        expect(phone.get_by_test_id(testid).first).to_be_hidden()
    phone.get_by_test_id("delete-messages").click()
    expect(phone.get_by_test_id("notice")).to_have_text("Mesajlar silindi.")


def test_where_no_key_can_be_kept_the_page_says_so(town_street: Street) -> None:
    """Browsers keep keys only in a secure context: https, or this very machine."""
    page = town_street.page()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(f"{town_street.issuer}/telefon/{CANS_PHONE}")
    expect(page.get_by_test_id("unsupported")).to_be_visible()
    expect(page.get_by_test_id("registered")).to_be_hidden()
