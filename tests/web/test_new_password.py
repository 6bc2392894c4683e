"""A password that is due is changed inside the login, which then goes on to the same service (domain.md §3.2)."""

import pytest

from tests.clock import FakeClock
from tests.people import MEHMET, Person, Visitor, login_id
from tests.stand_in import StandIn, came_back
from tests.town import PASSWORD, Town

FATMA = Person("98765430934", "+905000000009")
"""Two-step login on; the password is older than six months."""
BURAK = Person("98765430866", "+905000000008")
"""Two-step login on; the password came in an envelope."""
NEW = "Mavi.Vapur-42"


def changes(visitor: Visitor, new: str = NEW, repeat: str | None = None) -> str:
    visitor.browser.fill("Yeni şifre", new)
    visitor.browser.fill("Yeni şifre (tekrar)", new if repeat is None else repeat)
    return visitor.press("Şifreyi değiştir").h1


@pytest.mark.parametrize(
    ("person", "why"),
    [(FATMA, "Şifrenizin süresi doldu."), (BURAK, "İlk şifrenizi değiştirmeniz gerekir.")],
    ids=["old", "first"],
)
def test_a_due_password_is_changed_and_the_same_service_is_reached(
    citizen: Visitor, mhrs: StandIn, person: Person, why: str
) -> None:
    asked = mhrs.asks()
    before = login_id(citizen.open(asked.url))
    assert citizen.two_steps(person).h1 == "Yeni şifre belirleyin"
    assert citizen.page.says(why)
    assert login_id(citizen.page) == before
    assert changes(citizen).endswith("şu bilgileri alacak")
    answer = came_back(citizen.approves())
    assert (answer["state"], "code" in answer) == (asked.state, True)
    claims = mhrs.tokens(citizen.page, asked).claims
    assert claims["acr"] == "urn:esik:acr:two-step"
    assert "şifreniz değiştirildi" in citizen.town.messages(person.phone)[0]["text"]


def test_the_next_login_takes_the_new_password_and_asks_for_none(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(BURAK)
    changes(citizen)
    again = Visitor(citizen.town)
    again.open(mhrs.asks().url)
    assert again.types_password(BURAK).status == 422
    assert again.types_password(BURAK, NEW).h1 == "Doğrulama kodunu girin"
    assert again.reads_and_types_code(BURAK).h1.endswith("şu bilgileri alacak")


def test_a01_the_page_is_not_reached_before_both_steps_were_proved(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.types_password(BURAK)
    assert page.h1 == "Doğrulama kodunu girin"
    address = page.url.replace("/code", "/new-password")
    assert citizen.open(address).h1 == "Doğrulama kodunu girin"
    fields = {"csrf_token": citizen.browser.hidden(), "new_password": NEW, "new_password_repeat": NEW}
    assert citizen.browser.post(address, fields).h1 == "Doğrulama kodunu girin"
    stranger = Visitor(citizen.town)
    stranger.open(mhrs.asks().url)
    assert stranger.types_password(BURAK).status == 200, "the password is as it was"


@pytest.mark.parametrize("path", ["/hesabim", "/hesabim/sifre", "/authorize"])
def test_a20_an_envelope_opens_nothing_else(citizen: Visitor, mhrs: StandIn, path: str) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(BURAK)
    assert citizen.open(mhrs.asks().url if path == "/authorize" else path).h1 == "Giriş yapın"


@pytest.mark.parametrize(
    ("new", "repeat", "says"),
    [
        ("", None, "Yeni şifrenizi girin."),
        (NEW, "Mavi.Vapur-43", "İki şifre aynı değil."),
        ("kisa", None, "Şifre en az 8 karakter olmalı."),
        ("Galatasaray1905!", None, "Bu şifre kolay tahmin edilir."),
        (PASSWORD, None, "Son 3 şifrenizden farklı bir şifre seçin."),
        ("Ab~98765430866x", None, "Şifreden kimlik numaranızı çıkarın."),
    ],
)
def test_the_rules_are_said_and_nothing_is_lost(
    citizen: Visitor, mhrs: StandIn, new: str, repeat: str | None, says: str
) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(BURAK)
    assert changes(citizen, new, repeat) == "Yeni şifre belirleyin"
    assert (citizen.page.status, citizen.page.says(says)) == (422, True)
    assert new == "" or new not in citizen.page.body
    assert changes(citizen).endswith("şu bilgileri alacak")


def test_c09_other_sessions_end(citizen: Visitor, clock: FakeClock) -> None:
    clock.advance(180 * 86_400 - 60)
    elsewhere = Visitor(citizen.town)
    elsewhere.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(120)
    assert elsewhere.open("/hesabim").h1 == "Hoş geldiniz, Mehmet Deneme"
    citizen.logs_in_at_home(MEHMET, two_step=False)
    assert changes(citizen) == "Hoş geldiniz, Mehmet Deneme"
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"


def test_two_tabs_at_the_page_of_which_one_was_faster(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """The slower one proved a password that is gone: it is asked for the new one, and loses nothing."""
    slow = Visitor(citizen.town)
    slow.open(mhrs.asks().url)
    slow.two_steps(BURAK)
    clock.advance(60)
    citizen.open(mhrs.asks().url)
    citizen.two_steps(BURAK)
    assert changes(citizen).endswith("şu bilgileri alacak")
    assert changes(slow, "Baska.Vapur-43") == "Giriş yapın"
    assert slow.types_password(BURAK, NEW).h1.endswith("şu bilgileri alacak")


def test_cancelling_is_access_denied(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(BURAK)
    assert came_back(citizen.press("Vazgeç"))["error"] == "access_denied"


def test_prompt_none_goes_on_with_a_session_until_its_next_login(
    citizen: Visitor, mhrs: StandIn, clock: FakeClock, the_town: Town
) -> None:
    """A password that grows too old meanwhile is asked for at the next login, not in the middle of a session."""
    clock.advance(180 * 86_400 - 60)
    citizen.open(mhrs.asks().url)
    citizen.types_password(MEHMET)
    citizen.approves()
    clock.advance(120)
    assert "code" in came_back(citizen.open(mhrs.asks(prompt="none").url))
