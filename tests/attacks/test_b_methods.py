"""B01, B02, B07, B08, B10, B12, B15 for TOTP, passkeys and backup codes: every limit, exactly."""

import pytest

from idp.domain.evidence import Method
from tests.attacks.methods import (
    BACKUP_CODE,
    ELIF,
    NONSENSE,
    PASSKEY,
    TOTP,
    TYPED,
    Means,
    backup_codes,
    chooses,
    equip,
    events,
    figures,
    is_through,
    named,
    passkey,
    totp_code,
    wrong_totp,
)
from tests.attacks.statements import counted
from tests.browser import Page
from tests.clock import FakeClock
from tests.people import Visitor, login_id
from tests.stand_in import StandIn, went_back
from tests.town import IDP, Town

QUARTER, DAY = 15 * 60, 86_400


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_b01_the_fifth_wrong_answer_pauses_the_method_and_the_right_one_is_refused(
    any_town: Town, clock: FakeClock, means: Means
) -> None:
    visitor = means.at_the_step(any_town)
    for _ in range(4):
        assert _wrong(means, visitor).status == 422
    assert events(any_town, "factor.paused") == []
    assert _wrong(means, visitor).status == 429
    assert visitor.page.says("15 dakika durduruldu")
    assert events(any_town, "factor.paused") == ["factor.paused"]
    assert figures(any_town, "factor") == figures(any_town, "factors") == [5]
    told = [one["text"] for one in any_town.messages(means.person.phone)] if means.person.phone else [""]
    assert any("hatalı doğrulama kodu" in text for text in told) == bool(means.person.phone), "R-64"
    clock.advance(QUARTER - 1)
    later = _at(any_town, means)
    if means is not BACKUP_CODE:
        chooses(later, means.method)
    assert later.page.by_testid("method-paused") is not None
    page = later.browser.post(later.page.url, {"csrf_token": later.browser.hidden(), means.field: _blind(later, means)})
    assert (page.status, went_back(page)) == (429, False)
    clock.advance(1)
    assert is_through(means.succeeds(_at(any_town, means))), "a pause ends by itself"


def test_b01_ten_over_all_methods_pause_them_all_and_twenty_a_day_too(any_town: Town, clock: FakeClock) -> None:
    """Five at each of two methods: the third, never tried, is paused as well. The same once more is a day's worth."""
    equip(any_town, ELIF, Method.PASSKEY, Method.BACKUP_CODE)
    for count, until in ((10, clock.now() + QUARTER), (20, clock.now() + DAY)):
        for method in ("totp", "backup_code"):
            visitor = _choosing(any_town, method)
            for _ in range(5):
                visitor.browser.post(visitor.page.url, _code(visitor, NONSENSE if method == "backup_code" else "wrong"))
                if method == "totp":
                    visitor.browser.post(visitor.page.url, _code(visitor, wrong_totp(any_town)))
        assert figures(any_town, "factors") == [count]
        clock.advance(until - 1 - clock.now())
        sent = _codes_sent(any_town)
        for method in ("sms", "passkey", "totp", "backup_code"):
            assert _choosing(any_town, method).page.by_testid("method-paused") is not None, method
        assert _codes_sent(any_town) == sent, "nothing is sent in vain"
        clock.advance(1)
        assert _choosing(any_town, "sms").page.by_testid("method-paused") is None
    assert events(any_town, "factor.proved") == []


def test_b01_ten_a_day_for_one_method_leave_the_others(any_town: Town, clock: FakeClock) -> None:
    begun = clock.now()
    for _ in range(2):
        _five_wrong_totp(any_town)
        clock.advance(QUARTER)
    assert _choosing(any_town, "totp").page.by_testid("method-paused") is not None, "ten"
    visitor = _at(any_town, TOTP)
    assert visitor.page.url.endswith("/code"), "and the login begins with what is not paused"
    clock.advance(begun + DAY - 1 - clock.now())
    assert _choosing(any_town, "totp").page.by_testid("method-paused") is not None
    clock.advance(1)
    assert is_through(TOTP.succeeds(TOTP.at_the_step(any_town)))


def test_b01_twenty_in_a_row_need_recovery_but_not_for_the_other_method(the_town: Town, clock: FakeClock) -> None:
    for _ in range(2):
        for _ in range(2):
            _five_wrong_totp(the_town)
            clock.advance(QUARTER)
        clock.advance(DAY)
    assert figures(the_town, "factor") == [20]
    clock.advance(30 * DAY)
    visitor = _choosing(the_town, "totp")
    assert visitor.page.by_testid("method-paused") is not None
    page = visitor.browser.post(visitor.page.url, _code(visitor, totp_code(the_town)))
    assert (page.status, went_back(page)) == (429, False)
    sms = _choosing(the_town, "sms")
    assert is_through(sms.reads_and_types_code(ELIF))
    sms.approves()
    clock.advance(1)
    assert _choosing(the_town, "totp").page.by_testid("method-paused") is not None, "another method revives nothing"


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_authquake_2024_b02_nothing_but_a_complete_login_starts_counting_afresh(
    any_town: Town, clock: FakeClock, means: Means
) -> None:
    """One wrong answer before each: the list and back, a new question, cancel, a new login, a new browser, logout."""
    visitor = means.at_the_step(any_town)
    _wrong(means, visitor)
    visitor.browser.post(f"{_base(visitor)}/other", {"csrf_token": visitor.browser.hidden()})
    if not visitor.page.url.endswith(means.step):
        visitor.browser.post(f"{_base(visitor)}/method", _code(visitor, "") | {"method": means.method})
    _wrong(means, visitor)
    visitor.browser.post(f"{_base(visitor)}/resend", {"csrf_token": visitor.browser.hidden()})
    visitor.open(visitor.page.url.replace("/resend", ""))
    _wrong(means, visitor)
    assert visitor.press("Vazgeç").status == 0
    other = _at(any_town, means)
    _wrong(means, other)
    other.open("/logout")
    assert figures(any_town, "factor") == [4]
    third = _at(any_town, means)
    assert _wrong(means, third).status == 429


def test_b02_a_right_answer_without_finishing_clears_nothing(any_town: Town, clock: FakeClock) -> None:
    for _ in range(2):
        visitor = TOTP.at_the_step(any_town)
        for _ in range(2):
            TOTP.fails(visitor)
        assert is_through(TOTP.succeeds(visitor))
        visitor.press("Vazgeç")
        clock.advance(30)
    assert figures(any_town, "factor") == [4]
    assert TOTP.fails(TOTP.at_the_step(any_town)).status == 429


def test_b02_a_complete_login_clears_the_streak_of_its_own_method_and_the_one_over_all(any_town: Town) -> None:
    visitor = TOTP.at_the_step(any_town)
    for _ in range(3):
        TOTP.fails(visitor)
    chooses(visitor, "sms")
    visitor.types_wrong_code(ELIF)
    assert (figures(any_town, "factor"), figures(any_town, "factors")) == ([1, 3], [4])
    visitor.reads_and_types_code(ELIF)
    visitor.approves()
    assert (figures(any_town, "factor"), figures(any_town, "factors")) == ([3], [])
    assert figures(any_town, "factor.day") == [1, 3], "a day's quota is never given back"


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_b07_a_right_answer_after_the_logins_own_life(the_town: Town, clock: FakeClock, means: Means) -> None:
    visitor = means.at_the_step(the_town)
    right = means.right(visitor)
    clock.advance(600)
    assert means.answers(visitor, right).status == 410
    assert events(the_town, "factor.proved") == []


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_cve_2026_78655_b08_older_cookies_and_fields_restore_no_attempts(the_town: Town, means: Means) -> None:
    visitor = means.at_the_step(the_town)
    page, cookies, wrong = visitor.page, dict(visitor.browser.cookies), means.wrong(visitor)
    for _ in range(5):
        visitor.browser.cookies.clear()
        visitor.browser.cookies.update(cookies)
        visitor.browser.page = page
        means.answers(visitor, wrong)
    assert visitor.page.status == 429


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_b10_a_pause_outlives_the_proof_of_the_password(the_town: Town, clock: FakeClock, means: Means) -> None:
    """In the same login, with what was right all the time; then with the password, which asks the step anew."""
    visitor = means.at_the_step(the_town)
    right, url = means.right(visitor), visitor.page.url
    for _ in range(5):
        _wrong(means, visitor)
    with the_town.store.engine.begin() as connection:  # as if logins lived longer than pauses
        connection.exec_driver_sql("UPDATE logins SET expires_at = expires_at + 86400")
    for seconds in (0, 1, QUARTER):
        clock.advance(seconds)
        fields = {"csrf_token": visitor.browser.hidden(), means.field: right}
        assert visitor.browser.post(url, fields).h1 == "Giriş yapın"
    assert visitor.types_password(means.person).url == url
    assert events(the_town, "factor.proved") == []


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_b12_nobody_without_the_password_can_pause_a_method(the_town: Town, means: Means) -> None:
    owner, stranger = means.at_the_step(the_town), Visitor(the_town)
    wrong = means.wrong(owner)
    page = stranger.open(StandIn(the_town).asks().url)
    for _ in range(30):
        fields = {"csrf_token": stranger.browser.hidden(), means.field: wrong}
        stranger.browser.post(page.url.replace("/password", f"/{means.step}"), fields)
    assert figures(the_town, "factor") == []
    assert is_through(means.succeeds(owner))


def test_b15_a_wrong_backup_code_costs_and_looks_the_same_whatever_is_wrong_in_it(the_town: Town) -> None:
    """A used one, one whose index exists, one whose index does not: one hash each, and one sentence."""
    used, held = backup_codes()[:2]
    BACKUP_CODE.answers(BACKUP_CODE.at_the_step(the_town), used)
    visitor, seen = BACKUP_CODE.at_the_step(the_town), set()
    for code in (used, held[:2] + "Z" * 14, NONSENSE):
        with counted(the_town) as cost:
            page = BACKUP_CODE.answers(visitor, code)
        seen.add((page.status, page.text, cost.hashes))
    assert [(status, hashes) for status, _, hashes in seen] == [(422, 1)]


def _wrong(means: Means, visitor: Visitor) -> Page:
    """One wrong answer; a passkey's question is asked anew where three wrong ones ended it."""
    start = visitor.page.by_testid("start-form")
    if start is not None:
        visitor.press("İsteği başlat")
    return means.fails(visitor)


def _blind(visitor: Visitor, means: Means) -> str:
    """A right answer, or for a passkey, whose page asks nothing now, one to some question."""
    return passkey(visitor.town).sign_in('{"challenge": "AAAA"}') if means is PASSKEY else means.right(visitor)


def _at(town: Town, means: Means) -> Visitor:
    """In a new browser, past the password, at this method or its pause."""
    visitor = Visitor(town)
    visitor.open(StandIn(town).asks().url)
    visitor.types_password(means.person)
    return visitor


def _choosing(town: Town, method: str) -> Visitor:
    visitor = _at(town, TOTP)
    chooses(visitor, method)
    return visitor


def _five_wrong_totp(town: Town) -> None:
    visitor = _choosing(town, "totp")
    for _ in range(5):
        visitor.browser.post(visitor.page.url, _code(visitor, wrong_totp(town)))
    assert visitor.page.status == 429


def _codes_sent(town: Town) -> int:
    return sum(message["code"] is not None for message in town.messages(ELIF.phone))


def _base(visitor: Visitor) -> str:
    return f"{IDP}/login/{login_id(visitor.page)}"


def _code(visitor: Visitor, code: str) -> dict[str, str]:
    return {"csrf_token": visitor.browser.hidden(), "code": code}
