"""The figures of security.md §6.2, and which counters each attempt takes."""

import pytest

from idp.domain.evidence import Method
from idp.domain.throttle import Count, Limit, Quota, Streak
from idp.policy import throttle

MINUTE, HOUR, DAY = 60, 3600, 86_400


def test_r53_five_free_passwords_then_growing_waits_up_to_fifteen_minutes() -> None:
    assert throttle.PASSWORD.waits[:16] == (0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900)
    assert throttle.PASSWORD.waits == tuple(sorted(throttle.PASSWORD.waits))
    assert len(throttle.PASSWORD.waits) == 50
    assert max(throttle.PASSWORD.waits) == 900


def test_b12_a_known_device_has_ten_tries_of_its_own() -> None:
    assert throttle.PASSWORD_KNOWN_DEVICE.waits == (0,) * 10


def test_b01_every_fifth_wrong_code_pauses_and_twenty_end_the_method() -> None:
    assert [n for n, wait in enumerate(throttle.FACTOR.waits, 1) if wait] == [5, 10, 15, 20]
    assert len(throttle.FACTOR.waits) == 20
    assert set(throttle.FACTOR.waits) == {0, 15 * MINUTE}


def test_all_factors_together_pause_at_ten() -> None:
    assert [n for n, wait in enumerate(throttle.ALL_FACTORS.waits, 1) if wait] == [10, 20, 30, 40]
    assert throttle.ALL_FACTORS.waits[9] == 15 * MINUTE


@pytest.mark.parametrize(
    ("quota", "most", "window"),
    [
        (throttle.FACTOR_DAY, 10, DAY),
        (throttle.ALL_FACTORS_DAY, 20, DAY),
        (throttle.SMS_ACCOUNT_MINUTE, 1, MINUTE),
        (throttle.SMS_ACCOUNT_HOUR, 5, HOUR),
        (throttle.SMS_ACCOUNT_DAY, 10, DAY),
        (throttle.SMS_NUMBER_HOUR, 5, HOUR),
        (throttle.SMS_ADDRESS_HOUR, 20, HOUR),
        (throttle.SMS_SERVICE_DAY, 20_000, DAY),
        (throttle.APPROVALS, 3, 10 * MINUTE),
        (throttle.PAIRING_CLAIMS, 20, 10 * MINUTE),
        (throttle.PAIRING_CLAIMS_SERVICE, 2000, 10 * MINUTE),
        (throttle.ADDRESS_MINUTE, 60, MINUTE),
        (throttle.NETWORK_MINUTE, 600, MINUTE),
        (throttle.SERVICE_MINUTE, 3000, MINUTE),
        (throttle.REGISTRATION_ADDRESS_HOUR, 20, HOUR),
        (throttle.REGISTRATION_SERVICE_HOUR, 500, HOUR),
        (throttle.REGISTRATION_TOKEN_HOUR, 40, HOUR),
        (throttle.REGISTRATION_CLIENT_HOUR, 20, HOUR),
    ],
)
def test_quotas_are_those_of_the_specification(quota: Quota, most: int, window: int) -> None:
    assert (quota.most, quota.window) == (most, window)


def test_one_code_dies_after_three_wrong_guesses_and_codes_are_a_minute_apart() -> None:
    assert (throttle.CODE_TRIES, throttle.SMS_RESEND_SECONDS) == (3, 60)


def limits(counts: tuple[Count, ...]) -> list[Limit]:
    return [count.limit for count in counts]


def test_a_guess_at_a_code_is_counted_on_the_method_and_on_the_account() -> None:
    counts = throttle.factor_attempt("ayse", "sms")
    assert limits(counts) == [throttle.FACTOR, throttle.FACTOR_DAY, throttle.ALL_FACTORS, throttle.ALL_FACTORS_DAY]
    assert [count.value for count in counts] == ["ayse|sms", "ayse|sms", "ayse", "ayse"]


def test_success_clears_streaks_and_no_daily_quota() -> None:
    cleared = throttle.factor_streaks("ayse", "sms")
    assert limits(cleared) == [throttle.FACTOR, throttle.ALL_FACTORS, throttle.APPROVALS_UNANSWERED]
    assert [count.value for count in cleared] == ["ayse|sms", "ayse", "ayse"]
    assert all(isinstance(count.limit, Streak) for count in cleared)
    assert {*cleared[:2]} < {*throttle.factor_attempt("ayse", "sms")}


def test_success_with_two_methods_clears_both_in_the_order_in_which_guesses_take_them() -> None:
    cleared = throttle.factor_streaks("ayse", "totp", "passkey")
    assert [count.value for count in cleared] == ["ayse|passkey", "ayse|totp", "ayse", "ayse"]
    assert limits(cleared[:2]) == [throttle.FACTOR, throttle.FACTOR]
    assert throttle.factor_streaks("ayse") == ()


@pytest.mark.parametrize("method", ["sms", "totp", "passkey", "backup_code"])
def test_b02_every_method_has_its_own_count_and_all_share_one(method: str) -> None:
    counts = throttle.factor_attempt("ayse", method)
    assert {count.value for count in counts if count.limit in {throttle.FACTOR, throttle.FACTOR_DAY}} == {
        f"ayse|{method}"
    }
    shared = [count for count in counts if count.limit in {throttle.ALL_FACTORS, throttle.ALL_FACTORS_DAY}]
    assert shared == [*throttle.factor_attempt("ayse", "another")[2:]]


def test_b17_an_approval_is_counted_by_time_and_as_unanswered() -> None:
    both = throttle.approval_asking("ayse", quotas=True)
    assert limits(both) == [throttle.APPROVALS, throttle.APPROVALS_UNANSWERED]
    assert {count.value for count in both} == {"ayse"}
    assert throttle.approval_asking("ayse", quotas=False) == both[1:]


def test_b17_five_unanswered_approvals_are_the_last() -> None:
    assert throttle.APPROVALS_UNANSWERED.waits == (0,) * 5


def test_a_pairing_code_is_counted_on_address_and_service() -> None:
    counts = throttle.pairing_claim("192.0.2.1")
    assert limits(counts) == [throttle.PAIRING_CLAIMS, throttle.PAIRING_CLAIMS_SERVICE]
    assert [count.value for count in counts] == ["192.0.2.1", "all"]


def test_a_question_stands_a_while_before_it_may_be_asked_anew() -> None:
    assert throttle.ASK_AGAIN_SECONDS == {Method.SMS: 60, Method.APP: 20}


def test_b13_a_password_is_counted_on_the_number_and_a_known_device_apart_from_it() -> None:
    account = throttle.password_attempt("98765430170")
    own = throttle.password_attempt_from_known_device("98765430170", "device")
    assert (limits(account), limits(own)) == ([throttle.PASSWORD], [throttle.PASSWORD_KNOWN_DEVICE])
    assert [count.value for count in (*account, *own)] == ["98765430170", "98765430170|device"]
    assert own != throttle.password_attempt_from_known_device("98765430248", "device")
    assert own != throttle.password_attempt_from_known_device("98765430170", "another")


def test_b16_a_message_is_counted_on_account_number_address_and_service() -> None:
    counts = throttle.sms_sending("ayse", "+905000000001", "192.0.2.1")
    assert limits(counts) == [
        throttle.SMS_ACCOUNT_MINUTE,
        throttle.SMS_ACCOUNT_HOUR,
        throttle.SMS_ACCOUNT_DAY,
        throttle.SMS_NUMBER_HOUR,
        throttle.SMS_ADDRESS_HOUR,
        throttle.SMS_SERVICE_DAY,
    ]
    assert [count.value for count in counts] == ["ayse", "ayse", "ayse", "+905000000001", "192.0.2.1", "all"]


def test_b11_a_posted_form_is_counted_on_address_network_and_service() -> None:
    counts = throttle.login_post("192.0.2.1", "192.0.2.0/24")
    assert limits(counts) == [throttle.ADDRESS_MINUTE, throttle.NETWORK_MINUTE, throttle.SERVICE_MINUTE]
    assert [count.value for count in counts] == ["192.0.2.1", "192.0.2.0/24", "all"]


def test_no_two_limits_share_a_counter() -> None:
    every = [limit for limit in vars(throttle).values() if isinstance(limit, Streak | Quota)]
    assert len({limit.scope for limit in every}) == len(every)


def test_a_registration_is_counted_on_address_and_service() -> None:
    """A sandbox counts no addresses: everybody there comes from this machine."""
    both = throttle.registration("192.0.2.1")
    assert limits(both) == [throttle.REGISTRATION_ADDRESS_HOUR, throttle.REGISTRATION_SERVICE_HOUR]
    assert [count.value for count in both] == ["192.0.2.1", "all"]
    assert throttle.registration(None) == both[1:]


def test_a_registration_with_a_token_is_counted_on_the_token() -> None:
    (count,) = throttle.registration_by_token("hash")
    assert (count.limit, count.value) == (throttle.REGISTRATION_TOKEN_HOUR, "hash")


def test_a_change_of_a_registration_is_counted_on_the_client_and_with_the_registrations() -> None:
    both = throttle.registration_change("client-1", "192.0.2.1")
    assert limits(both) == [throttle.REGISTRATION_CLIENT_HOUR, throttle.REGISTRATION_ADDRESS_HOUR]
    assert [count.value for count in both] == ["client-1", "192.0.2.1"]
    assert throttle.registration_change("client-1", None) == both[:1]
