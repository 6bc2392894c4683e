"""Second factors from the account pages, as their owners meet them: added, used, preferred, named, removed, told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.domain.audit import Event
from idp.domain.evidence import Method
from tests.clock import FakeClock
from tests.people import DENIZ, MEHMET, Person, Visitor
from tests.stand_in import StandIn, came_back
from tests.town import Town, town
from tests.web.account_holder import CODES, PASSKEYS, TOTP_REMOVE, TWO_STEP, AccountHolder, at_the_second_step, key_of

KEREM = Person("98765430552", "+905000000005")
"""Has a passkey besides the phone."""
NURTEN = Person("98765430620", "+905000000006")
"""Backup codes alone; the phone is not verified."""


@pytest.fixture
def the_town(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """On SQLite and on PostgreSQL."""
    with town(database_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def ayse(the_town: Town) -> AccountHolder:
    return AccountHolder(the_town).comes_in()


def test_preferring_a_method(ayse: AccountHolder) -> None:
    ayse.sets_up_app()
    page = ayse.posts(f"{TWO_STEP}/tercih", method="totp")
    assert page.says("Öncelikli yönteminiz değişti.")
    assert ayse.citizen.preferred_method is Method.TOTP
    assert len(ayse.told("Öncelikli doğrulama yönteminiz artık bu: Doğrulama uygulaması.")) == 1
    assert Visitor(ayse.town).open("/hesabim").h1 == "Giriş yapın"
    for method in ("totp", "passkey", "app", "backup_code", "password", "", "TOTP", "\x00"):
        page = ayse.posts(f"{TWO_STEP}/tercih", method=method)
        assert page.status == 200
        assert not page.says("Öncelikli yönteminiz değişti."), method
    assert ayse.citizen.preferred_method is Method.TOTP
    assert len(ayse.audit(Event.AUTHENTICATOR_PREFERRED)) == 1
    ayse.removes(TOTP_REMOVE)
    assert ayse.citizen.preferred_method is None


def test_a_passkey_is_added_named_and_removed(ayse: AccountHolder) -> None:
    key = key_of(ayse.town)
    page = ayse.adds_passkey(key, name="  Evdeki bilgisayar ")
    assert page.says("Doğrulama yöntemi eklendi.")
    [held] = ayse.held(Method.PASSKEY)
    assert (held.handle, held.public_key, held.name) == (key.handle, key.public_key, "Evdeki bilgisayar")
    assert len(ayse.told("Hesabınıza doğrulama yöntemi eklendi: Geçiş anahtarı.")) == 1
    ayse.browser.follow("Adını değiştir")
    ayse.browser.fill("Ad", "İş <b>anahtarı</b>")
    page = ayse.press("Kaydet")
    assert page.says("Yeni ad kaydedildi.")
    assert len(ayse.told("Doğrulama yönteminizin adı değiştirildi: Geçiş anahtarı.")) == 1
    assert page.says("İş <b>anahtarı</b>")
    assert "<b>anahtarı" not in page.body
    for name, says in (("  ", "Bir ad yazın."), ("a" * 61, "Ad en çok 60 karakter olabilir."), ("a\u202eb", "Bir ad")):
        ayse.open(f"{PASSKEYS}/{held.id}/ad")
        ayse.browser.fill("Ad", name)
        page = ayse.press("Kaydet")
        assert (page.status, page.says(says)) == (422, True), name
    assert ayse.removes(f"{PASSKEYS}/{held.id}/kaldir").says("Doğrulama yöntemi kaldırıldı.")
    assert ayse.held(Method.PASSKEY) == []


def test_a_passkey_without_a_name_is_called_after_the_browser(ayse: AccountHolder) -> None:
    ayse.adds_passkey(key_of(ayse.town), name=" ")
    assert [one.name for one in ayse.held(Method.PASSKEY)] == ["Firefox, Linux"]


def test_ten_passkeys_are_the_most(ayse: AccountHolder) -> None:
    for _ in range(10):
        ayse.adds_passkey(key_of(ayse.town))
    assert len(ayse.held(Method.PASSKEY)) == 10
    page = ayse.open(f"{PASSKEYS}/ekle")
    assert (page.status, page.says("En çok 10 geçiş anahtarı kaydedebilirsiniz.")) == (422, True)


def test_r58_ten_backup_codes_are_shown_once_and_a_new_set_voids_the_old(ayse: AccountHolder, clock: FakeClock) -> None:
    codes = ayse.makes_codes()
    assert ayse.page.headers["cache-control"] == "no-store"
    assert len(set(codes)) == 10
    assert all(len(code.replace(" ", "")) == 16 for code in codes)
    page = ayse.open(CODES)
    assert page.says("Kalan yedek kod: 10")
    assert not any(code in page.text for code in codes)
    first = ayse.held(Method.BACKUP_CODE)
    clock.advance(61)
    elsewhere = AccountHolder(ayse.town).comes_in()
    fresh = ayse.makes_codes()
    assert not {one.id for one in first} & {one.id for one in ayse.held(Method.BACKUP_CODE)}
    assert len(ayse.held(Method.BACKUP_CODE)) == 10
    assert not elsewhere.is_in()
    assert len(ayse.audit(Event.BACKUP_CODES_MADE)) == len(ayse.told("yeni yedek kodlar")) == 2
    again = Visitor(ayse.town)
    at_the_second_step(again, "Yedek Kod")
    again.browser.fill("Yedek Kod", codes[0])
    assert again.press("Doğrula").status == 422
    again.browser.fill("Yedek Kod", fresh[0])
    assert again.press("Doğrula").h1 == "Hoş geldiniz, Ayşe Örnek"


def test_the_list_of_methods_says_what_there_is(ayse: AccountHolder) -> None:
    ayse.sets_up_app()
    ayse.adds_passkey(key_of(ayse.town), name="Cüzdandaki anahtar")
    ayse.makes_codes()
    page = ayse.open(TWO_STEP)
    assert page.says("Geçiş anahtarları: Cüzdandaki anahtar")
    assert page.says("Kalan yedek kod: 10")
    assert page.says("Numaranız kaldırılamaz, yalnızca değiştirilebilir.")


def test_switching_on_with_the_app_prefers_it_where_a_device_is_registered(the_town: Town) -> None:
    """pages.md §4.8: the method of the form."""
    can = AccountHolder(the_town, Person("98765430316", "+905000000003")).comes_in_by_sms()
    can.open(TWO_STEP)
    can.posts(f"{TWO_STEP}/tercih", method="sms")
    can.browser.fill("Pasif", True)
    can.press("Ayarları Kaydet")
    can.press("İki aşamalı girişi kapat")
    can.browser.fill("Aktif", True).fill("Mobil Uygulama ile Doğrulama", True)
    can.browser.fill("Kullanım koşullarını okudum", True)
    assert can.press("Ayarları Kaydet").h1 == "Doğrulama kodunu girin"
    can.town.clock.advance(61)
    can.press("Kodu yeniden gönder")
    assert can.reads_and_types_code(can.who).says("İki aşamalı giriş açıldı.")
    assert can.citizen.preferred_method is Method.APP


@pytest.mark.parametrize("who", [MEHMET, DENIZ], ids=["Mehmet", "Deniz"])
def test_switching_on_with_the_app_and_no_device_leads_to_adding_one(the_town: Town, who: Person) -> None:
    someone = AccountHolder(the_town, who)
    someone.logs_in_at_home(who, two_step=False)
    someone.open(TWO_STEP)
    page = someone.posts(TWO_STEP, two_step="on", method="app", accept_terms="yes")
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor", "a device is registered with two steps only"
    assert not someone.citizen.two_step


def test_the_last_method_stays_while_two_step_login_is_on(the_town: Town) -> None:
    """Backup codes alone do not carry it: they run out."""
    nurten = AccountHolder(the_town, NURTEN)
    nurten.gives_backup_code()
    nurten.adds_passkey(key_of(the_town))
    [key] = nurten.held(Method.PASSKEY)
    page = nurten.open(f"{PASSKEYS}/{key.id}/kaldir")
    assert page.says("Bu, tek doğrulama yönteminiz. İki aşamalı giriş açıkken kaldırılamaz.")
    assert "Kaldır" not in [button.text for button in page.all("button")]
    page = nurten.posts(f"{PASSKEYS}/{key.id}/kaldir", decision="remove")
    assert (page.status, page.says("Önce başka bir yöntem ekleyin.")) == (422, True)
    assert len(nurten.held(Method.PASSKEY)) == 1
    nurten.sets_up_app()
    assert nurten.removes(f"{PASSKEYS}/{key.id}/kaldir").says("Doğrulama yöntemi kaldırıldı.")
    assert nurten.open(TOTP_REMOVE).says("Bu, tek doğrulama yönteminiz.")


def test_a_seeded_passkey_can_go_since_the_phone_stays(the_town: Town) -> None:
    kerem = AccountHolder(the_town, KEREM).comes_in_by_sms()
    [key] = kerem.held(Method.PASSKEY)
    assert kerem.removes(f"{PASSKEYS}/{key.id}/kaldir").says("Doğrulama yöntemi kaldırıldı.")
    assert kerem.citizen.preferred_method is None


def test_a_service_that_asks_for_a_passkey_gets_the_new_one(ayse: AccountHolder) -> None:
    """R-59: the whole way, with a key that was registered a moment ago."""
    key = key_of(ayse.town)
    ayse.adds_passkey(key)
    asked = StandIn(ayse.town).asks(acr_values="urn:esik:acr:phishing-resistant")
    ayse.town.clock.advance(1)
    assert ayse.open(asked.url).h1 == "İkinci adımı seçin"
    ayse.browser.fill("Geçiş anahtarı", True)
    assert ayse.press("Devam et").h1 == "Geçiş anahtarınızı kullanın"
    page = ayse.posts_to_form(credential=key.sign_in(ayse.offered_passkeys()))
    page = ayse.approves() if "Onayla" in page.text else page
    claims = StandIn(ayse.town).tokens(page, asked).claims
    assert claims["acr"] == "urn:esik:acr:phishing-resistant"
    assert "code" in came_back(page)
