"""Second factors from the account pages, as their owners meet them: added, used, preferred, named, removed, told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.domain.audit import Event
from idp.domain.evidence import Method
from tests.clock import FakeClock
from tests.people import AYSE, DENIZ, MEHMET, Person, Visitor
from tests.stand_in import StandIn, came_back
from tests.town import IDP, Town, town
from tests.web.account_holder import CODES, PASSKEYS, TOTP_ADD, TOTP_REMOVE, TWO_STEP, AccountHolder, key_of

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


def at_the_second_step(visitor: Visitor, words: str) -> None:
    """A new login of Ayşe's, which asks for this method."""
    visitor.open("/hesabim")
    visitor.types_password(AYSE)
    visitor.press("Başka bir yöntem seç")
    visitor.browser.fill(words, True)
    visitor.press("Devam et")


def test_an_authenticator_app_is_set_up_told_and_logs_in(ayse: AccountHolder, clock: FakeClock) -> None:
    """R-57, S-15: the code that set it up logs nobody in; the next one does."""
    secret = ayse.sets_up_app()
    assert ayse.page.url.endswith(f"{TWO_STEP}?tamam=eklendi")
    [app] = ayse.held(Method.TOTP)
    assert app.counter == clock.now() // 30
    assert len(ayse.told("Hesabınıza doğrulama yöntemi eklendi: Doğrulama uygulaması.")) == 1
    assert [row.method for row in ayse.audit(Event.AUTHENTICATOR_ADDED)] == ["totp"]
    again = Visitor(ayse.town)
    at_the_second_step(again, "Doğrulama uygulaması kodu")
    again.browser.fill("6 haneli kod", ayse.code_of(secret))
    assert again.press("Doğrula").says("Bu kod kullanıldı. Yeni kodu bekleyin.")
    clock.advance(30)
    again.browser.fill("6 haneli kod", ayse.code_of(secret))
    assert again.press("Doğrula").h1 == "Hoş geldiniz, Ayşe Örnek"


def test_reloading_the_setup_page_keeps_the_secret_while_it_lives(ayse: AccountHolder, clock: FakeClock) -> None:
    secret = ayse.secret()
    assert ayse.secret() == secret
    clock.advance(250)
    elsewhere = AccountHolder(ayse.town).comes_in()
    assert elsewhere.secret() != secret, "begun in another session"
    assert ayse.secret() != secret, "which ended this one"


def test_a_secret_dies_after_ten_minutes(ayse: AccountHolder, clock: FakeClock) -> None:
    """R-54 in kind: the page then shows another one, and says why."""
    secret = ayse.secret()
    clock.advance(299)
    ayse.open(TWO_STEP)
    clock.advance(302)
    ayse.open(TOTP_ADD)
    ayse.two_steps(AYSE)
    assert ayse.secret() != secret
    assert ayse.types_app_code(ayse.code_of(secret)).status == 422
    assert ayse.held(Method.TOTP) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Doğrulama kodunu girin."),
        ("12345", "Kod 6 haneli olmalı."),
        ("1234567", "Kod 6 haneli olmalı."),
        ("abcdef", "Kod yalnızca rakamlardan oluşur."),
        ("１２３４５６", "Kod yalnızca rakamlardan oluşur."),
        ("٠١٢٣٤٥", "Kod yalnızca rakamlardan oluşur."),
        ("\ud800" * 6, "Kod yalnızca rakamlardan oluşur."),
    ],
)
def test_what_cannot_be_a_code_costs_no_try(ayse: AccountHolder, typed: str, says: str) -> None:
    """B06, S-15: `int()` and pyotp know more digits than apps show."""
    secret = ayse.secret()
    for _ in range(6):
        page = ayse.posts(TOTP_ADD, code=typed.encode("utf-8", "replace").decode())
        assert (page.status, page.says(says)) == (422, True), page.text
    assert ayse.types_app_code(f" {ayse.code_of(secret)[:3]} {ayse.code_of(secret)[3:]} ").status == 200
    assert len(ayse.held(Method.TOTP)) == 1


def test_five_wrong_codes_kill_the_secret(ayse: AccountHolder) -> None:
    """B04: counted before judged; the right code of a dead secret is worth nothing."""
    secret = ayse.secret()
    wrong = f"{(int(ayse.code_of(secret)) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        assert ayse.types_app_code(wrong).says(f"Kod hatalı. Kalan deneme: {left}.")
    page = ayse.types_app_code(wrong)
    assert page.says("Önceki karekod artık geçersiz.")
    assert ayse.types_app_code(ayse.code_of(secret)).status == 422
    assert ayse.held(Method.TOTP) == []


@pytest.mark.parametrize("later", [-60, 60])
def test_two_steps_of_drift_are_too_many(ayse: AccountHolder, later: int) -> None:
    secret = ayse.secret()
    assert ayse.types_app_code(ayse.code_of(secret, later=later)).status == 422
    assert ayse.types_app_code(ayse.code_of(secret, later=later // 2)).status == 200


def test_a_foreign_secret_sets_nothing_up(ayse: AccountHolder, the_town: Town) -> None:
    other = AccountHolder(the_town, Person("98765431160", "+905000000011")).comes_in()
    foreign = other.secret()
    ayse.secret()
    assert ayse.types_app_code(ayse.code_of(foreign)).status == 422
    assert ayse.held(Method.TOTP) == other.held(Method.TOTP) == []


def test_l36_the_form_sent_twice_adds_one_app_and_tells_once(ayse: AccountHolder) -> None:
    secret = ayse.secret()
    token, code = ayse.browser.hidden(), ayse.code_of(secret)
    for _ in range(2):
        page = ayse.browser.post(f"{IDP}{TOTP_ADD}", {"csrf_token": token, "code": code})
        assert page.says("Doğrulama yöntemi eklendi.")
    assert len(ayse.held(Method.TOTP)) == len(ayse.told("yöntemi eklendi")) == 1


def test_r61_c09_another_app_takes_the_place_of_the_first_and_ends_other_sessions(
    ayse: AccountHolder, clock: FakeClock
) -> None:
    ayse.sets_up_app()
    [former] = ayse.held(Method.TOTP)
    elsewhere = AccountHolder(ayse.town)
    clock.advance(61)
    elsewhere.comes_in()
    assert elsewhere.is_in()
    ayse.sets_up_app()
    [present] = ayse.held(Method.TOTP)
    assert present.id != former.id
    assert not elsewhere.is_in()
    assert ayse.is_in()
    assert len(ayse.told("Doğrulama yönteminiz değiştirildi: Doğrulama uygulaması.")) == 1


def test_removing_it_is_asked_once_more_told_and_ends_other_sessions(ayse: AccountHolder, clock: FakeClock) -> None:
    """R-61, C09: sessions and the grants made in them."""
    ayse.sets_up_app()
    clock.advance(61)
    elsewhere = AccountHolder(ayse.town)
    stand_in = StandIn(ayse.town)
    asked = stand_in.asks()
    elsewhere.open(asked.url)
    elsewhere.two_steps(AYSE)
    page = elsewhere.approves() if "Onayla" in elsewhere.page.text else elsewhere.page
    access_token = stand_in.tokens(page, asked).access_token
    assert stand_in.userinfo(access_token).status == 200
    page = ayse.open(TOTP_REMOVE)
    assert page.h1 == "Kaldırmak istediğinize emin misiniz?"
    assert ayse.press("Vazgeç").url.endswith(TWO_STEP)
    assert len(ayse.held(Method.TOTP)) == 1
    page = ayse.removes(TOTP_REMOVE)
    assert page.says("Doğrulama yöntemi kaldırıldı.")
    assert ayse.held(Method.TOTP) == []
    assert not elsewhere.is_in()
    assert stand_in.userinfo(access_token).status == 401
    assert len(ayse.told("yöntemi kaldırıldı: Doğrulama uygulaması.")) == 1
    assert [row.method for row in ayse.audit(Event.AUTHENTICATOR_REMOVED)] == ["totp"]
    assert ayse.open(TOTP_REMOVE).status == 404


def test_a_proof_that_rested_on_what_was_removed_is_asked_for_again(ayse: AccountHolder, clock: FakeClock) -> None:
    """No error page: the citizen proves the second step with what is left, and is told what was done."""
    secret = ayse.sets_up_app()
    clock.advance(61)
    again = AccountHolder(ayse.town)
    at_the_second_step(again, "Doğrulama uygulaması kodu")
    again.browser.fill("6 haneli kod", again.code_of(secret))
    again.press("Doğrula")
    page = again.removes(TOTP_REMOVE)
    assert page.h1 == "Doğrulama kodunu girin"
    again.press("Kodu gönder")
    page = again.reads_and_types_code(AYSE)
    assert page.says("Doğrulama yöntemi kaldırıldı."), page.text
    assert page.url.endswith(f"{TWO_STEP}?tamam=kaldirildi")


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
