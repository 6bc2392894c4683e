"""Journeys of domain.md §1 to a relying party and back: J2, J3a, J4, and the ways out."""

import json

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, EMRE, HATICE, MEHMET, ZEYNEP, Person, Visitor, login_id
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, StandIn, came_back, essential_acr
from tests.town import PASSWORD


def test_j2_two_steps_to_mhrs(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    asked = mhrs.asks(scope="openid profile phone kimlik")
    page = citizen.open(asked.url)
    assert page.h1 == "Giriş yapın"
    assert page.says("Örnek Randevu (MHRS emülatörü) için giriş yapıyorsunuz.")
    page = citizen.types_password(AYSE)
    assert page.h1 == "Doğrulama kodunu girin"
    assert page.says("Sonu 01 ile biten telefona 6 haneli bir kod gönderdik.")
    clock.advance(20)
    page = citizen.reads_and_types_code(AYSE)
    assert page.h1 == "Örnek Randevu (MHRS emülatörü) şu bilgileri alacak"
    assert page.says("Giriş düzeyi: iki aşamalı")
    assert page.says("987******70")
    assert AYSE.national_id not in page.body
    tokens = mhrs.tokens(citizen.approves(), asked)
    assert tokens.claims["acr"] == TWO_STEP_ACR
    assert tokens.claims["amr"] == ["pwd", "sms", "mfa"]
    assert tokens.claims["auth_time"] == clock.now() - 20, "the oldest proof the level rests on"
    assert tokens.claims["nonce"] == asked.nonce
    assert tokens.claims["aud"] == "mhrs"
    released = json.loads(mhrs.userinfo(tokens.access_token).body)
    assert released["national_id"] == AYSE.national_id
    assert released["sub"] == tokens.claims["sub"]


def test_consent_is_remembered_and_a_second_login_asks_nothing(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(AYSE)
    citizen.approves()
    again = mhrs.asks()
    tokens = mhrs.tokens(citizen.open(again.url), again)
    assert tokens.claims["acr"] == TWO_STEP_ACR


def test_more_scope_asks_for_consent_again(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks(scope="openid").url)
    citizen.two_steps(AYSE)
    citizen.approves()
    page = citizen.open(mhrs.asks(scope="openid phone").url)
    assert page.h1.endswith("şu bilgileri alacak")


def test_j3b_a_password_alone_is_stated_as_such(citizen: Visitor, mhrs: StandIn) -> None:
    asked = mhrs.asks(acr_values=TWO_STEP_ACR)
    citizen.open(asked.url)
    citizen.types_password(MEHMET)
    tokens = mhrs.tokens(citizen.approves(), asked)
    assert (tokens.claims["acr"], tokens.claims["amr"]) == (PASSWORD_ACR, ["pwd"])


def test_j3a_a_floor_stops_a_password_alone_and_says_why(citizen: Visitor, mhrs_floor: StandIn) -> None:
    page = citizen.open(mhrs_floor.asks().url)
    assert page.says("Bu hizmet iki aşamalı giriş ister.")
    page = citizen.types_password(MEHMET)
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor"
    assert page.says("Örnek Randevu, iki aşamalı giriş zorunlu yalnızca şifreyle yapılan girişi kabul etmiyor.")


def test_declining_the_offer_is_unmet(citizen: Visitor, mhrs_floor: StandIn) -> None:
    asked = mhrs_floor.asks()
    citizen.open(asked.url)
    citizen.types_password(MEHMET)
    page = citizen.press("Vazgeç ve Örnek Randevu, iki aşamalı giriş zorunlu hizmetine dön")
    answer = came_back(page)
    assert answer["error"] == "unmet_authentication_requirements"
    assert (answer["state"], answer["iss"]) == (asked.state, mhrs_floor.town.settings.issuer)
    assert "code" not in answer


@pytest.mark.parametrize("client_id", ["mhrs", "mhrs-floor"])
def test_j4_switching_on_inside_the_login_comes_back_to_the_same_request(
    citizen: Visitor, mhrs: StandIn, mhrs_floor: StandIn, client_id: str
) -> None:
    """The acceptance test of the project: nothing of the first request is lost, and nothing has to be opened again."""
    service = mhrs if client_id == "mhrs" else mhrs_floor
    asked = service.asks(claims=essential_acr(TWO_STEP_ACR, "urn:esik:acr:phishing-resistant"))
    before = login_id(citizen.open(asked.url))
    citizen.types_password(MEHMET)
    page = citizen.press("İki aşamalı girişi aç")
    assert page.status == 422
    assert page.says("Kullanım koşullarını kabul edin.")
    page = citizen.switches_on()
    assert page.says("İki aşamalı girişi açmak için telefonunuzu doğrulayın.")
    page = citizen.reads_and_types_code(MEHMET)
    assert page.says("İki aşamalı giriş açıldı.")
    assert login_id(page) == before
    finish = next(b.text for b in page.all("button") if b.text.startswith("Girişi tamamla: "))
    citizen.press(finish)
    tokens = service.tokens(citizen.approves(), asked)
    assert tokens.claims["acr"] == TWO_STEP_ACR
    assert tokens.claims["nonce"] == asked.nonce
    assert any("açıldı" in message["text"] for message in citizen.town.messages(MEHMET.phone)), "R-61: a notice"


def test_j4_outlives_the_detour_of_half_an_hour(citizen: Visitor, mhrs_floor: StandIn, clock: FakeClock) -> None:
    asked = mhrs_floor.asks()
    citizen.open(asked.url)
    citizen.types_password(MEHMET)
    citizen.switches_on()
    clock.advance(25 * 60)
    citizen.press("Kodu yeniden gönder")
    page = citizen.reads_and_types_code(MEHMET)
    assert page.says("İki aşamalı giriş açıldı.")


def test_a_login_without_a_detour_is_over_after_ten_minutes(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    citizen.open(mhrs.asks().url)
    clock.advance(600)
    page = citizen.types_password(AYSE)
    assert (page.status, page.says("Giriş süresi doldu. Hizmetten yeniden başlayın.")) == (410, True)
    link = page.by_testid("return-link")
    assert link is not None, "the way back to the service"
    assert link.attributes["href"] == "http://localhost:8001/"


@pytest.mark.parametrize("person", [HATICE, EMRE])
def test_no_verified_phone_explains_the_ways_and_lets_go(citizen: Visitor, mhrs_floor: StandIn, person: Person) -> None:
    asked = mhrs_floor.asks()
    citizen.open(asked.url)
    page = citizen.types_password(person)
    assert page.h1 == "Önce telefonunuzu doğrulayın"
    page = citizen.press("Vazgeç ve Örnek Randevu, iki aşamalı giriş zorunlu hizmetine dön")
    assert came_back(page)["error"] == "unmet_authentication_requirements"


def test_verifying_the_phone_meanwhile_opens_the_offer(citizen: Visitor, mhrs_floor: StandIn) -> None:
    citizen.open(mhrs_floor.asks().url)
    citizen.types_password(EMRE)
    other_tab = Visitor(citizen.town)
    other_tab.open(f"/telefon/{EMRE.phone}")
    other_tab.press("Telefonu kimlikle doğrula (NFC benzetimi)")
    page = citizen.press("Doğruladım, devam et")
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor"


def test_cancel_on_every_page_is_access_denied_with_state_and_iss(citizen: Visitor, mhrs: StandIn) -> None:
    """AUTH-27, pages.md §1."""
    for steps in range(3):
        asked = mhrs.asks()
        citizen.open(asked.url)
        if steps > 0:
            citizen.types_password(AYSE)
        if steps > 1:
            citizen.reads_and_types_code(AYSE)
        answer = came_back(citizen.press("Vazgeç"))
        assert answer["error"] == "access_denied"
        assert (answer["state"], answer["iss"]) == (asked.state, mhrs.town.settings.issuer)
        assert answer.keys() <= {"error", "error_description", "state", "iss"}


def test_wrong_password_keeps_the_number_and_empties_the_password(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.types_password(AYSE, "Yanlis-Sifre-1")
    assert page.status == 422
    assert page.says("T.C. Kimlik No veya şifre hatalı. Kontrol edip yeniden deneyin.")
    fields = {e.attributes.get("name"): e.attributes.get("value") for e in page.all("input")}
    assert (fields["national_id"], fields["password"]) == (AYSE.national_id, "")
    assert "Yanlis-Sifre-1" not in page.body


def test_resending_gives_a_new_code_after_a_minute(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    citizen.open(mhrs.asks().url)
    citizen.types_password(AYSE)
    first = citizen.town.last_code(AYSE.phone)
    page = citizen.press("Kodu yeniden gönder")
    assert (page.status, page.says("Yeni kod için 1 dakika bekleyin.")) == (429, True)
    assert page.headers["retry-after"] == "60"
    clock.advance(60)
    page = citizen.press("Kodu yeniden gönder")
    assert page.says("Yalnızca en son gelen kod geçerlidir.")
    page = citizen.types_code(first)
    assert page.says("Kod hatalı. Kalan deneme: 2.")
    assert citizen.reads_and_types_code(AYSE).h1.endswith("şu bilgileri alacak")


def test_a_code_may_be_pasted_with_spaces_and_its_time_is_shown(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.types_password(AYSE)
    assert page.by_testid("code-validity") is not None
    code = citizen.town.last_code(AYSE.phone)
    assert citizen.types_code(f" {code[:3]} {code[3:]} ").h1.endswith("şu bilgileri alacak")


def test_back_and_a_second_submit_lead_to_the_current_step(citizen: Visitor, mhrs: StandIn) -> None:
    """pages.md §3.1: never a blank or raw error."""
    citizen.open(mhrs.asks().url)
    old_page = citizen.page.url
    token = citizen.browser.hidden()
    fields = {"csrf_token": token, "national_id": AYSE.national_id, "password": PASSWORD}
    citizen.types_password(AYSE)
    page = citizen.browser.post(old_page, fields)
    assert page.h1 == "Doğrulama kodunu girin"
    assert citizen.open(old_page).h1 == "Doğrulama kodunu girin"


def test_the_sample_gallery_fills_the_form(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.browser.follow("Ayşe Örnek")
    assert page.says("Örnek kişinin bilgileri dolduruldu.")
    assert citizen.press("Giriş Yap").h1 == "Doğrulama kodunu girin"


def test_the_rest_of_a_pause_is_told(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.types_password(ZEYNEP)
    assert page.by_testid("method-paused") is not None
    assert page.says("15 dakika durduruldu")
