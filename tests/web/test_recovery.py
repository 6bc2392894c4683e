"""Şifremi Unuttum, page by page (A21, R-62, R-63, pages.md §4.1)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.clock import FakeClock
from tests.people import AYSE, HATICE, MEHMET, MUSTAFA, UNKNOWN, Person, another_code, login_id
from tests.recovering import NEW, Forgetful, events, identify
from tests.stand_in import StandIn, came_back
from tests.town import IDP, PASSWORD, Town, another_node, town

IDENTITY = "Telefonunuzu kimlikle doğrulayın"


@pytest.fixture
def forgetful(the_town: Town) -> Forgetful:
    return Forgetful(the_town)


def test_a21_a_forgotten_password_is_replaced_and_nobody_is_logged_in(
    forgetful: Forgetful, mhrs: StandIn, clock: FakeClock
) -> None:
    """From the login that waits, through code, identity and new password, back to the very same login."""
    asked = mhrs.asks()
    waiting = login_id(forgetful.open(asked.url))
    forgetful.browser.follow("Şifremi Unuttum")
    assert forgetful.page.h1 == "Şifrenizi mi unuttunuz?"
    forgetful.browser.fill("T.C. Kimlik No", AYSE.national_id)
    assert forgetful.press("Devam et").h1 == "Doğrulama kodunu girin"
    assert forgetful.reads_and_types_code(AYSE).h1 == IDENTITY
    assert forgetful.press("Doğruladım, devam et").status == 422
    clock.advance(30)
    assert forgetful.is_identified(AYSE).h1 == "Yeni şifre belirleyin"
    page = forgetful.chooses_password()
    assert page.h1 == "Şifreniz değiştirildi"
    assert "sid" not in forgetful.browser.cookies, "nobody was logged in"
    forgetful.browser.follow("Giriş Yap")
    assert login_id(forgetful.page) == waiting
    assert forgetful.types_password(AYSE, PASSWORD).status == 422, "the old one is gone"
    assert forgetful.types_password(AYSE, NEW).h1 == "Doğrulama kodunu girin", "two-step login stayed on"
    forgetful.reads_and_types_code(AYSE)
    answer = came_back(forgetful.approves())
    assert answer["state"] == asked.state


def test_a21_every_session_and_token_of_the_citizen_ends(forgetful: Forgetful, mhrs: StandIn) -> None:
    elsewhere = Forgetful(forgetful.town, address="198.51.100.9")
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    asked = mhrs.asks()
    elsewhere.open(asked.url)
    code = came_back(elsewhere.approves())["code"]
    assert forgetful.recovers(MEHMET).h1 == "Şifreniz değiştirildi"
    assert mhrs.redeem(code, asked.verifier).status == 400
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"


def test_a21_the_citizen_is_told_at_the_beginning_and_at_the_end(forgetful: Forgetful) -> None:
    forgetful.recovers(MEHMET)
    texts = [message["text"] for message in forgetful.town.messages(MEHMET.phone)]
    assert "şifreniz değiştirildi" in texts[0]
    assert "doğrulama kodunuz" in texts[1]
    assert "şifre yenileme istendi" in texts[2]
    assert len(texts) == 3


@pytest.mark.parametrize("typed", ["", "123", "98765430171", "\u0669" * 11, "x" * 5000])
def test_a_number_that_is_none_begins_nothing(forgetful: Forgetful, typed: str) -> None:
    forgetful.open("/sifremi-unuttum")
    forgetful.browser.fill("T.C. Kimlik No", typed)
    page = forgetful.press("Devam et")
    assert (page.status, page.h1) == (422, "Şifrenizi mi unuttunuz?")
    assert not any(name.startswith("txn-") for name in forgetful.browser.cookies)


def test_c03_opening_the_page_begins_nothing_and_a_foreign_form_neither(forgetful: Forgetful) -> None:
    for _ in range(3):
        forgetful.open("/sifremi-unuttum")
    page = forgetful.browser.post(f"{IDP}/sifremi-unuttum", {"national_id": MEHMET.national_id, "csrf_token": "x"})
    assert page.status == 403
    headers = {"sec-fetch-site": "cross-site"}
    forgetful.open("/sifremi-unuttum")
    fields = {"national_id": MEHMET.national_id, "csrf_token": forgetful.browser.hidden()}
    assert forgetful.browser.post(f"{IDP}/sifremi-unuttum", fields, headers).status == 403
    assert forgetful.town.messages(MEHMET.phone) == []


@pytest.mark.parametrize("person", [UNKNOWN, MUSTAFA, HATICE], ids=["unknown", "closed", "no-phone"])
def test_a21_where_nothing_can_be_recovered_no_code_is_ever_right(forgetful: Forgetful, person: Person) -> None:
    assert forgetful.forgets(person).h1 == "Doğrulama kodunu girin"
    for code in ("000000", "123456"):
        page = forgetful.types_code(code)
        assert (page.status, page.h1) == (422, "Doğrulama kodunu girin")
        assert page.says("Kod hatalı veya süresi dolmuş.")


def test_b01_wrong_codes_pause_the_recovery_and_the_right_one_is_refused_too(
    forgetful: Forgetful, clock: FakeClock
) -> None:
    forgetful.forgets(MEHMET)
    wrong = another_code(forgetful.town.last_code(MEHMET.phone))
    for _ in range(3):
        assert forgetful.types_code(wrong).status == 422
    assert forgetful.reads_and_types_code(MEHMET).status == 422, "three wrong ones use the code up"
    clock.advance(60)
    forgetful.press("Kodu yeniden gönder")
    assert forgetful.types_code(wrong).status == 422
    page = forgetful.reads_and_types_code(MEHMET)
    assert page.status == 429
    assert page.says("Çok fazla hatalı deneme yapıldı.")
    clock.advance(int(page.headers["retry-after"]))
    forgetful.press("Kodu yeniden gönder")
    assert forgetful.reads_and_types_code(MEHMET).h1 == IDENTITY


def test_a_new_code_waits_a_minute_and_replaces_the_old_one(forgetful: Forgetful, clock: FakeClock) -> None:
    forgetful.forgets(MEHMET)
    first = forgetful.town.last_code(MEHMET.phone)
    page = forgetful.press("Kodu yeniden gönder")
    assert (page.status, page.headers["retry-after"]) == (429, "60")
    clock.advance(60)
    assert forgetful.press("Kodu yeniden gönder").says("yeni bir kod gönderdik")
    assert forgetful.types_code(first).status == 422
    assert forgetful.reads_and_types_code(MEHMET).h1 == IDENTITY


@pytest.fixture
def production_limits(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """A code a minute for each number, on SQLite and on PostgreSQL."""
    with town(database_url, tmp_path, clock, sms_quotas=True) as opened:
        yield opened


@pytest.mark.parametrize("person", [MEHMET, UNKNOWN], ids=["known", "unknown"])
def test_l36_b12_a_double_click_leads_to_the_code_page_and_sends_once(production_limits: Town, person: Person) -> None:
    """Also where the browser never saw the first answer, and so has no cookie of it."""
    forgetful = Forgetful(production_limits)
    forgetful.open("/sifremi-unuttum")
    fields = {"csrf_token": forgetful.browser.hidden(), "national_id": person.national_id}
    cookies = dict(forgetful.browser.cookies)
    first = forgetful.browser.post(f"{IDP}/sifremi-unuttum", fields)
    forgetful.browser.cookies = cookies
    second = forgetful.browser.post(f"{IDP}/sifremi-unuttum", fields)
    assert (second.status, second.h1, second.url) == (200, "Doğrulama kodunu girin", first.url)
    assert events(production_limits).count("recovery.begun" if person is MEHMET else "recovery.refused") == 1
    if person is MEHMET:
        assert len(production_limits.messages(MEHMET.phone)) == 2, "the word and the code"
        assert forgetful.reads_and_types_code(MEHMET).h1 == IDENTITY


@pytest.mark.parametrize("quotas", [True, False], ids=["production", "sandbox"])
def test_l36_the_first_form_at_once_over_two_nodes_begins_one_recovery(
    database_url: str, tmp_path: Path, clock: FakeClock, quotas: bool
) -> None:
    with town(database_url, tmp_path, clock, sms_quotas=quotas) as first, another_node(first) as second:
        _sent_at_once(first, second)


def _sent_at_once(any_town: Town, second: Town) -> None:
    forgetful = Forgetful(any_town)
    forgetful.open("/sifremi-unuttum")
    fields = {"csrf_token": forgetful.browser.hidden(), "national_id": MEHMET.national_id}
    answers = at_once([partial(_posts_start, node, forgetful, fields) for node in (any_town, second) * 3])
    assert {(answer.status, answer.headers["location"]) for answer in answers} == {
        (303, answers[0].headers["location"])
    }
    assert events(any_town).count("recovery.begun") == 1
    assert len(any_town.messages(MEHMET.phone)) == 2


@pytest.mark.parametrize("person", [MEHMET, UNKNOWN], ids=["known", "unknown"])
def test_b12_another_browser_still_waits_for_the_minute(production_limits: Town, person: Person) -> None:
    Forgetful(production_limits).forgets(person)
    page = Forgetful(production_limits).forgets(person)
    assert (page.status, page.h1) == (429, "Şifrenizi mi unuttunuz?")


def test_b07_a_code_is_good_for_three_minutes(forgetful: Forgetful, clock: FakeClock) -> None:
    forgetful.forgets(MEHMET)
    clock.advance(180)
    assert forgetful.reads_and_types_code(MEHMET).status == 422


def test_cancelling_leads_back_and_ends_it(forgetful: Forgetful, mhrs: StandIn) -> None:
    waiting = login_id(forgetful.open(mhrs.asks().url))
    forgetful.browser.follow("Şifremi Unuttum")
    assert login_id(forgetful.press("Vazgeç")) == waiting
    forgetful.browser.follow("Şifremi Unuttum")
    forgetful.browser.fill("T.C. Kimlik No", MEHMET.national_id)
    page = forgetful.press("Devam et")
    assert login_id(forgetful.press("Vazgeç")) == waiting
    assert forgetful.open(page.url).status in {409, 410}


@pytest.mark.parametrize("waiting", ["unknown", "x" * 43, "../../evil", "https://evil.example", "\u0130"])
def test_c11_a_foreign_login_is_not_led_back_to(forgetful: Forgetful, waiting: str) -> None:
    forgetful.open(f"/sifremi-unuttum?giris={waiting}")
    assert forgetful.press("Vazgeç").h1 == "Giriş yapın"
    assert "evil" not in forgetful.page.url


def test_another_browser_cannot_go_on_with_it(forgetful: Forgetful) -> None:
    """A05, C02: knowing the address opens nothing."""
    page = forgetful.forgets(MEHMET)
    stranger = Forgetful(forgetful.town)
    assert stranger.open(page.url).status == 410


def test_the_last_page_may_be_looked_at_again(forgetful: Forgetful) -> None:
    page = forgetful.recovers(MEHMET)
    assert forgetful.open(page.url).h1 == "Şifreniz değiştirildi"
    forgetful.browser.follow("Giriş Yap")
    assert forgetful.page.h1 == "Giriş yapın"
    assert forgetful.types_password(MEHMET, NEW).h1 == "Hoş geldiniz, Mehmet Deneme"


@pytest.mark.parametrize(
    ("new", "repeat", "says"),
    [
        ("", "", "Yeni şifrenizi girin."),
        ("kisa", "kisa", "Şifre en az 8 karakter olmalı."),
        (NEW, "Baska.Vapur-42", "İki şifre aynı değil."),
        (PASSWORD, PASSWORD, "Son 3 şifrenizden farklı bir şifre seçin."),
    ],
)
def test_a_new_password_follows_the_rules(forgetful: Forgetful, new: str, repeat: str, says: str) -> None:
    forgetful.forgets(MEHMET)
    forgetful.reads_and_types_code(MEHMET)
    forgetful.is_identified(MEHMET)
    page = forgetful.chooses_password(new, repeat)
    assert (page.status, page.says(says)) == (422, True), page.text
    assert forgetful.chooses_password().h1 == "Şifreniz değiştirildi"


def test_a_verification_before_the_code_counts_for_nothing(forgetful: Forgetful, clock: FakeClock) -> None:
    """domain.md §3.4: identity is shown again, after the code was right."""
    forgetful.forgets(MEHMET)
    identify(forgetful.town, MEHMET)
    clock.advance(1)
    assert forgetful.reads_and_types_code(MEHMET).h1 == IDENTITY
    assert forgetful.press("Doğruladım, devam et").status == 422


def _posts_start(node: Town, visitor: Forgetful, fields: dict[str, str]) -> Answer:
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    return node.call("POST", "/sifremi-unuttum", fields, {"cookie": cookies})
