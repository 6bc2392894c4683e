"""How often a forgotten password may be asked about, and its edges in time (A21, B12, B15, B16)."""

from dataclasses import replace

import pytest

from idp.domain.throttle import Quota, Streak
from idp.policy import recovery, throttle
from idp.policy.journey import Step, next_step
from tests.policy.samples import AYSE, LOGIN
from tests.policy.test_recovery import ALONE, WITH_TOTP

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("quota", "most", "window"),
    [
        (recovery.SENT_MINUTE, 1, MINUTE),
        (recovery.SENT_HOUR, 3, HOUR),
        (recovery.SENT_DAY, 5, DAY),
        (recovery.SENT_SERVICE_DAY, 5000, DAY),
        (recovery.GUESSES, 5, 15 * MINUTE),
        (recovery.GUESSES_DAY, 20, DAY),
    ],
)
def test_the_figures(quota: Quota, most: int, window: int) -> None:
    assert (quota.most, quota.window) == (most, window)


def test_b16_a_code_is_counted_on_the_number_asked_for_the_address_and_the_service() -> None:
    counts = recovery.sending("the MAC of a number", "192.0.2.1")
    assert [(count.limit, count.value) for count in counts] == [
        (recovery.SENT_MINUTE, "the MAC of a number"),
        (recovery.SENT_HOUR, "the MAC of a number"),
        (recovery.SENT_DAY, "the MAC of a number"),
        (throttle.SMS_ADDRESS_HOUR, "192.0.2.1"),
        (recovery.SENT_SERVICE_DAY, "all"),
    ]


def test_b15_a_guess_is_counted_on_the_number_whosever_it_is() -> None:
    counts = recovery.guess("the MAC of a number")
    assert [(count.limit, count.value) for count in counts] == [
        (recovery.GUESSES, "the MAC of a number"),
        (recovery.GUESSES_DAY, "the MAC of a number"),
    ]


def test_b12_whoever_only_knows_a_number_uses_up_nothing_that_the_owners_login_needs() -> None:
    login = {
        count.limit
        for count in (
            *throttle.password_attempt("n"),
            *throttle.password_attempt_from_known_device("n", "d"),
            *throttle.factor_attempt("c", "sms"),
            *throttle.sms_sending("c", "p", "a"),
            *throttle.approval_asking("c", quotas=True),
        )
    }
    asked = {count.limit for count in (*recovery.sending("n", "a"), *recovery.guess("n"))}
    assert asked & login == {throttle.SMS_ADDRESS_HOUR}
    assert not any(isinstance(limit, Streak) for limit in asked)


@pytest.mark.parametrize(("later", "step"), [(-1, Step.TOTP), (0, Step.TOTP), (1, Step.OVER)])
def test_a_password_that_was_changed_after_the_recovery_began_ends_it(later: int, step: Step) -> None:
    citizen = replace(AYSE, password_changed_at=LOGIN.created_at + later)
    assert next_step(replace(WITH_TOTP, citizen=citizen)) is step


def test_a_phone_that_was_never_verified_is_verified_first() -> None:
    assert next_step(replace(ALONE, citizen=replace(AYSE, phone_verified_at=None))) is Step.RECOVERY_IDENTITY


def test_a_form_is_counted_once_by_the_login_that_it_stands_for() -> None:
    (count,) = recovery.form("login-1")
    assert (count.limit, count.value) == (recovery.FORM, "login-1")
