"""The virtual phones, for people (pages.md §4.11)."""

import pytest

from idp.domain.message import Channel, Message
from tests.town import IDP, Town

EMRE = "+905000000016"
AYSE = "+905000000001"


def send(place: Town, text: str, code: str | None = None) -> None:
    now = place.clock.now()
    with place.store.begin() as uow:
        uow.outbox.put(Message(Channel.SMS, AYSE, text, code, created_at=now, expires_at=now + 180))


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
    assert page.by_testid("verify-nfc") is None
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
