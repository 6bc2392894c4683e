"""Guessing passwords: growing waits, the owner's own device, one place's forms, and a full house (security.md §6.2)."""

from collections.abc import Callable

import pytest

from idp.domain.errors import TooBusy, TooManyRequests
from idp.journey.password import PasswordProved, PasswordWait, WrongPassword
from idp.journey.world import Limits
from idp.policy.journey import Step
from tests.journey.house import AYSE, BERK, CEM, RIGHT, Browser, House


@pytest.fixture
def house() -> House:
    return House(Limits(sms_quotas=False))


def guess_passwords(browser: Browser, times: int, *, number: str | None = None) -> list[object]:
    return [browser.password(AYSE, f"wrong {n}", number=number) for n in range(times)]


def test_r53_five_wrong_passwords_then_waits_that_grow(house: House, browser: Browser) -> None:
    browser.arrive()
    assert guess_passwords(browser, 6) == [WrongPassword()] * 5 + [PasswordWait(1)]
    house.clock.forward(1)
    assert guess_passwords(browser, 2) == [WrongPassword(), PasswordWait(2)]
    house.clock.forward(1)
    assert browser.password(AYSE) == PasswordWait(1)
    house.clock.forward(1)
    assert isinstance(browser.password(AYSE), PasswordProved)


def test_b13_every_way_to_write_a_number_has_one_counter(house: House, browser: Browser) -> None:
    browser.arrive()
    for number in ("98765430170", " 98765430170", "987 654 301 70", "9876543\u00a00170", "98765430170\t"):
        assert browser.password(AYSE, "wrong", number=number) == WrongPassword()
    assert isinstance(browser.password(AYSE, number="98765430170"), PasswordWait)


def test_b15_an_unknown_number_waits_like_a_known_one(house: House, browser: Browser) -> None:
    browser.arrive()
    known = guess_passwords(browser, 7)
    assert guess_passwords(browser, 7, number="10000008098") == known


def test_b02_another_login_and_another_browser_go_on_counting_passwords(house: House) -> None:
    for n in range(5):
        browser = house.browser(f"browser {n}", ip=f"192.0.2.{n}")
        browser.arrive()
        assert browser.password(AYSE, "wrong") == WrongPassword()
    assert isinstance(browser.password(AYSE), PasswordWait)


def lock_out(house: House, stranger: Browser) -> None:
    """Fifty wrong passwords by somebody else."""
    stranger.arrive()
    while stranger.password(AYSE, "wrong") != PasswordWait(None):
        house.clock.forward(900)
        stranger.arrive()


def test_b12_a_stranger_cannot_lock_the_owner_out_of_a_known_device(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    lock_out(house, house.browser("stranger"))
    newcomer = house.browser("newcomer")
    newcomer.arrive()
    assert newcomer.password(AYSE) == PasswordWait(None)
    browser.handle = None
    browser.arrive()
    assert isinstance(browser.password(AYSE), PasswordProved)


def test_b12_a_known_device_proves_nothing(house: House, browser: Browser) -> None:
    browser.log_in(AYSE)
    browser.handle = None
    browser.arrive()
    assert browser.password(AYSE, "wrong") == WrongPassword()
    assert isinstance(browser.password(AYSE), PasswordProved)
    assert browser.step() is Step.SMS


def test_b12_typing_errors_of_a_year_do_not_use_the_devices_budget_up(house: House, browser: Browser) -> None:
    """Consecutive ones count: a completed login clears the device's streak like the account's."""
    browser.log_in(AYSE)
    for _ in range(5):
        house.clock.forward(86_400)
        browser.handle = None
        browser.arrive()
        guess_passwords(browser, 2)
        browser.password(AYSE)
        browser.code(house.codes(AYSE)[-1])
        browser.finish()
    lock_out(house, house.browser("stranger"))
    browser.handle = None
    browser.arrive()
    assert isinstance(browser.password(AYSE), PasswordProved)


def test_b12_a_device_is_known_to_one_account_only(house: House, browser: Browser) -> None:
    """Ten tries for each account that was never used in this browser would be a way around every wait."""
    browser.log_in(CEM)
    browser.handle = None
    browser.arrive()
    assert guess_passwords(browser, 6)[-1] == PasswordWait(1)


def test_b12_a_planted_device_value_does_not_become_known(house: House, browser: Browser) -> None:
    """Whoever chose the cookie's value would hold a budget of their own against the citizen."""
    browser.device = "chosen by somebody else"
    browser.log_in(AYSE)
    thief = house.browser("thief")
    thief.device = "chosen by somebody else"
    lock_out(house, house.browser("stranger"))
    thief.arrive()
    assert thief.password(AYSE) == PasswordWait(None)


def test_l26_a_full_house_costs_the_citizen_no_try(house: House, browser: Browser) -> None:
    """Nothing was judged, so nothing was learnt: else a flood of logins locks honest people out."""
    browser.arrive()
    house.hasher.full = True
    for _ in range(5):
        with pytest.raises(TooBusy):
            browser.password(AYSE)
    house.hasher.full = False
    assert isinstance(browser.password(AYSE), PasswordProved)


def test_l26_a_right_password_is_right_though_its_hash_cannot_be_made_stronger_now(
    house: House, browser: Browser
) -> None:
    house.change(BERK, password_hash=f"weak:{RIGHT}")
    browser.arrive()

    def fill() -> None:
        house.hasher.full = True

    house.hasher.while_hashing = fill
    assert isinstance(browser.password(BERK), PasswordProved)


@pytest.mark.parametrize(
    "address",
    [lambda n: "192.0.2.7", lambda n: f"2001:db8:0:1::{n:x}"],
    ids=["one address", "one /64 of IPv6"],
)
def test_b11_sixty_forms_a_minute_from_one_place(house: House, address: Callable[[int], str]) -> None:
    for n in range(60):
        browser = house.browser(f"browser {n}", ip=address(n))
        browser.arrive()
        browser.password(BERK, "wrong", number="10000008098")
    last = house.browser("last", ip=address(60))
    last.arrive()
    with pytest.raises(TooManyRequests) as refused:
        last.password(BERK)
    assert 0 < refused.value.retry_after <= 60


def test_b11_mapped_addresses_are_not_one_network(house: House) -> None:
    """`::ffff:a.b.c.d` is IPv4: on a socket for both, all of IPv4 would share one /64."""
    for n in range(60):
        browser = house.browser(f"browser {n}", ip="::ffff:192.0.2.7")
        browser.arrive()
        browser.password(BERK, "wrong", number="10000008098")
    scopes = {value for scope, value in house.rows.counters if scope == "login.network"}
    assert scopes == {"192.0.2.0/24"}


def test_only_a_sandbox_lets_loopback_go_faster() -> None:
    for exempt in (True, False):
        house = House(Limits(loopback_exempt=exempt))
        for ip in ("127.0.0.1", "::1"):
            browser = house.browser(ip=ip)
            browser.arrive()
            browser.password(BERK, "wrong")
        counted = {value for scope, value in house.rows.counters if scope == "login.address"}
        assert bool(counted) is not exempt
