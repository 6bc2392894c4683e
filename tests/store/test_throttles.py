"""Counters: security.md §6.1, §6.2."""

from dataclasses import replace

import pytest

from idp.domain.throttle import Count, Quota, Refused, Reserved, Streak
from idp.policy import throttle
from idp.store.store import Store
from tests.store.samples import NOW

STREAK = Streak("wrong", (0, 0, 10, 10, 30))
QUOTA = Quota("sent", most=2, window=60)
ADA = (Count(STREAK, "ada"),)
SENT = (Count(QUOTA, "ada"),)


def _reserve(store: Store, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
    with store.begin() as work:
        return work.throttles.reserve(counts, now)


def test_a_streak_waits_longer_and_then_ends(store: Store) -> None:
    """B01: the nth attempt sets the nth wait; past the last only recovery helps."""
    assert _reserve(store, ADA, NOW) == Reserved((1,), (None,))
    assert _reserve(store, ADA, NOW) == Reserved((2,), (None,))
    assert _reserve(store, ADA, NOW) == Reserved((3,), (NOW + 10,))
    assert _reserve(store, ADA, NOW + 9) == Refused("wrong", NOW + 10)
    assert _reserve(store, ADA, NOW + 10) == Reserved((4,), (NOW + 20,))
    assert _reserve(store, ADA, NOW + 20) == Reserved((5,), (NOW + 50,))
    assert _reserve(store, ADA, NOW + 20) == Refused("wrong", None)
    assert _reserve(store, ADA, NOW + 10**8) == Refused("wrong", None), "waiting clears nothing"


@pytest.mark.parametrize(
    "streak", [throttle.PASSWORD, throttle.FACTOR, throttle.ALL_FACTORS], ids=lambda streak: str(streak.scope)
)
def test_every_wait_is_the_policys(store: Store, streak: Streak) -> None:
    now = NOW
    for number, wait in enumerate(streak.waits, start=1):
        expected = now + wait if wait else None
        assert _reserve(store, (Count(streak, "x"),), now) == Reserved((number,), (expected,))
        now = expected or now
    assert _reserve(store, (Count(streak, "x"),), now) == Refused(streak.scope, None)


def test_a_first_attempt_may_set_a_wait_too(store: Store) -> None:
    at_once = (Count(Streak("s", (5, 5)), "x"),)
    assert _reserve(store, at_once, NOW) == Reserved((1,), (NOW + 5,))
    assert _reserve(store, at_once, NOW + 4) == Refused("s", NOW + 5)


def test_a_quota_counts_in_a_window_from_its_first_attempt(store: Store) -> None:
    """B16"""
    assert _reserve(store, SENT, NOW) == Reserved((1,), (None,))
    assert _reserve(store, SENT, NOW + 59) == Reserved((2,), (None,))
    assert _reserve(store, SENT, NOW + 59) == Refused("sent", NOW + 60)
    assert _reserve(store, SENT, NOW + 60) == Reserved((1,), (None,))
    assert _reserve(store, SENT, NOW + 119) == Reserved((2,), (None,))
    assert _reserve(store, SENT, NOW + 119) == Refused("sent", NOW + 120)


def test_scopes_and_values_are_counted_apart(store: Store) -> None:
    for _ in range(2):
        _reserve(store, SENT, NOW)
    assert isinstance(_reserve(store, (Count(QUOTA, "can"),), NOW), Reserved)
    assert isinstance(_reserve(store, (Count(replace(QUOTA, scope="other"), "ada"),), NOW), Reserved)
    assert isinstance(_reserve(store, SENT, NOW), Refused)


def test_if_one_limit_refuses_none_is_counted(store: Store) -> None:
    both = (*ADA, *SENT)
    for _ in range(2):
        _reserve(store, SENT, NOW)
    assert _reserve(store, both, NOW) == Refused("sent", NOW + 60)
    assert _reserve(store, ADA, NOW) == Reserved((1,), (None,)), "the streak before it was not counted"
    assert _reserve(store, both, NOW + 60) == Reserved((2, 1), (None, None))


def test_a_refusal_leaves_the_rest_of_the_transaction_alone(store: Store) -> None:
    """The refused attempt is audited in the same transaction."""
    for _ in range(2):
        _reserve(store, SENT, NOW)
    with store.begin() as work:
        assert isinstance(work.throttles.reserve((*ADA, *SENT), NOW), Refused)
        assert isinstance(work.throttles.reserve(ADA, NOW), Reserved)
    assert _reserve(store, ADA, NOW) == Reserved((2,), (None,))


def test_the_reservation_is_undone_with_its_transaction(store: Store) -> None:
    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), store.begin() as work:
        work.throttles.reserve(ADA, NOW)
        raise Interrupted
    assert _reserve(store, ADA, NOW) == Reserved((1,), (None,))


def test_a_right_answer_takes_back_its_own_count_and_wait(store: Store) -> None:
    """§6.2 rule 3"""
    for _ in range(2):
        _reserve(store, ADA, NOW)
    third = _reserve(store, ADA, NOW)
    assert third == Reserved((3,), (NOW + 10,))
    with store.begin() as work:
        work.throttles.give_back(ADA, third)
    assert _reserve(store, ADA, NOW) == third, "two wrong ones are still counted, and the wait is gone"


def test_giving_back_leaves_a_wait_that_another_attempt_set(store: Store) -> None:
    free = _reserve(store, ADA, NOW)
    _reserve(store, ADA, NOW)
    _reserve(store, ADA, NOW)
    assert isinstance(free, Reserved)
    with store.begin() as work:
        work.throttles.give_back(ADA, free)
    assert _reserve(store, ADA, NOW + 9) == Refused("wrong", NOW + 10)
    assert _reserve(store, ADA, NOW + 10) == Reserved((3,), (NOW + 20,))


def test_giving_back_never_goes_below_nothing(store: Store) -> None:
    one = _reserve(store, SENT, NOW)
    assert isinstance(one, Reserved)
    with store.begin() as work:
        for _ in range(3):
            work.throttles.give_back(SENT, one)
    assert [type(_reserve(store, SENT, NOW)) for _ in range(3)] == [Reserved, Reserved, Refused]


def test_clearing_starts_anew_for_these_only(store: Store) -> None:
    for _ in range(3):
        _reserve(store, ADA, NOW)
        _reserve(store, (Count(STREAK, "can"),), NOW)
    with store.begin() as work:
        work.throttles.clear(ADA)
    assert _reserve(store, ADA, NOW) == Reserved((1,), (None,))
    assert isinstance(_reserve(store, (Count(STREAK, "can"),), NOW), Refused)


def test_asking_for_a_refusal_counts_nothing_and_tells_what_a_reservation_would(store: Store) -> None:
    both = (*ADA, *SENT)
    for now in (NOW, NOW, NOW, NOW + 9, NOW + 60, NOW + 70, NOW + 120, NOW + 180, NOW + 240, NOW + 300):
        with store.begin() as work:
            told = work.throttles.refusal(both, now)
            assert work.throttles.refusal(both, now) == told
            answer = work.throttles.reserve(both, now)
        assert told == (answer if isinstance(answer, Refused) else None)
    with store.read() as work:
        assert work.throttles.refusal(both, NOW + 360) == Refused("wrong", None)
