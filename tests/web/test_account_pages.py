"""The citizen's own pages under /hesabim: J1, switching off, the password, sessions, history; fresh proofs always."""

import pytest

from tests.browser import Page
from tests.clock import FakeClock
from tests.people import AYSE, HATICE, MEHMET, Visitor
from tests.stand_in import StandIn, came_back
from tests.town import PASSWORD, Town

NEW_PASSWORD = "Bambaska-Bir-Sey-7"
TWO_STEP = "/hesabim/iki-asamali-giris"


def test_j1_switch_two_step_login_on(citizen: Visitor, clock: FakeClock) -> None:
    page = citizen.logs_in_at_home(MEHMET, two_step=False)
    assert page.h1 == "Hoş geldiniz, Mehmet Deneme"
    page = citizen.browser.follow("Şifre ve Güvenlik Ayarlarım")
    assert page.says("İki Aşamalı Giriş İşlemleri")
    citizen.browser.fill("Aktif", True)
    page = citizen.press("Ayarları Kaydet")
    assert (page.status, page.says("Kullanım koşullarını kabul edin.")) == (422, True)
    citizen.browser.fill("Aktif", True).fill("Kullanım koşullarını okudum", True)
    page = citizen.press("Ayarları Kaydet")
    assert page.h1 == "Doğrulama kodunu girin"
    page = citizen.reads_and_types_code(MEHMET)
    assert page.says("İki aşamalı giriş açıldı.")
    on = page.by_testid("two-step-on")
    assert on is not None and "checked" in on.attributes
    clock.advance(1)
    stranger = Visitor(citizen.town)
    assert stranger.logs_in_at_home(MEHMET, two_step=False).h1 == "Doğrulama kodunu girin", "from now on two steps"


def test_j1_without_a_verified_phone_says_what_to_do(citizen: Visitor) -> None:
    citizen.logs_in_at_home(HATICE, two_step=False)
    citizen.open(TWO_STEP)
    citizen.browser.fill("Aktif", True).fill("Kullanım koşullarını okudum", True)
    page = citizen.press("Ayarları Kaydet")
    assert (page.status, page.says("Önce telefonunuzu doğrulayın.")) == (422, True)


def test_switching_off_asks_once_more_tells_the_owner_and_ends_other_sessions(citizen: Visitor) -> None:
    """A19, R-61."""
    elsewhere = Visitor(citizen.town)
    elsewhere.logs_in_at_home(AYSE, two_step=True)
    citizen.town.clock.advance(61)
    citizen.logs_in_at_home(AYSE, two_step=True)
    citizen.open(TWO_STEP)
    citizen.browser.fill("Pasif", True)
    page = citizen.press("Ayarları Kaydet")
    assert page.says("İki aşamalı girişi isteyen hizmetlere giremezsiniz.")
    page = citizen.press("İki aşamalı girişi kapat")
    assert page.says("İki aşamalı giriş kapatıldı.")
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"
    assert any("kapatıldı" in message["text"] for message in citizen.town.messages(AYSE.phone))


def test_switching_off_what_is_off_says_that_nothing_was_done(citizen: Visitor) -> None:
    """Sent twice, or from a page that is out of date: no notice, and no second message (L-36)."""
    citizen.logs_in_at_home(AYSE, two_step=True)
    citizen.open(TWO_STEP)
    citizen.browser.fill("Pasif", True)
    citizen.press("Ayarları Kaydet")
    address = f"{citizen.town.settings.issuer}{TWO_STEP}/kapat"
    fields = {"csrf_token": citizen.browser.hidden(), "decision": "off"}
    assert citizen.browser.post(address, fields).says("İki aşamalı giriş kapatıldı.")
    page = citizen.browser.post(address, fields)
    assert (page.url, page.says("kapatıldı.")) == (f"{citizen.town.settings.issuer}{TWO_STEP}", False)
    assert page.by_testid("notice") is None
    assert sum("kapatıldı" in message["text"] for message in citizen.town.messages(AYSE.phone)) == 1


def test_keeping_it_on_changes_nothing(citizen: Visitor) -> None:
    citizen.logs_in_at_home(AYSE, two_step=True)
    citizen.open(TWO_STEP)
    citizen.browser.fill("Pasif", True)
    citizen.press("Ayarları Kaydet")
    citizen.press("Açık kalsın")
    assert Visitor(citizen.town).logs_in_at_home(AYSE, two_step=False).h1 == "Doğrulama kodunu girin"


@pytest.mark.parametrize("path", [TWO_STEP, "/hesabim/sifre", "/hesabim/oturumlar", "/hesabim/giris-gecmisi"])
def test_settings_ask_for_fresh_proofs_after_five_minutes(citizen: Visitor, clock: FakeClock, path: str) -> None:
    """A18, A19: both factors anew where the account has both, then back to the page that was asked for."""
    citizen.logs_in_at_home(AYSE, two_step=True)
    assert citizen.open(path).url.endswith(path)
    clock.advance(301)
    assert citizen.open("/hesabim").h1 == "Hoş geldiniz, Ayşe Örnek", "looking needs no fresh proof"
    assert citizen.open(path).h1 == "Giriş yapın"
    citizen.types_password(AYSE)
    assert citizen.page.h1 == "Doğrulama kodunu girin"
    assert citizen.reads_and_types_code(AYSE).url.endswith(path)


def test_a_form_sent_too_late_changes_nothing(citizen: Visitor, clock: FakeClock) -> None:
    citizen.logs_in_at_home(AYSE, two_step=True)
    citizen.open(TWO_STEP)
    citizen.browser.fill("Pasif", True)
    citizen.press("Ayarları Kaydet")
    clock.advance(301)
    assert citizen.press("İki aşamalı girişi kapat").h1 == "Giriş yapın"
    assert Visitor(citizen.town).logs_in_at_home(AYSE, two_step=False).h1 == "Doğrulama kodunu girin"


def test_switching_on_with_an_old_password_proof_asks_for_the_password_first(
    citizen: Visitor, mhrs: StandIn, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    """A18: inside a relying party's login too, enabling rests on proofs of the last five minutes."""
    citizen.open(mhrs.asks().url)
    citizen.types_password(MEHMET)
    citizen.approves()
    clock.advance(20 * 60)
    page = citizen.open(mhrs_floor.asks().url)
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor"
    assert citizen.switches_on().h1 == "Giriş yapın"


def test_changing_the_password(citizen: Visitor, clock: FakeClock) -> None:
    """C09: other sessions are over; the one at hand goes on; the old password is worth nothing."""
    elsewhere = Visitor(citizen.town)
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    citizen.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(1)
    citizen.open("/hesabim/sifre")
    page = _new_password(citizen, NEW_PASSWORD)
    assert (page.status, page.says("Şifreniz değiştirildi.")) == (200, True)
    assert citizen.open("/hesabim").h1 == "Hoş geldiniz, Mehmet Deneme"
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"
    assert elsewhere.types_password(MEHMET, PASSWORD).status == 422
    assert elsewhere.types_password(MEHMET, NEW_PASSWORD).h1 == "Hoş geldiniz, Mehmet Deneme"
    assert any("değiştirildi" in message["text"] for message in citizen.town.messages(MEHMET.phone))


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("kisa", "Şifre en az 8 karakter olmalı."),
        ("hep-kucuk-1", "Şifreye en az bir büyük harf (A–Z) ekleyin."),
        ("Mehmet-98765430248", "Şifreden kimlik numaranızı çıkarın."),
        ("Dogum-Yili-1979", "Şifreden doğum yılınızı çıkarın."),
        (PASSWORD, "Son 3 şifrenizden farklı bir şifre seçin."),
        ("", "Yeni şifrenizi girin."),
    ],
)
def test_a_password_that_breaks_a_rule_says_which(citizen: Visitor, new: str, says: str) -> None:
    citizen.logs_in_at_home(MEHMET, two_step=False)
    citizen.open("/hesabim/sifre")
    page = _new_password(citizen, new)
    assert (page.status, page.says(says)) == (422, True), page.text
    if new:
        assert new not in page.body


def test_sessions_can_be_seen_and_ended_one_by_one(citizen: Visitor, clock: FakeClock) -> None:
    elsewhere = Visitor(citizen.town, address="198.51.100.23")
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(5)
    citizen.logs_in_at_home(MEHMET, two_step=False)
    page = citizen.open("/hesabim/oturumlar")
    assert page.says("198.51.100.*")
    assert "198.51.100.23" not in page.body
    forms = [form for form in page.all("form") if form.attributes.get("action", "").endswith("/kapat")]
    assert len(forms) == 2
    other = next(e.attributes["value"] for e in forms[1].walk() if e.attributes.get("name") == "session_id")
    citizen.browser.post(
        f"{citizen.town.settings.issuer}/hesabim/oturumlar/kapat",
        {"csrf_token": citizen.browser.hidden(), "session_id": other},
    )
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"
    assert citizen.open("/hesabim").h1 == "Hoş geldiniz, Mehmet Deneme"


def test_ending_every_session_ends_this_one_too(citizen: Visitor) -> None:
    elsewhere = Visitor(citizen.town)
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    citizen.logs_in_at_home(MEHMET, two_step=False)
    citizen.open("/hesabim/oturumlar")
    citizen.press("Tüm oturumları kapat")
    for one in (citizen, elsewhere):
        assert one.open("/hesabim").h1 == "Giriş yapın"


def test_the_history_shows_failed_attempts_too(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """R-81, E08."""
    citizen.open(mhrs.asks().url)
    citizen.types_password(AYSE, "Yanlis-Sifre-1")
    citizen.types_password(AYSE)
    citizen.types_wrong_code(AYSE)
    citizen.reads_and_types_code(AYSE)
    came_back(citizen.approves())
    page = citizen.open("/hesabim/giris-gecmisi")
    for words in ("Giriş yapıldı", "Doğrulama kodu hatalı", "Şifre hatalı", "Örnek Randevu (MHRS emülatörü)"):
        assert page.says(words), words
    assert page.says("203.0.113.*")


def test_a_citizen_sees_only_their_own_history(citizen: Visitor, the_town: Town) -> None:
    Visitor(the_town, address="192.0.2.99").logs_in_at_home(MEHMET, two_step=False)
    citizen.logs_in_at_home(AYSE, two_step=True)
    assert not citizen.open("/hesabim/giris-gecmisi").says("192.0.2.*")


def _new_password(citizen: Visitor, new: str) -> Page:
    citizen.browser.fill("Yeni şifre", new).fill("Yeni şifre (tekrar)", new)
    return citizen.press("Şifreyi değiştir")
