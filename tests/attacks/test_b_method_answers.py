"""B05, B07, L-18, R-59: which time steps, codes and assertions are accepted, and that none is accepted again."""

import pytest

from tests.attacks.methods import (
    BACKUP_CODE,
    PASSKEY,
    TOTP,
    assertion,
    backup_codes,
    events,
    is_through,
    refusals,
    totp_code,
)
from tests.clock import FakeClock
from tests.software_authenticator import Answering
from tests.town import Town


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_b05_one_step_of_drift_in_either_direction(any_town: Town, steps: int, accepted: bool) -> None:
    visitor = TOTP.at_the_step(any_town)
    page = TOTP.answers(visitor, totp_code(any_town, steps))
    assert is_through(page) is accepted
    assert accepted or page.says("Kod hatalı.")


@pytest.mark.parametrize("used", [-1, 0, 1])
def test_cve_2021_43177_b05_no_step_at_or_below_an_accepted_one_is_accepted(any_town: Town, used: int) -> None:
    """In the same browser, in another, in the next login; after a complete login too."""
    visitor = TOTP.at_the_step(any_town)
    other = TOTP.at_the_step(any_town)
    TOTP.answers(visitor, totp_code(any_town, used))
    for steps in range(-1, used + 1):
        assert TOTP.answers(other, totp_code(any_town, steps)).says("Bu kod kullanıldı."), steps
    visitor.approves()
    third = TOTP.at_the_step(any_town)
    assert TOTP.answers(third, totp_code(any_town, used)).says("Bu kod kullanıldı.")
    assert refusals(any_town).count("reused") == used + 3
    if used < 1:
        assert is_through(TOTP.answers(third, totp_code(any_town, used + 1)))


def test_b05_a_clock_that_went_back_brings_no_code_back(any_town: Town, clock: FakeClock) -> None:
    """L-18: the stored step only grows; what was accepted stays used until time has caught up."""
    visitor = TOTP.at_the_step(any_town)
    first = totp_code(any_town)
    TOTP.answers(visitor, first)
    visitor.approves()
    clock.advance(-300)
    again = TOTP.at_the_step(any_town)
    assert TOTP.succeeds(again).says("Bu kod kullanıldı.")
    assert TOTP.answers(again, first).says("Kod hatalı.")
    clock.advance(330)
    assert is_through(TOTP.succeeds(TOTP.at_the_step(any_town)))


def test_b05_a_used_backup_code_is_used_everywhere(any_town: Town) -> None:
    code, next_one = backup_codes()[:2]
    visitor, other = BACKUP_CODE.at_the_step(any_town), BACKUP_CODE.at_the_step(any_town)
    BACKUP_CODE.answers(visitor, code)
    for form in (code, code.lower(), f"{code[:4]}-{code[4:8]}-{code[8:12]} {code[12:]}"):
        assert BACKUP_CODE.answers(other, form).says("Yedek kod hatalı veya kullanılmış.")
    visitor.approves()
    assert BACKUP_CODE.answers(BACKUP_CODE.at_the_step(any_town), code).status == 422
    assert is_through(BACKUP_CODE.answers(other, next_one))


def test_r59_a_falling_sign_count_is_an_alarm_and_no_proof(any_town: Town) -> None:
    visitor = PASSKEY.at_the_step(any_town)
    PASSKEY.succeeds(visitor)
    visitor.approves()
    copy = PASSKEY.at_the_step(any_town)
    answer = assertion(copy, Answering(counter=1))
    assert PASSKEY.answers(copy, answer).status == 422
    assert events(any_town, "passkey.counter_fell") == ["passkey.counter_fell"]
    assert PASSKEY.answers(copy, answer).status == 422, "and its question is used up"
    top = PASSKEY.at_the_step(any_town)
    assert is_through(PASSKEY.answers(top, assertion(top, Answering(counter=2**32 - 1)))), "no counter is a fault"


@pytest.mark.parametrize(("seconds", "alive"), [(299, True), (300, False)])
def test_b07_a_passkey_question_lives_five_minutes(the_town: Town, clock: FakeClock, seconds: int, alive: bool) -> None:
    visitor = PASSKEY.at_the_step(the_town)
    answer = assertion(visitor)
    clock.advance(seconds)
    page = PASSKEY.answers(visitor, answer)
    assert is_through(page) is alive
    assert alive or page.says("Geçiş anahtarı isteğinin süresi doldu.")
