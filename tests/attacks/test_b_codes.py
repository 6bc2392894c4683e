"""B01, B02, B05, B07, B08, B10: guessing codes, and every way to start counting afresh.

TOTP steps (B05), pushes and backup codes come with their mechanisms.
"""

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Visitor, another_code, login_id
from tests.stand_in import StandIn, went_back
from tests.town import IDP, Town

PAUSED = "15 dakika durduruldu"


def test_b01_five_wrong_codes_pause_the_method_and_the_right_one_is_refused(
    victim: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    _five_wrong(victim, mhrs, clock)
    assert victim.page.status == 429
    assert victim.page.says(PAUSED)
    assert "factor.paused" in _events(victim.town)
    assert any("hatalı doğrulama kodu" in message["text"] for message in victim.town.messages(AYSE.phone)), "R-64"
    page = victim.types_password(AYSE)
    assert page.by_testid("method-paused") is not None
    login, token = login_id(page), victim.browser.hidden()
    for code in {str(message["code"]) for message in victim.town.messages(AYSE.phone) if message["code"]}:
        page = victim.browser.post(f"{IDP}/login/{login}/code", {"csrf_token": token, "code": code})
        assert (page.h1, went_back(page)) in {("Giriş yapın", False), ("Doğrulama kodunu girin", False)}
    assert "factor.proved" not in _events(victim.town)


def test_b01_the_pause_is_told_and_written_down_however_the_last_guess_was_refused(
    victim: Visitor, mhrs: StandIn
) -> None:
    """Three wrong guesses kill a code; two more at the dead code reach the limit all the same (R-64)."""
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    for _ in range(5):
        victim.types_wrong_code(AYSE)
    assert "factor.paused" in _events(victim.town)
    assert any("hatalı doğrulama kodu" in message["text"] for message in victim.town.messages(AYSE.phone))


def test_b01_twenty_wrong_codes_need_recovery(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """Ten a day, twenty in a row: after the second day's tenth no waiting helps any more (§6.2)."""
    for _ in range(2):
        for _ in range(2):
            _five_wrong(victim, mhrs, clock)
            clock.advance(901)
        clock.advance(86_400)
    victim.open(mhrs.asks().url)
    page = victim.types_password(AYSE)
    assert page.by_testid("method-paused") is not None
    clock.advance(30 * 86_400)
    victim.open(mhrs.asks().url)
    assert victim.types_password(AYSE).by_testid("method-paused") is not None


def test_b01_ten_wrong_codes_a_day(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    for _ in range(2):
        _five_wrong(victim, mhrs, clock)
        clock.advance(901)
    victim.open(mhrs.asks().url)
    assert victim.types_password(AYSE).by_testid("method-paused") is not None
    clock.advance(86_400)
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    assert victim.reads_and_types_code(AYSE).h1.endswith("şu bilgileri alacak")


def test_authquake_2024_b02_nothing_but_a_complete_login_starts_counting_afresh(
    victim: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    """Resend, new transaction, new browser, cancel, the password page, logout: four guesses in all, then the fifth."""
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    victim.types_wrong_code(AYSE)
    clock.advance(60)
    victim.press("Kodu yeniden gönder")
    victim.types_wrong_code(AYSE)
    victim.press("Vazgeç")
    other = Visitor(victim.town, language="en")
    other.open(mhrs.asks().url)
    other.browser.follow("Türkçe")
    other.types_password(AYSE)
    other.types_wrong_code(AYSE)
    other.open("/logout")
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    victim.types_wrong_code(AYSE)
    third = Visitor(victim.town)
    third.open(mhrs.asks().url)
    third.types_password(AYSE)
    assert third.types_wrong_code(AYSE).says(PAUSED)


def test_b02_a_complete_login_clears_the_streak(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    for _ in range(2):
        victim.open(mhrs.asks(prompt="login").url)
        victim.types_password(AYSE)
        victim.types_wrong_code(AYSE)
        victim.types_wrong_code(AYSE)
        victim.reads_and_types_code(AYSE)
        if not went_back(victim.page):
            victim.approves()
        clock.advance(61)
    victim.open(mhrs.asks(prompt="login").url)
    victim.types_password(AYSE)
    assert victim.types_wrong_code(AYSE).says("Kod hatalı. Kalan deneme: 2.")


def test_b02_a_right_code_without_finishing_clears_nothing(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    for _ in range(2):
        victim.open(mhrs.asks().url)
        victim.types_password(AYSE)
        victim.types_wrong_code(AYSE)
        victim.types_wrong_code(AYSE)
        victim.reads_and_types_code(AYSE)
        victim.press("Vazgeç")
        clock.advance(61)
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    assert victim.types_wrong_code(AYSE).says(PAUSED)


def test_cve_2021_43177_b05_a_code_is_not_accepted_again(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """devise-two-factor CVE-2021-43177 and its kin: the same code in another browser, then in the next login."""
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    other = Visitor(victim.town)
    other.open(mhrs.asks().url)
    other.types_password(AYSE)
    used = str(victim.town.messages(AYSE.phone)[1]["code"])
    assert victim.types_code(used).h1.endswith("şu bilgileri alacak")
    assert other.types_code(used).says("Kod hatalı.")
    victim.approves()
    victim.open(mhrs.asks(prompt="login").url)
    victim.types_password(AYSE)
    assert victim.types_code(used).says("Kod hatalı.")


def test_b07_a_code_one_second_after_its_life(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    clock.advance(180)
    page = victim.reads_and_types_code(AYSE)
    assert (page.status, page.says("Kodun süresi doldu. Yeni kod isteyin.")) == (422, True)


def test_b07_a_code_in_its_last_second(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    victim.open(mhrs.asks().url)
    victim.types_password(AYSE)
    clock.advance(179)
    assert victim.reads_and_types_code(AYSE).h1.endswith("şu bilgileri alacak")


def test_b07_a_login_one_second_after_its_life(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    victim.open(mhrs.asks().url)
    victim.two_steps(AYSE)
    clock.advance(600)
    page = victim.approves()
    assert (page.status, went_back(page)) == (410, False)


def test_cve_2026_78655_b08_older_cookies_and_fields_restore_no_attempts(victim: Visitor, mhrs: StandIn) -> None:
    """State is on the server: what the browser held before the guesses brings none of them back."""
    victim.open(mhrs.asks().url)
    page = victim.types_password(AYSE)
    login, token, cookies = login_id(page), victim.browser.hidden(), dict(victim.browser.cookies)
    wrong = another_code(victim.town.last_code(AYSE.phone))
    for tries_left in (2, 1):
        victim.browser.cookies.clear()
        victim.browser.cookies.update(cookies)
        page = victim.browser.post(f"{IDP}/login/{login}/code", {"csrf_token": token, "code": wrong})
        assert page.says(f"Kalan deneme: {tries_left}.")


def test_b10_after_the_pause_the_password_is_needed_again(
    victim: Visitor, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    """In the one login that outlives the pause, where two-step login is switched on."""
    _start_enabling(victim, mhrs_floor)
    for _ in range(2):
        victim.types_wrong_code(MEHMET)
    clock.advance(60)
    victim.press("Kodu yeniden gönder")
    for _ in range(3):
        victim.types_wrong_code(MEHMET)
    clock.advance(901)
    assert victim.open(victim.page.url).h1 == "Giriş yapın"


def test_b10_also_when_the_limit_was_reached_at_a_dead_code(
    victim: Visitor, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    _start_enabling(victim, mhrs_floor)
    for _ in range(5):
        victim.types_wrong_code(MEHMET)
    clock.advance(901)
    assert victim.open(victim.page.url).h1 == "Giriş yapın"


def _five_wrong(visitor: Visitor, service: StandIn, clock: FakeClock) -> None:
    """Through two codes, since three wrong guesses kill one."""
    visitor.open(service.asks().url)
    visitor.types_password(AYSE)
    for _ in range(2):
        visitor.types_wrong_code(AYSE)
    clock.advance(60)
    visitor.press("Kodu yeniden gönder")
    for _ in range(3):
        visitor.types_wrong_code(AYSE)


def _start_enabling(visitor: Visitor, service: StandIn) -> None:
    visitor.open(service.asks().url)
    visitor.types_password(MEHMET)
    visitor.switches_on()


def _events(town: Town) -> list[str]:
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM audit ORDER BY id").scalars())
