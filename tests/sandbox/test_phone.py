"""The virtual phones, for people, without a script (pages.md §4.11)."""

import json

import pytest

from idp.domain.message import Channel, Message
from tests.clock import FakeClock
from tests.town import IDP, Town

EMRE = "+905000000016"
AYSE = "+905000000001"
CAN = "+905000000003"
"""Approves in the app."""

NOBODYS = "+905000000042"


def send(place: Town, text: str, code: str | None = None, to: str = AYSE) -> None:
    now = place.clock.now()
    with place.store.begin() as uow:
        uow.outbox.put(Message(Channel.SMS, to, text, code, created_at=now, expires_at=now + 180))


def is_verified(place: Town) -> bool:
    with place.store.read() as uow:
        return any(one.phone_number is not None and one.verified_phone is not None and one.phone_number.value == EMRE
                   for one in uow.citizens.every())  # fmt: skip


def test_all_phones_are_listed_and_lead_to_their_pages(place: Town) -> None:
    send(place, "123456 kod", "123456")
    browser = place.browser()
    page = browser.open(f"{IDP}/telefon")
    assert page.status == 200
    assert page.says("0500 000 00 01")
    assert browser.follow("Ayşe Örnek").says("123456 kod")


def test_messages_are_shown_newest_first_without_a_script(place: Town) -> None:
    send(place, "birinci")
    send(place, "ikinci")
    page = place.browser().open(f"{IDP}/telefon/{AYSE}")
    assert page.text.index("ikinci") < page.text.index("birinci")


def test_the_page_follows_the_language(place: Town) -> None:
    assert place.browser(language="en").open(f"{IDP}/telefon/{AYSE}").h1 == "Virtual phone: Ayşe Örnek"
    assert place.browser().open(f"{IDP}/telefon/{AYSE}").h1 == "Sanal telefon: Ayşe Örnek"


@pytest.mark.parametrize("number", ["+905000000099", "nonsense"])
def test_a_phone_that_nobody_has_is_a_404(place: Town, number: str) -> None:
    assert place.browser().open(f"{IDP}/telefon/{number}").status == 404


def test_a_phone_is_verified_with_identity_by_a_button(place: Town) -> None:
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{EMRE}")
    page = browser.press("Telefonu kimlikle doğrula (NFC benzetimi)")
    assert page.status == 200
    assert page.says("Telefon doğrulandı")
    assert is_verified(place)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_c03_the_button_works_only_from_our_own_page(place: Town, site: str) -> None:
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{EMRE}")
    fields = {"csrf_token": browser.hidden()}
    page = browser.post(f"{IDP}/telefon/{EMRE}/dogrula", fields, {"sec-fetch-site": site})
    assert page.status >= 400
    assert not is_verified(place)


def test_c03_a_token_of_another_browser_opens_nothing(place: Town) -> None:
    honest, other = place.browser(), place.browser()
    honest.open(f"{IDP}/telefon/{EMRE}")
    other.open(f"{IDP}/telefon/{EMRE}")
    page = other.post(f"{IDP}/telefon/{EMRE}/dogrula", {"csrf_token": honest.hidden()})
    assert page.status >= 400
    assert not is_verified(place)


def test_a_verified_phone_can_be_verified_again(place: Town, clock: FakeClock) -> None:
    """Recovery wants a verification of its own (domain.md §3.4): the instant is set anew."""
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{AYSE}")
    clock.advance(86_400)
    assert browser.press("Telefonu kimlikle doğrula (NFC benzetimi)").says("Telefon doğrulandı")
    with place.store.read() as uow:
        ayse = next(one for one in uow.citizens.every() if one.phone_number is not None
                    and one.phone_number.value == AYSE)  # fmt: skip
    assert ayse.phone_verified_at == clock.now()


def test_messages_are_deleted_by_a_button(place: Town) -> None:
    send(place, "123456 kod", "123456")
    send(place, "654321 kod", "654321", to=EMRE)
    browser = place.browser()
    assert browser.open(f"{IDP}/telefon/{AYSE}").says("123456 kod")
    page = browser.press("Mesajları sil")
    assert page.says("Mesajlar silindi.")
    assert page.says("Henüz mesaj yok.")
    assert page.by_testid("delete-messages") is None
    assert place.messages(AYSE) == []
    assert len(place.messages(EMRE)) == 1


def test_a_message_is_shown_once_it_is_as_old_as_the_delay(place: Town, clock: FakeClock) -> None:
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{AYSE}")
    page = browser.follow("15 saniye")
    assert [e.text for e in page.all("a") if e.attributes.get("aria-current")] == ["15 saniye"]
    send(place, "123456 kod", "123456")
    clock.advance(14)
    page = browser.follow("Yenile")
    assert page.says("Henüz mesaj yok.")
    assert page.by_testid("delete-messages") is None
    clock.advance(1)
    assert browser.follow("Yenile").says("123456 kod")


def test_the_delay_lasts_over_the_buttons_of_its_page_and_is_no_other_pages(place: Town) -> None:
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{AYSE}?gecikme=30")
    send(place, "123456 kod", "123456")
    page = browser.press("Telefonu kimlikle doğrula (NFC benzetimi)")
    assert page.says("Telefon doğrulandı")
    assert page.says("Henüz mesaj yok.")
    assert place.browser().open(f"{IDP}/telefon/{AYSE}").says("123456 kod")
    assert browser.follow("Gecikme yok").says("123456 kod")


@pytest.mark.parametrize("asked", ["", "0", "7", "-5", "99999", "soon", "15&gecikme=x"])
def test_a_delay_that_is_not_offered_is_none(place: Town, asked: str) -> None:
    send(place, "123456 kod", "123456")
    assert place.browser().open(f"{IDP}/telefon/{AYSE}?gecikme={asked}").says("123456 kod")


def test_a_phone_waits_for_messages_with_its_own_delay(place: Town) -> None:
    page = place.browser(language="en").open(f"{IDP}/telefon/{AYSE}?gecikme=5")
    waits = next(e.attributes["data-wait"] for e in page.all("div") if e.attributes.get("data-wait"))
    assert waits == f"/sandbox/v1/phones/{AYSE}/messages/wait?delay=5"
    assert page.says("5 seconds")


def test_c03_messages_are_deleted_only_from_our_own_page(place: Town) -> None:
    send(place, "123456 kod", "123456")
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{AYSE}")
    page = browser.post(f"{IDP}/telefon/{AYSE}/mesajlari-sil", {"csrf_token": "x"}, {"sec-fetch-site": "cross-site"})
    assert page.status >= 400
    assert len(place.messages(AYSE)) == 1


def test_a_number_that_waits_for_its_owner_has_a_page(place: Town) -> None:
    """A change of the phone number sends its code to a phone that is nobody's yet."""
    assert place.browser().open(f"{IDP}/telefon/{NOBODYS}").status == 404
    send(place, "123456 kod", "123456", to=NOBODYS)
    page = place.browser().open(f"{IDP}/telefon/{NOBODYS}")
    assert page.status == 200
    assert page.h1 == "Sanal telefon: 0500 000 00 42"
    assert page.says("123456 kod")
    assert page.by_testid("verify-nfc") is None
    assert page.by_testid("approvals") is None


def test_a_phone_that_is_nobodys_goes_with_its_messages(place: Town) -> None:
    send(place, "123456 kod", "123456", to=NOBODYS)
    browser = place.browser()
    browser.open(f"{IDP}/telefon/{NOBODYS}")
    assert browser.press("Mesajları sil").by_testid("page-phones") is not None


def test_without_a_script_the_page_says_what_needs_one(place: Town) -> None:
    assert place.browser().open(f"{IDP}/telefon/{AYSE}").says("Onay vermek için JavaScript gerekir.")


@pytest.mark.parametrize(("lang", "name"), [("tr", "Sanal telefon: Ayşe Örnek"), ("en", "Virtual phone: Ayşe Örnek")])
def test_each_phone_is_an_app_of_its_own(place: Town, lang: str, name: str) -> None:
    page = place.browser(language=lang).open(f"{IDP}/telefon/{AYSE}")
    address = next(e.attributes["href"] for e in page.all("link") if e.attributes.get("rel") == "manifest")
    answer = place.call("GET", address)
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = json.loads(answer.body)
    assert (manifest["start_url"], manifest["scope"], manifest["id"]) == (f"/telefon/{AYSE}",) * 3
    assert (manifest["name"], manifest["display"]) == (name, "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}
    for icon in manifest["icons"]:
        served = place.call("GET", icon["src"])
        assert (served.status, served.headers["content-type"]) == (200, icon["type"])
    assert "manifest-src 'self'" in page.headers["content-security-policy"]


def test_what_a_phone_is_asked_for_most_stands_first(place: Town) -> None:
    """Its codes; where it is a registered device, its requests."""
    by_sms = place.browser().open(f"{IDP}/telefon/{AYSE}").body
    assert by_sms.index('id="messages"') < by_sms.index('id="approvals"')
    device = place.browser().open(f"{IDP}/telefon/{CAN}").body
    assert device.index('id="approvals"') < device.index('id="messages"')
