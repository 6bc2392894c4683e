"""Making a virtual phone a registered device, and what happens when it is one no longer (pages.md §4.11)."""

import json

import pytest
from playwright.sync_api import Page, Request, expect

from idp.domain.evidence import Method
from tests.clock import FakeClock
from tests.phone.street import AYSE, AYSES_PHONE, CAN, CANS_PHONE, Street, number_at

pytestmark = pytest.mark.timeout(120)

KEPT = """number => new Promise(resolve => {
  const request = indexedDB.open("esik-phones", 1);
  request.onsuccess = () => {
    const get = request.result.transaction("phones").objectStore("phones").get(number);
    get.onsuccess = () => { request.result.close(); resolve(get.result && {
      extractable: get.result.key.extractable, usages: get.result.key.usages,
      deviceId: get.result.deviceId, names: Object.keys(get.result).sort() }); };
  };
})"""


def pair(phone: Page, typed: str) -> None:
    phone.get_by_test_id("pairing-code").fill(typed)
    phone.get_by_test_id("pair").click()


def register(street: Street, number: str = AYSES_PHONE) -> Page:
    phone = street.phone(number)
    pair(phone, street.pairing_code(AYSE))
    expect(phone.get_by_test_id("pairing")).to_be_visible()
    street.confirm()
    expect(phone.get_by_test_id("registered")).to_be_visible()
    return phone


def test_a_phone_is_registered_with_a_key_that_nobody_can_read(town_street: Street) -> None:
    phone = town_street.phone(AYSES_PHONE)
    code = town_street.pairing_code(AYSE)
    pair(phone, f"{code[:4]}-{code[4:].lower()}")
    expect(phone.get_by_test_id("fingerprint")).to_be_visible()
    shown = phone.get_by_test_id("fingerprint").inner_text()
    assert town_street.confirm() == shown
    expect(phone.get_by_test_id("registered")).to_be_visible()
    expect(phone.get_by_test_id("phone-status")).to_have_text("Bu telefon kaydedildi. Onay istekleri burada görünür.")
    expect(phone.get_by_test_id("sample-key")).to_be_hidden()
    (device,) = town_street.registered(AYSE)
    assert device.name == "Sanal telefon 0500 000 00 01"
    kept = phone.evaluate(KEPT, AYSES_PHONE)
    assert kept == {
        "extractable": False,
        "usages": ["sign"],
        "deviceId": device.id,
        "names": ["deviceId", "key", "publicKey"],
    }


def test_the_key_outlives_the_page_and_approves(town_street: Street) -> None:
    phone = register(town_street)
    with town_street.place.store.begin() as uow:
        uow.citizens.prefer_method(town_street.citizen(AYSE).id, Method.APP)
    phone.reload()
    expect(phone.get_by_test_id("registered")).to_be_visible()
    login = town_street.login(AYSE)
    phone.get_by_test_id("number").fill(number_at(login))
    phone.get_by_test_id("approve").click()
    expect(login.get_by_test_id("page-account-home")).to_be_visible()


def test_every_phone_has_a_key_of_its_own(town_street: Street) -> None:
    phone = register(town_street)
    phone.goto(f"{town_street.issuer}/telefon/+905000000002")
    expect(phone.get_by_test_id("pair-form")).to_be_visible()


def test_nothing_but_the_device_api_is_asked_and_without_a_cookie(town_street: Street) -> None:
    """No side door: what a phone does, any device can do."""
    phone = town_street.page()
    sent: list[Request] = []
    phone.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - a bound method will not do
    phone.goto(f"{town_street.issuer}/telefon/{CANS_PHONE}")
    login = town_street.login()
    phone.get_by_test_id("number").fill(number_at(login))
    phone.get_by_test_id("approve").click()
    expect(phone.get_by_test_id("approval-outcome")).to_be_visible()
    fetched = {request.url.removeprefix(town_street.issuer).partition("?")[0] for request in sent
               if request.resource_type == "fetch"}  # fmt: skip
    decisions = {path for path in fetched if path.endswith("/decision")}
    assert len(decisions) == 1
    assert fetched - decisions <= {"/device/v1/approvals", f"/sandbox/v1/phones/{CANS_PHONE}/messages/wait"}
    asked = [request for request in sent if "/device/v1/" in request.url]
    assert all("cookie" not in request.all_headers() for request in asked)


@pytest.mark.parametrize(
    "address",
    [
        "{issuer}/cihaz?kod={code}",
        "{issuer}/cihaz#{code}",
        "{issuer}/cihaz#kod={code}",
        "{issuer}/cihaz/{code}",
        "{code}",
    ],
)
def test_the_scanned_address_is_as_good_as_the_code(town_street: Street, address: str) -> None:
    phone = town_street.phone(AYSES_PHONE)
    pair(phone, address.format(issuer=town_street.issuer, code=town_street.pairing_code(AYSE)))
    expect(phone.get_by_test_id("pairing")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "8 karakterli kodu yazın"),
        ("ABC", "8 karakterli kodu yazın"),
        ("https://evil.example/", "8 karakterli kodu yazın"),
        ("ABCD-EFGH", "Kod hatalı, kullanılmış ya da süresi dolmuş."),
    ],
)
def test_a_wrong_code_is_told_beside_the_field(town_street: Street, typed: str, error: str) -> None:
    phone = town_street.phone(AYSES_PHONE)
    pair(phone, typed)
    expect(phone.get_by_test_id("pairing-code-error")).to_contain_text(error)
    field = phone.get_by_test_id("pairing-code")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-describedby") == "pairing-code-hint pairing-code-error"
    assert phone.evaluate(KEPT, AYSES_PHONE) is None


def test_a_pairing_that_was_rejected_starts_again(town_street: Street) -> None:
    phone = town_street.phone(AYSES_PHONE)
    pair(phone, town_street.pairing_code(AYSE))
    expect(phone.get_by_test_id("pairing")).to_be_visible()
    town_street.confirm(yes=False)
    expect(phone.get_by_test_id("pair-form")).to_be_visible()
    expect(phone.get_by_test_id("phone-status")).to_have_text("Cihaz hesabınızda reddedildi.")
    assert town_street.registered(AYSE) == []


def test_a_pairing_that_nobody_confirmed_starts_again(town_street: Street, clock: FakeClock) -> None:
    phone = town_street.phone(AYSES_PHONE)
    pair(phone, town_street.pairing_code(AYSE))
    expect(phone.get_by_test_id("pairing")).to_be_visible()
    clock.advance(301)
    expect(phone.get_by_test_id("pair-form")).to_be_visible()
    expect(phone.get_by_test_id("phone-status")).to_contain_text("Eşleştirmenin süresi doldu.")


def test_waiting_goes_on_after_a_reload_and_can_be_given_up(town_street: Street) -> None:
    phone = town_street.phone(AYSES_PHONE)
    pair(phone, town_street.pairing_code(AYSE))
    expect(phone.get_by_test_id("pairing")).to_be_visible()
    phone.reload()
    expect(phone.get_by_test_id("fingerprint")).to_contain_text(" ")
    phone.get_by_test_id("give-up-pairing").click()
    expect(phone.get_by_test_id("pair-form")).to_be_visible()
    assert phone.evaluate(KEPT, AYSES_PHONE) is None


def test_a_removed_device_says_so_and_offers_to_register_again(town_street: Street) -> None:
    phone = register(town_street)
    town_street.remove_devices(AYSE)
    phone.get_by_test_id("mobile-approval").click()
    expect(phone.get_by_test_id("device-removed")).to_be_visible()
    pair(phone, town_street.pairing_code(AYSE, "again"))
    expect(phone.get_by_test_id("pairing")).to_be_visible()
    expect(phone.get_by_test_id("device-removed")).to_be_hidden()
    town_street.confirm("again")
    expect(phone.get_by_test_id("registered")).to_be_visible()
    assert len(town_street.registered(AYSE)) == 1


def test_a_device_removed_before_the_answer_cannot_answer(town_street: Street) -> None:
    phone = town_street.phone(CANS_PHONE)
    login = town_street.login()
    phone.get_by_test_id("number").fill(number_at(login))
    town_street.remove_devices(CAN)
    phone.get_by_test_id("approve").click()
    expect(phone.get_by_test_id("device-removed")).to_be_visible()
    expect(phone.get_by_test_id("registered")).to_be_hidden()
    expect(login.get_by_test_id("page-account-home")).to_be_hidden()


def test_a_sample_device_says_that_its_key_is_published(town_street: Street) -> None:
    phone = town_street.phone(CANS_PHONE)
    expect(phone.get_by_test_id("sample-key")).to_be_visible()
    expect(phone.get_by_test_id("sample-key")).to_contain_text("Örnek anahtar")
    expect(phone.get_by_test_id("forget-key")).to_be_hidden()
    kept = phone.evaluate(KEPT, CANS_PHONE)
    assert (kept["extractable"], kept["usages"]) == (False, ["sign"])
    offered = json.loads(phone.get_by_test_id("approvals").get_attribute("data-sample") or "")
    assert offered["id"] == kept["deviceId"] == town_street.registered(CAN)[0].id


def test_a_phone_of_somebody_without_a_device_is_given_no_key(town_street: Street) -> None:
    assert town_street.phone(AYSES_PHONE).get_by_test_id("approvals").get_attribute("data-sample") is None
    town_street.remove_devices(CAN)
    assert town_street.phone(CANS_PHONE).get_by_test_id("approvals").get_attribute("data-sample") is None


def test_a_key_can_be_forgotten(town_street: Street) -> None:
    phone = register(town_street)
    phone.get_by_test_id("forget-key").click()
    expect(phone.get_by_test_id("pair-form")).to_be_visible()
    assert phone.evaluate(KEPT, AYSES_PHONE) is None
    assert len(town_street.registered(AYSE)) == 1, "only the account removes a device"


def test_the_whole_way_from_the_account_page_and_back(town_street: Street) -> None:
    """Issue 3, point 1: the citizen adds a device in the account; the phone shows the code; the citizen says yes."""
    account = town_street.login(AYSE)
    account.get_by_test_id("code").fill(town_street.place.last_code(AYSES_PHONE))
    account.get_by_test_id("submit").click()
    account.goto(f"{town_street.issuer}/hesabim/cihazlar/ekle")
    phone = town_street.phone(AYSES_PHONE)
    pair(phone, account.get_by_test_id("pairing-code").inner_text())
    fingerprint = phone.get_by_test_id("fingerprint")
    expect(fingerprint).to_be_visible()
    account.get_by_test_id("check-pairing").click()
    assert account.get_by_test_id("claimed-fingerprint").inner_text() == fingerprint.inner_text()
    assert account.get_by_test_id("claimed-name").inner_text() == "Sanal telefon 0500 000 00 01"
    account.get_by_test_id("confirm-device").click()
    expect(phone.get_by_test_id("registered")).to_be_visible()
    expect(phone.get_by_test_id("message-text").first).to_contain_text("cihaz")
