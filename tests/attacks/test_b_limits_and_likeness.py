"""B11, B12, B14–B16: limits per address, owners locked out, forged addresses, accounts that look alike, SMS floods.

Alarms (B11, B16) are read from the audit and the log by whoever runs the house. B15 counts work instead of timing it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import town as towns
from tests.attacks.methods import CAN, ELIF, KEREM, NURTEN
from tests.attacks.statements import Cost, counted
from tests.clock import FakeClock
from tests.people import AYSE, HATICE, MEHMET, MUSTAFA, UNKNOWN, Person, Visitor
from tests.stand_in import StandIn
from tests.town import PASSWORD, Town

WRONG = "Yanlis-Sifre-1"
TOKENS = re.compile(
    r'[A-Za-z0-9_-]{43}[0-9a-f]{64}|/login/[A-Za-z0-9_-]{43}|giris=[A-Za-z0-9_-]{43}|value="\d{11}"|Başvuru no: \w+'
)


@pytest.fixture
def production_limits(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """A sandbox in which the limits on sent messages are on, as they are in production."""
    with towns.town(sqlite_url, tmp_path, clock, sms_quotas=True) as opened:
        yield opened


def test_b11_one_password_over_many_numbers_from_one_address(victim: Visitor, mhrs: StandIn) -> None:
    """Sixty posted logins a minute, whoever they name; then 429 with Retry-After, for the right password too."""
    page = victim.open(mhrs.asks().url)
    token = victim.browser.hidden()
    seen = []
    for number in _valid_numbers(61):
        answer = victim.browser.post(page.url, {"csrf_token": token, "national_id": number, "password": WRONG})
        seen.append(answer.status)
    assert seen == [422] * 60 + [429]
    assert int(victim.page.headers["retry-after"]) >= 1
    fields = {"csrf_token": token, "national_id": MEHMET.national_id, "password": PASSWORD}
    assert victim.browser.post(page.url, fields).status == 429
    victim.town.clock.advance(60)
    assert victim.browser.post(page.url, fields).h1.endswith("şu bilgileri alacak")


def test_b11_many_addresses_on_one_number_meet_one_counter(the_town: Town, mhrs: StandIn) -> None:
    for place in range(5):
        visitor = Visitor(the_town, address=f"192.0.2.{place + 1}")
        visitor.open(mhrs.asks().url)
        assert visitor.types_password(AYSE, WRONG).status == 422
    visitor = Visitor(the_town, address="192.0.2.200")
    visitor.open(mhrs.asks().url)
    assert visitor.types_password(AYSE, WRONG).status == 429


def test_b11_neighbours_of_one_ipv6_network_share_a_budget(the_town: Town, mhrs: StandIn) -> None:
    statuses = set()
    for place in range(601):
        if place % 60 == 0:
            visitor = Visitor(the_town, address=f"2001:db8::{place + 1:x}")
            page = visitor.open(mhrs.asks().url)
            token = visitor.browser.hidden()
        fields = {"csrf_token": token, "national_id": UNKNOWN.national_id, "password": WRONG}
        statuses.add(visitor.browser.post(page.url, fields).h1)
    assert statuses == {"Giriş yapın", "Biraz bekleyin"}


def test_b12_the_owner_at_a_known_device_is_not_locked_out_by_strangers(
    victim: Visitor, attacker: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    victim.logs_in_at_home(MEHMET, two_step=False)
    _lock(attacker, mhrs, clock)
    victim.open(mhrs.asks(prompt="login").url)
    assert victim.types_password(MEHMET).h1.endswith("şu bilgileri alacak")


def test_b12_the_owners_own_budget_is_fresh_after_each_complete_login(
    victim: Visitor, attacker: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    """§6.2: full success clears the streak of the factors used, the known device's own budget included."""
    victim.logs_in_at_home(MEHMET, two_step=False)
    for _ in range(4):
        victim.open("/logout")
        victim.press("Çıkış Yap")
        victim.open("/hesabim")
        for _ in range(3):
            assert victim.types_password(MEHMET, WRONG).status == 422
        assert victim.types_password(MEHMET).h1 == "Hoş geldiniz, Mehmet Deneme"
        clock.advance(60)
    _lock(attacker, mhrs, clock)
    victim.open(mhrs.asks(prompt="login").url)
    assert victim.types_password(MEHMET).h1.endswith("şu bilgileri alacak")


def test_b12_a_planted_device_cookie_becomes_nobodys_known_device(
    victim: Visitor, attacker: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    """C01 too: a stranger's own value of the cookie, in the victim's browser, is replaced at the victim's login."""
    victim.browser.cookies["device"] = "planted-by-a-stranger"
    victim.logs_in_at_home(MEHMET, two_step=False)
    assert victim.browser.cookies["device"] != "planted-by-a-stranger"
    _lock(attacker, mhrs, clock)
    attacker.browser.cookies["device"] = "planted-by-a-stranger"
    assert attacker.types_password(MEHMET, WRONG).status == 429


def test_b12_the_code_counter_is_out_of_reach_without_the_password(attacker: Visitor, mhrs: StandIn) -> None:
    page = attacker.open(mhrs.asks().url)
    token = attacker.browser.hidden()
    for _ in range(30):
        attacker.browser.post(page.url.replace("/password", "/code"), {"csrf_token": token, "code": "000000"})
    owner = Visitor(attacker.town)
    owner.open(mhrs.asks().url)
    assert owner.types_password(AYSE).by_testid("method-paused") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "10.0.0.{n}"},
        {"x-forwarded-for": "10.0.0.{n}, 127.0.0.1"},
        {"forwarded": "for=10.0.0.{n};host=evil.example;proto=https"},
        {"x-real-ip": "10.0.0.{n}"},
        {"x-client-ip": "10.0.0.{n}", "true-client-ip": "10.0.0.{n}", "cf-connecting-ip": "10.0.0.{n}"},
        {"x-forwarded-for": "not an address {n}"},
        {"x-forwarded-for": "1," * 3000 + "10.0.0.{n}"},
    ],
)
def test_b14_a_forged_address_buys_no_more_tries(victim: Visitor, mhrs: StandIn, headers: dict[str, str]) -> None:
    page = victim.open(mhrs.asks().url)
    fields = {"csrf_token": victim.browser.hidden(), "national_id": UNKNOWN.national_id, "password": WRONG}
    seen = []
    for n in range(61):
        forged = {name: value.format(n=n) for name, value in headers.items()}
        seen.append(victim.browser.post(page.url, fields, forged).h1)
    assert seen[-1] == "Biraz bekleyin"
    assert "Bir şeyler ters gitti" not in seen
    with victim.town.store.engine.begin() as connection:
        assert set(connection.exec_driver_sql("SELECT ip FROM audit WHERE ip <> ''").scalars()) == {"203.0.113.7"}


@pytest.mark.parametrize(
    "other",
    [AYSE, MEHMET, MUSTAFA, HATICE, CAN, ELIF, KEREM, NURTEN],
    ids=["two-step", "one-step", "closed", "no-phone", "device", "totp", "passkey", "backup-codes"],
)
def test_cve_2026_4633_b15_every_account_and_no_account_look_alike(
    the_town: Town, mhrs: StandIn, other: Person
) -> None:
    """Keycloak CVE-2026-4633: byte for byte apart from random values, and with the same work behind it."""
    assert _answers(the_town, mhrs, other) == _answers(the_town, mhrs, UNKNOWN)


def test_b15_the_attackers_own_known_device_tells_nothing_either(the_town: Town, mhrs: StandIn) -> None:
    attacker = Visitor(the_town)
    attacker.logs_in_at_home(HATICE, two_step=False)
    device = attacker.browser.cookies["device"]
    assert _answers(the_town, mhrs, MEHMET, device) == _answers(the_town, mhrs, UNKNOWN, device)


def test_b16_no_second_message_within_a_minute(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    for _ in range(59):
        assert victim.press("Kodu yeniden gönder").status == 429
        clock.advance(1)
    assert len(victim.town.messages(AYSE.phone)) == 1


def test_b16_messages_to_one_account_are_capped(production_limits: Town, clock: FakeClock) -> None:
    """Five an hour, ten a day, over logins and browsers; the page says so, and nothing fails."""
    for _ in range(8):
        visitor = Visitor(production_limits)
        visitor.open(StandIn(production_limits).asks().url)
        assert visitor.types_password(AYSE).h1 == "Doğrulama kodunu girin"
        clock.advance(60)
    assert len(production_limits.messages(AYSE.phone)) == 5
    clock.advance(3600)
    for _ in range(8):
        visitor = Visitor(production_limits)
        visitor.open(StandIn(production_limits).asks().url)
        visitor.types_password(AYSE)
        clock.advance(3600)
    assert len(production_limits.messages(AYSE.phone)) == 10


def test_b16_a_get_sends_nothing(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    clock.advance(120)
    for _ in range(3):
        victim.open(victim.page.url)
        victim.open(f"{victim.page.url.rpartition('/')[0]}/resend")
    assert len(victim.town.messages(AYSE.phone)) == 1


def _answers(town: Town, service: StandIn, person: Person, device: str | None = None) -> list[tuple[object, ...]]:
    """Wrong passwords until the wait begins: status, headers, page and cost of each, random values taken out."""
    visitor = Visitor(town, address="127.0.0.1")
    if device is not None:
        visitor.browser.cookies["device"] = device
    visitor.open(service.asks().url)
    found: list[tuple[object, ...]] = []
    for _ in range(6):
        with counted(town) as cost:
            page = visitor.types_password(person, WRONG)
        headers = {name: page.headers[name] for name in page.headers if name != "x-request-id"}
        found.append((page.status, headers, TOKENS.sub("·", page.body), _work(cost)))
    return found


def _work(cost: Cost) -> tuple[int, list[str]]:
    return cost.hashes, cost.statements


def _lock(attacker: Visitor, service: StandIn, clock: FakeClock) -> None:
    """Enough wrong passwords that the account makes strangers wait."""
    attacker.open(service.asks().url)
    waits = 0
    while waits < 6:
        page = attacker.types_password(MEHMET, WRONG)
        if page.status == 429:
            waits += 1
            if waits < 6:
                clock.advance(int(page.headers["retry-after"]))


def _valid_numbers(most: int) -> list[str]:
    """Numbers with right check digits that nobody has."""
    found = []
    for seed in range(987_655_000, 987_655_000 + most):
        digits = [int(digit) for digit in str(seed)]
        tenth = (7 * sum(digits[0::2]) - sum(digits[1::2])) % 10
        found.append(f"{seed}{tenth}{(sum(digits) + tenth) % 10}")
    return found
