"""Kayıtlı Cihazlar: pairing a phone from its page, saying yes to the key that was shown, naming it, removing it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.domain.audit import Event
from idp.domain.evidence import Method
from idp.testing.device import Device, NotRegistered
from tests.clock import FakeClock
from tests.device_api.phones import a_phone
from tests.people import SUKRIYE
from tests.town import IDP, Town, town
from tests.web.account_holder import DEVICES, AccountHolder

PAIR = f"{DEVICES}/ekle"


@pytest.fixture
def the_town(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """On SQLite and on PostgreSQL."""
    with town(database_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def ayse(the_town: Town) -> AccountHolder:
    return AccountHolder(the_town).comes_in()


def shown_code(holder: AccountHolder) -> str:
    holder.open(PAIR)
    found = holder.page.by_testid("pairing-code")
    assert found is not None, holder.page.text
    return found.text


def pairs(holder: AccountHolder, name: str = "Telefonum") -> Device:
    phone = a_phone(holder.town)
    phone.claim(shown_code(holder), name)
    holder.open(PAIR)
    assert holder.press("Evet, bu benim cihazım").says("Doğrulama yöntemi eklendi.")
    phone.wait_until_registered()
    return phone


def test_a_phone_is_paired_with_the_code_that_the_page_shows(ayse: AccountHolder) -> None:
    code = shown_code(ayse)
    assert re.fullmatch("[A-Z2-9]{4} [A-Z2-9]{4}", code)
    assert shown_code(ayse) == code, "a reload keeps it"
    phone = a_phone(ayse.town)
    phone.claim(code, "Ayşe'nin <telefonu>")
    page = ayse.browser.follow("Okuttum, devam et")
    assert page.h1 == "Bu cihaz sizin mi?"
    assert page.says(phone.fingerprint)
    assert "Ayşe&#39;nin &lt;telefonu&gt;" in page.body
    assert code not in page.text
    page = ayse.press("Evet, bu benim cihazım")
    assert page.url == f"{IDP}{DEVICES}?tamam=eklendi"
    [device] = ayse.held(Method.APP)
    assert (device.handle, device.id) == (phone.thumbprint, phone.wait_until_registered())
    assert len(ayse.told("yeni bir mobil cihaz kaydedildi")) == 1
    assert [row.method for row in ayse.audit(Event.AUTHENTICATOR_ADDED)] == ["app"]


def test_the_code_is_on_its_own_page_only_and_in_no_address(ayse: AccountHolder) -> None:
    """A23: what the QR code holds leads to us and hides the code in a fragment."""
    code = shown_code(ayse)
    bare = code.replace(" ", "")
    seen = [ayse.open(DEVICES).body, *(hop.url for hop in ayse.browser.hops)]
    assert not any(bare in html.unescape(text) or code in text for text in seen)


def test_nothing_is_registered_before_the_yes_and_nothing_after_the_no(ayse: AccountHolder) -> None:
    phone = a_phone(ayse.town)
    phone.claim(shown_code(ayse), "Başkasının telefonu")
    assert phone.status() == "claimed"
    ayse.open(PAIR)
    page = ayse.press("Hayır, bu cihaz benim değil")
    assert page.url == f"{IDP}{DEVICES}"
    assert ayse.held(Method.APP) == []
    assert phone.status() == "refused"


@pytest.mark.parametrize("handle", ["", "x" * 43, "\x00"])
def test_no_other_key_than_the_one_shown_is_confirmed(ayse: AccountHolder, handle: str) -> None:
    """The yes names the key: a second device cannot slip in between page and answer."""
    phone = a_phone(ayse.town)
    phone.claim(shown_code(ayse), "Telefonum")
    ayse.open(PAIR)
    page = ayse.posts(f"{PAIR}/onayla", handle=handle)
    assert (page.status, page.says("Eşleştirme kodunun süresi doldu.")) == (422, True)
    assert ayse.held(Method.APP) == []


def test_l36_the_yes_sent_twice_registers_one(ayse: AccountHolder) -> None:
    phone = a_phone(ayse.town)
    phone.claim(shown_code(ayse), "Telefonum")
    ayse.open(PAIR)
    token = ayse.browser.hidden()
    for _ in range(2):
        fields = {"csrf_token": token, "handle": phone.thumbprint}
        assert ayse.browser.post(f"{IDP}{PAIR}/onayla", fields).says("Doğrulama yöntemi eklendi.")
    assert len(ayse.held(Method.APP)) == len(ayse.told("mobil cihaz kaydedildi")) == 1


def test_a_code_dies_after_five_minutes_and_the_page_begins_anew(ayse: AccountHolder) -> None:
    code, phone = shown_code(ayse), a_phone(ayse.town)
    phone.claim(code, "Telefonum")
    ayse.comes_in_again()
    assert ayse.posts(f"{PAIR}/onayla", handle=phone.thumbprint).status == 422
    assert shown_code(ayse) != code


def test_five_devices_are_the_most(ayse: AccountHolder) -> None:
    for place in range(5):
        pairs(ayse, f"Telefon {place}")
    page = ayse.open(PAIR)
    assert (page.status, page.says("En çok 5 cihaz kaydedebilirsiniz. Önce birini kaldırın.")) == (422, True)


def test_a_device_gets_another_name_and_is_removed(ayse: AccountHolder, clock: FakeClock) -> None:
    """R-61, C09: its signatures are worth nothing from then on, and other sessions are over."""
    phone = pairs(ayse)
    ayse.browser.follow("Adını değiştir")
    ayse.browser.fill("Ad", "Eski telefonum")
    assert ayse.press("Kaydet").says("Eski telefonum")
    clock.advance(61)
    elsewhere = AccountHolder(ayse.town).comes_in_by_sms()
    assert phone.pending() == ()
    page = ayse.removes(f"{DEVICES}/{phone.device_id}/kaldir")
    assert page.says("Doğrulama yöntemi kaldırıldı.")
    assert ayse.held(Method.APP) == []
    assert not elsewhere.is_in()
    with pytest.raises(NotRegistered):
        phone.pending()
    assert len(ayse.told("yöntemi kaldırıldı: Mobil Uygulama ile Doğrulama.")) == 1


def test_e01_another_citizens_device_looks_like_none(ayse: AccountHolder, clock: FakeClock) -> None:
    phone = pairs(ayse)
    clock.advance(61)
    stranger = AccountHolder(ayse.town, SUKRIYE).comes_in()
    for device_id in (phone.device_id, "nowhere", "%00", "\udc80".encode("utf-8", "surrogateescape").hex()):
        for path in (f"{DEVICES}/{device_id}/ad", f"{DEVICES}/{device_id}/kaldir"):
            assert stranger.open(path).status == 404
            page = stranger.posts(path, name="Ele geçirildi", decision="remove")
            assert (page.status, page.url) == (200, f"{IDP}{DEVICES}")
    assert [one.name for one in ayse.held(Method.APP)] == ["Telefonum"]
    assert stranger.audit(Event.AUTHENTICATOR_REMOVED) == stranger.audit(Event.AUTHENTICATOR_RENAMED) == []
