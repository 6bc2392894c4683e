"""Approving on the virtual phone, as people do it: a browser that waits, and a phone that answers (pages.md §4.11)."""

import pytest
from playwright.sync_api import Page, expect

from tests.clock import FakeClock
from tests.phone.street import CANS_PHONE, Street, another, number_at

pytestmark = pytest.mark.timeout(120)


def card_on(phone: Page) -> None:
    expect(phone.get_by_test_id("approval")).to_be_visible()


def approve(phone: Page, number: str) -> None:
    phone.get_by_test_id("number").fill(number)
    phone.get_by_test_id("approve").click()


def test_a_request_arrives_by_itself_and_is_approved_with_the_browsers_number(town_street: Street) -> None:
    phone = town_street.phone(CANS_PHONE)
    expect(phone.get_by_test_id("no-approvals")).to_be_visible()
    login = town_street.login()
    number = number_at(login)
    card_on(phone)
    expect(phone.get_by_test_id("phone-status")).to_have_text("Yeni onay isteği: Şifre ve Güvenlik Ayarlarım")
    assert phone.get_by_test_id("approval-place").inner_text() == "Bu bilgisayar"
    assert "Linux" in phone.get_by_test_id("approval-browser").inner_text()
    assert phone.get_by_test_id("approval-time").inner_text() == "01.13"
    assert number not in phone.get_by_test_id("approval").inner_text(), "the number is the browser's secret"
    approve(phone, number)
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Onaylandı. Tarayıcıya dönün.")
    assert phone.locator("[data-testid=approval-outcome]:focus").count() == 1
    expect(login.get_by_test_id("page-account-home")).to_be_visible()


def test_places_read_as_on_the_account_pages(town_street: Street) -> None:
    words = {
        "127.0.0.1": "Bu bilgisayar",
        "::1": "Bu bilgisayar",
        "192.168.1.*": "Yerel ağ (192.168.1.*)",
        "172.31.0.*": "Yerel ağ (172.31.0.*)",
        "172.32.0.*": "IP: 172.32.0.*",
        "fd12:3456:789a::*": "Yerel ağ (fd12:3456:789a::*)",
        "203.0.113.*": "IP: 203.0.113.*",
        "2001:db8:1::*": "IP: 2001:db8:1::*",
        "": "Bilinmiyor",
    }
    one = {"service": "MHRS", "browser": "Firefox", "asked_at": "2023-11-14T22:13:20Z"}
    one["expires_at"] = one["asked_at"]
    asked = [one | {"id": place, "place": place} for place in words]
    phone = town_street.phone(CANS_PHONE)
    phone.route("**/device/v1/approvals?*", lambda route: route.fulfill(json={"approvals": asked}))
    phone.get_by_test_id("mobile-approval").click()
    expect(phone.get_by_test_id("approval-place")).to_have_text(list(words.values()))


def test_l07_the_number_matters_and_wrong_ones_are_counted(town_street: Street) -> None:
    phone, login = town_street.phone(CANS_PHONE), town_street.login()
    wrong = another(number_at(login))
    card_on(phone)
    for left in (2, 1):
        approve(phone, wrong)
        expect(phone.locator(".approval-card .field-error")).to_have_text(f"Sayı hatalı. Kalan deneme: {left}.")
        assert phone.get_by_test_id("number").get_attribute("aria-invalid") == "true"
        assert phone.get_by_test_id("number").input_value() == ""
    approve(phone, wrong)
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Sayı çok kez hatalı girildi.")
    login.get_by_test_id("submit").click()
    expect(login.get_by_test_id("page-app-approval")).to_be_visible()


@pytest.mark.parametrize("typed", ["", "7x", "123", "٠٧"])
def test_what_is_no_number_never_leaves_the_phone(town_street: Street, typed: str) -> None:
    phone = town_street.phone(CANS_PHONE)
    number_at(town_street.login())
    card_on(phone)
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    approve(phone, typed)
    expect(phone.locator(".approval-card .field-error")).to_have_text("Tarayıcıdaki iki haneli sayıyı yazın.")
    assert sent == []


def test_denying_ends_the_login(town_street: Street) -> None:
    phone, login = town_street.phone(CANS_PHONE), town_street.login()
    number_at(login)
    phone.get_by_test_id("deny").click()
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Reddedildi. Giriş yapılmadı.")
    expect(phone.get_by_test_id("no-approvals")).to_be_visible()
    expect(login.get_by_test_id("approval-number")).to_be_hidden()


def test_b18_not_me_asks_once_more_in_the_page_then_stops_the_login_and_warns(town_street: Street) -> None:
    phone, login = town_street.phone(CANS_PHONE), town_street.login()
    number_at(login)
    phone.get_by_test_id("not-me").click()
    expect(phone.get_by_test_id("not-me-question")).to_be_visible()
    phone.get_by_test_id("not-me-back").click()
    expect(phone.get_by_test_id("not-me-question")).to_be_hidden()
    assert phone.locator("[data-testid=not-me]:focus").count() == 1
    phone.get_by_test_id("not-me").click()
    phone.get_by_test_id("not-me-stop").click()
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Giriş durduruldu. Şifrenizi değiştirin.")
    expect(phone.get_by_test_id("message-text").first).to_be_visible()
    expect(login.get_by_test_id("approval-number")).to_be_hidden()


def test_a_request_whose_time_is_over_says_so(town_street: Street, clock: FakeClock) -> None:
    phone = town_street.page()
    phone.clock.install()
    phone.goto(f"{town_street.issuer}/telefon/{CANS_PHONE}")
    number_at(town_street.login())
    card_on(phone)
    expect(phone.get_by_test_id("approval-left")).to_contain_text("Kalan süre: ")
    clock.advance(121)
    phone.clock.fast_forward(121_000)
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Onay süresi doldu.")
    expect(phone.get_by_test_id("no-approvals")).to_be_visible()


def test_a_request_answered_on_another_phone_leaves_this_one(town_street: Street) -> None:
    """Two browsers hold the same published key: what one of them decides is over on the other."""
    phone, other = town_street.phone(CANS_PHONE), town_street.phone(CANS_PHONE)
    number_at(town_street.login())
    card_on(phone)
    other.get_by_test_id("deny").click()
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("başka yerde yanıtlanmış")


def test_mobile_approval_looks_at_once_and_says_so_if_nothing_waits(town_street: Street) -> None:
    phone = town_street.phone(CANS_PHONE)
    phone.get_by_test_id("mobile-approval").click()
    expect(phone.get_by_test_id("phone-status")).to_have_text("Bekleyen onay isteği yok.")


def test_the_scanned_address_opens_the_very_request(town_street: Street) -> None:
    phone = town_street.phone(CANS_PHONE)
    number_at(town_street.login())
    card_on(phone)
    with town_street.place.store.read() as uow:
        waiting = uow.challenges.approval_of(town_street.citizen("98765430316").id, town_street.place.clock.now())
    assert waiting is not None
    phone.get_by_test_id("qr-login").locator("summary").click()
    for typed, error in [
        (f"https://evil.example/mobil-onay/{waiting.id}", "Bu adres bir onay isteğinin adresi değil."),
        (f"{town_street.issuer}/mobil-onay/another", "Bu istek bulunamadı"),
    ]:
        phone.get_by_test_id("qr-address").fill(typed)
        phone.get_by_test_id("open-approval").click()
        expect(phone.get_by_test_id("qr-address-error")).to_contain_text(error)
    phone.get_by_test_id("qr-address").fill(f" {town_street.issuer}/mobil-onay/{waiting.id} ")
    phone.get_by_test_id("open-approval").click()
    expect(phone.get_by_test_id("number")).to_be_focused()


def test_a_wrong_clock_in_the_browser_changes_nothing(town_street: Street) -> None:
    """What is signed is fresh by the server's clock: the phone takes the time from its page."""
    phone = town_street.page()
    phone.clock.install(time="2031-01-01T00:00:00Z")
    phone.goto(f"{town_street.issuer}/telefon/{CANS_PHONE}")
    login = town_street.login()
    number = number_at(login)
    phone.get_by_test_id("mobile-approval").click()
    approve(phone, number)
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Onaylandı")


def test_a_phone_that_slept_takes_the_time_anew(town_street: Street, clock: FakeClock) -> None:
    phone = town_street.phone(CANS_PHONE)
    expect(phone.get_by_test_id("no-approvals")).to_be_visible()
    clock.advance(7200)  # the page's own count stands still meanwhile
    login = town_street.login()
    number = number_at(login)
    phone.get_by_test_id("mobile-approval").click()
    approve(phone, number)
    expect(phone.get_by_test_id("approval-outcome")).to_contain_text("Onaylandı")
