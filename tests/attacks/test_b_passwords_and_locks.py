"""B01, B06, B09, B13: passwords, their spelling and that of numbers, and locks that are looked at again.

PAR and refresh tokens (B09) come with their mechanisms.
"""

import json

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, SUKRIYE, Visitor
from tests.stand_in import StandIn, came_back, went_back
from tests.town import PASSWORD, Town


def test_b01_wrong_passwords_wait_longer_and_longer(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    victim.open(mhrs.asks().url)
    for _ in range(5):
        assert victim.types_password(AYSE, "Yanlis-Sifre-1").status == 422
    for wait in (1, 2, 4, 8):
        page = victim.types_password(AYSE)
        assert (page.status, page.headers["retry-after"]) == (429, str(wait)), "the right one is not judged either"
        clock.advance(wait)
        assert victim.types_password(AYSE, "Yanlis-Sifre-1").status == 422
    clock.advance(16)
    assert victim.types_password(AYSE).h1 == "Doğrulama kodunu girin"


@pytest.mark.parametrize(
    "password",
    [
        f" {PASSWORD}",
        f"{PASSWORD} ",
        PASSWORD.lower(),
        PASSWORD.upper(),
        PASSWORD[:-1],
        f"{PASSWORD}1",
        PASSWORD.replace("i", "ı"),
        PASSWORD.replace("i", "İ"),
        f"{PASSWORD}\0",
        f"{PASSWORD}\n",
        "x" * 5000,
        "\ud800",
        "😀" * 400,
    ],
)
def test_b06_the_whole_password_matters_and_no_text_is_a_fault(victim: Visitor, mhrs: StandIn, password: str) -> None:
    """With argon2 in place of the tests' hasher too: `tests/crypto/test_hashing.py`."""
    page = victim.open(mhrs.asks().url)
    body = {"csrf_token": victim.browser.hidden(), "national_id": MEHMET.national_id}
    if "\ud800" in password:
        raw = "&".join(f"{name}={value}" for name, value in body.items()) + "&password=%ED%A0%80"
        cookie = "; ".join(f"{name}={value}" for name, value in victim.browser.cookies.items())
        headers = (("cookie", cookie), ("content-type", "application/x-www-form-urlencoded"))
        answer = victim.town.loop.call(victim.town.idp, "POST", page.url, headers, raw.encode())
        assert answer.status == 422
        return
    assert victim.browser.post(page.url, {**body, "password": password}).status == 422


@pytest.mark.parametrize("seconds_between", [0, 1])
def test_the_login_at_hand_is_never_the_one_that_too_many_logins_end(
    the_town: Town, mhrs: StandIn, clock: FakeClock, seconds_between: int
) -> None:
    """§6.2: five open logins of one account, counted from the password on; beyond it the oldest ends, not this one."""
    tabs = [Visitor(the_town) for _ in range(9)]
    for tab in tabs:
        tab.open(mhrs.asks().url)
        clock.advance(seconds_between)
    for tab in reversed(tabs):
        assert tab.types_password(AYSE).h1 == "Doğrulama kodunu girin"


@pytest.mark.parametrize("what", ["citizen", "client", "session"])
def test_cve_2026_9798_b09_a_lock_is_looked_at_again_when_the_code_is_redeemed(
    victim: Visitor, mhrs: StandIn, what: str
) -> None:
    """Keycloak CVE-2026-9798: the account was closed, or the session ended, between the code and its redemption."""
    asked = mhrs.asks()
    victim.open(asked.url)
    victim.two_steps(AYSE)
    code = came_back(victim.approves())["code"]
    _end(victim.town, what)
    answer = mhrs.redeem(code, asked.verifier)
    assert answer.status in {400, 401}
    assert json.loads(answer.body)["error"] == ("invalid_client" if what == "client" else "invalid_grant")


def test_b09_a_pending_code_and_a_session_die_with_the_account(victim: Visitor, mhrs: StandIn) -> None:
    victim.logs_in_at_home(SUKRIYE, two_step=True)
    pending = Visitor(victim.town)
    pending.open(mhrs.asks().url)
    pending.types_password(AYSE)
    code = victim.town.last_code(AYSE.phone)
    for person in (AYSE, SUKRIYE):
        _close(victim.town, person.national_id)
    page = pending.types_code(code)
    assert (page.status, went_back(page)) == (403, False)
    assert victim.open("/hesabim").h1 == "Giriş yapın"
    assert came_back(victim.open(mhrs.asks(prompt="none").url))["error"] == "login_required"


@pytest.mark.parametrize(
    "variant",
    ["98765430170", " 98765430170", "987 654 301 70", "98765430170\t", "9 8 7 6 5 4 3 0 1 7 0"],
)
def test_cve_2025_24806_b13_every_spelling_of_a_number_counts_as_one(
    victim: Visitor, mhrs: StandIn, variant: str
) -> None:
    """Authelia CVE-2025-24806: one counter, whatever the identifier looks like."""
    victim.open(mhrs.asks().url)
    for _ in range(5):
        victim.types_password(AYSE, "Yanlis-Sifre-1")
    fields = {"csrf_token": victim.browser.hidden(), "national_id": variant, "password": "Yanlis-Sifre-1"}
    assert victim.browser.post(victim.page.url, fields).status == 429


@pytest.mark.parametrize(
    "variant", ["٩٨٧٦٥٤٣٠١٧٠", "９８７６５４３０１７０", "098765430170", "+98765430170", "98765430170\0"]
)
def test_b13_other_digits_are_no_number(victim: Visitor, mhrs: StandIn, variant: str) -> None:
    victim.open(mhrs.asks().url)
    fields = {"csrf_token": victim.browser.hidden(), "national_id": variant, "password": PASSWORD}
    page = victim.browser.post(victim.page.url, fields)
    assert (page.status, page.h1) == (422, "Giriş yapın")


def _end(town: Town, what: str) -> None:
    if what == "citizen":
        _close(town, AYSE.national_id, sessions_too=False)
        return
    with town.store.begin() as uow:
        if what == "client":
            uow.clients.disable("mhrs", town.clock.now())
        else:
            citizen = next(one for one in uow.citizens.every() if one.national_id.value == AYSE.national_id)
            uow.sessions.end_all(citizen.id, town.clock.now())


def _close(town: Town, national_id: str, *, sessions_too: bool = True) -> None:
    with town.store.begin() as uow:
        citizen = next(one for one in uow.citizens.every() if one.national_id.value == national_id)
        assert uow.citizens.close(citizen.id)
        if sessions_too:
            uow.sessions.end_all(citizen.id, town.clock.now())
