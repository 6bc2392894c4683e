"""When a failing gateway is left alone (L-16)."""

from idp.delivery.breaker import Breaker


def opened() -> Breaker:
    breaker = Breaker(failures=5, window=30, rest=15)
    assert [breaker.failed(100 + second) for second in range(5)] == [False] * 4 + [True]
    return breaker


def test_l16_five_failures_within_thirty_seconds_open_it() -> None:
    breaker = opened()
    assert not breaker.may_try(105)
    assert not breaker.may_try(118)
    assert breaker.may_try(119)


def test_failures_further_apart_do_not() -> None:
    breaker = Breaker(failures=5, window=30, rest=15)
    assert not any(breaker.failed(100 + 10 * n) for n in range(20))
    assert breaker.may_try(300)


def test_a_success_forgets_failures() -> None:
    breaker = Breaker(failures=5, window=30, rest=15)
    for _ in range(4):
        breaker.failed(100)
    assert breaker.succeeded() is False
    assert not breaker.failed(101)
    assert breaker.may_try(101)


def test_after_the_rest_one_failure_is_enough_for_another() -> None:
    breaker = opened()
    assert breaker.may_try(119)
    assert breaker.failed(119)
    assert not breaker.may_try(133)
    assert breaker.may_try(134)
    assert breaker.succeeded() is True
    assert not breaker.failed(135)


def test_l18_a_clock_set_back_does_not_keep_it_open() -> None:
    assert opened().may_try(50)
