"""Which second factors a citizen has and is offered, and in which order (issue 3; domain.md §3.5)."""

from dataclasses import replace
from itertools import chain, combinations

import pytest

from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.policy import second_step
from tests.policy.samples import AYSE, NOW, held

APP, SMS, PASSKEY, TOTP, BACKUP = Method.APP, Method.SMS, Method.PASSKEY, Method.TOTP, Method.BACKUP_CODE
EVERY = frozenset({APP, SMS, PASSKEY, TOTP, BACKUP})
LISTED = (APP, SMS, PASSKEY, TOTP, BACKUP)
"""The order of the page, written down again."""


def test_r56_the_phone_is_a_factor_only_where_it_was_verified_with_identity() -> None:
    assert second_step.active(AYSE, ()) == {SMS}
    assert second_step.active(replace(AYSE, phone_verified_at=None), ()) == frozenset()
    assert second_step.active(replace(AYSE, phone_number=None), ()) == frozenset()


def test_what_was_registered_is_active_and_used_up_codes_are_not() -> None:
    no_phone = replace(AYSE, phone_number=None)
    for method in (APP, PASSKEY, TOTP, BACKUP):
        assert second_step.active(no_phone, (held(method),)) == {method}
        assert second_step.active(AYSE, iter([held(method)])) == {SMS, method}
    used, fresh = held(BACKUP, name="AB", used_at=NOW), held(BACKUP, name="CD")
    assert second_step.active(no_phone, (used,)) == frozenset()
    assert second_step.active(no_phone, (used, fresh)) == {BACKUP}


@pytest.mark.parametrize(
    ("preferred", "last", "order"),
    [
        (None, None, (APP, SMS, PASSKEY, TOTP, BACKUP)),
        (None, TOTP, (TOTP, APP, SMS, PASSKEY, BACKUP)),
        (None, BACKUP, (APP, SMS, PASSKEY, TOTP, BACKUP)),
        (PASSKEY, None, (PASSKEY, APP, SMS, TOTP, BACKUP)),
        (PASSKEY, SMS, (PASSKEY, SMS, APP, TOTP, BACKUP)),
        (SMS, SMS, (SMS, APP, PASSKEY, TOTP, BACKUP)),
        (TOTP, BACKUP, (TOTP, APP, SMS, PASSKEY, BACKUP)),
        (BACKUP, TOTP, (BACKUP, TOTP, APP, SMS, PASSKEY)),
    ],
)
def test_the_preferred_comes_first_then_the_last_used(
    preferred: Method | None, last: Method | None, order: tuple[Method, ...]
) -> None:
    citizen = replace(AYSE, preferred_method=preferred, last_method=last)
    assert second_step.offered(citizen, EVERY, Level.PASSWORD) == order
    assert second_step.offered(citizen, EVERY, Level.TWO_STEP) == order


def test_nothing_is_offered_that_the_citizen_has_not() -> None:
    citizen = replace(AYSE, preferred_method=PASSKEY, last_method=APP)
    for size in range(len(LISTED) + 1):
        for some in combinations(LISTED, size):
            assert set(second_step.offered(citizen, frozenset(some), Level.PASSWORD)) == set(some)


def test_where_phishing_resistant_is_required_only_the_passkey_is_offered() -> None:
    citizen = replace(AYSE, preferred_method=SMS, last_method=APP)
    assert second_step.offered(citizen, EVERY, Level.PHISHING_RESISTANT) == (PASSKEY,)
    assert second_step.offered(citizen, EVERY - {PASSKEY}, Level.PHISHING_RESISTANT) == ()


@pytest.mark.parametrize(
    ("preferred", "last", "methods", "first"),
    [
        (None, None, (), None),
        (None, None, (SMS,), SMS),
        (None, None, (BACKUP,), BACKUP),
        (None, None, (APP, SMS), None),
        (None, BACKUP, (APP, BACKUP), None),
        (BACKUP, None, (APP, BACKUP), None),
        (None, SMS, (APP, SMS), SMS),
        (TOTP, SMS, (APP, SMS, TOTP), TOTP),
        (TOTP, SMS, (APP, SMS), SMS),
        (TOTP, BACKUP, (APP, SMS, TOTP), TOTP),
        (TOTP, PASSKEY, (APP, SMS), None),
    ],
)
def test_who_neither_prefers_nor_used_one_chooses(
    preferred: Method | None, last: Method | None, methods: tuple[Method, ...], first: Method | None
) -> None:
    citizen = replace(AYSE, preferred_method=preferred, last_method=last)
    offered = second_step.offered(citizen, frozenset(methods), Level.PASSWORD)
    assert second_step.default(citizen, offered) is first


def test_a_citizen_who_used_nothing_of_what_is_left_is_never_sent_to_a_lost_method() -> None:
    for preferred, last in chain(combinations((None, *LISTED), 2)):
        citizen = replace(AYSE, preferred_method=preferred, last_method=last)
        for method in LISTED:
            assert second_step.default(citizen, (method,)) is method
        assert second_step.default(citizen, (SMS, BACKUP)) in {SMS, None}
