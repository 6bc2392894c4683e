"""Doğrulama uygulaması, from the account pages: its secret, its first code, another one in its place, its removal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.domain.audit import Event
from idp.domain.evidence import Method
from tests.clock import FakeClock
from tests.people import AYSE, SUKRIYE, Visitor
from tests.stand_in import StandIn
from tests.town import IDP, Town, town
from tests.web.account_holder import TOTP_ADD, TOTP_REMOVE, TWO_STEP, AccountHolder, at_the_second_step


@pytest.fixture
def the_town(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """On SQLite and on PostgreSQL."""
    with town(database_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def ayse(the_town: Town) -> AccountHolder:
    return AccountHolder(the_town).comes_in()


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
    other = AccountHolder(the_town, SUKRIYE).comes_in()
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
