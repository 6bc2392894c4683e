from dataclasses import replace
from typing import Any

import pytest

from idp.domain.evidence import Method
from idp.journey.ports import Begin
from tests.store.samples import CHALLENGE, LOGIN, NOW

RIGHT: dict[str, Any] = {"code_mac": CHALLENGE.code_mac, "citizen_id": "ada", "now": NOW + 1}


def test_the_newest_of_a_login_is_current(begin: Begin) -> None:
    newer = replace(CHALLENGE, id="challenge-0", created_at=NOW)  # same second, smaller id: the order of making counts
    with begin() as work:
        assert work.challenges.current("login-1", Method.SMS) == CHALLENGE
        work.challenges.insert(newer)
        assert work.challenges.current("login-1", Method.SMS) == newer
        assert work.challenges.current("login-2", Method.SMS) is None


def test_a_code_is_used_once(begin: Begin) -> None:
    """B04 in sequence"""
    with begin() as work:
        assert work.challenges.consume(CHALLENGE.id, **RIGHT)
        assert not work.challenges.consume(CHALLENGE.id, **RIGHT)
        assert work.challenges.count_try(CHALLENGE.id, most=3, now=NOW + 1) is None
        used = work.challenges.current("login-1", Method.SMS)
        assert used is not None
        assert used.consumed_at == NOW + 1


@pytest.mark.parametrize(
    "wrong",
    [{"code_mac": "x" * 64}, {"citizen_id": "can"}, {"now": CHALLENGE.expires_at}],
    ids=["another code", "another citizen", "expired"],
)
def test_a_code_is_of_this_citizen_in_time_and_right(begin: Begin, wrong: dict[str, Any]) -> None:
    """A05, A06, B07"""
    with begin() as work:
        assert not work.challenges.consume(CHALLENGE.id, **RIGHT | wrong)
        assert work.challenges.consume(CHALLENGE.id, **RIGHT | {"now": CHALLENGE.expires_at - 1})


def test_an_earlier_code_is_dead(begin: Begin) -> None:
    """A06: only the newest of this login works; another login's are untouched."""
    with begin() as work:
        work.logins.insert(replace(LOGIN, id="login-2"))
        work.challenges.insert(replace(CHALLENGE, id="elsewhere", login_id="login-2"))
        work.challenges.insert(replace(CHALLENGE, id="newer"))
        assert not work.challenges.consume(CHALLENGE.id, **RIGHT)
        assert work.challenges.count_try(CHALLENGE.id, most=3, now=NOW) is None
        assert work.challenges.consume("newer", **RIGHT)
        assert not work.challenges.consume(CHALLENGE.id, **RIGHT), "the earlier one does not come back to life"
        assert work.challenges.consume("elsewhere", **RIGHT)


def test_a_question_by_another_method_replaces_nothing(begin: Begin) -> None:
    """A06: switching between methods leaves each of them its own newest."""
    passkey = replace(CHALLENGE, id="passkey", method=Method.PASSKEY, code_mac="k" * 64)
    with begin() as work:
        work.challenges.insert(passkey)
        assert work.challenges.current("login-1", Method.SMS) == CHALLENGE
        assert work.challenges.current("login-1", Method.PASSKEY) == passkey
        assert work.challenges.current("login-1", Method.APP) is None
        assert work.challenges.consume(CHALLENGE.id, **RIGHT)
        assert work.challenges.consume("passkey", **RIGHT | {"code_mac": "k" * 64})


def test_tries_are_counted_up_to_the_limit(begin: Begin) -> None:
    with begin() as work:
        counted = [work.challenges.count_try(CHALLENGE.id, most=3, now=NOW) for _ in range(5)]
        assert counted == [1, 2, 3, None, None]
        assert work.challenges.count_try("unknown", most=3, now=NOW) is None
        assert work.challenges.count_try(CHALLENGE.id, most=9, now=CHALLENGE.expires_at) is None


def test_ended_challenges_are_dead(begin: Begin) -> None:
    """A08: restart and cancel."""
    with begin() as work:
        work.challenges.end_all("login-1")
        assert work.challenges.count_try(CHALLENGE.id, most=3, now=NOW) is None
        assert not work.challenges.consume(CHALLENGE.id, **RIGHT)
