"""Approvals on a device: one live one of a citizen, decided once, by the device, and used up only if it said yes."""

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.challenge import Verdict
from idp.domain.evidence import Method
from idp.journey.ports import Begin
from idp.store.store import Store
from tests.store.samples import APPROVAL, CHALLENGE, CITIZEN, LOGIN, NOW

YES: dict[str, Any] = {
    "citizen_id": "ada",
    "code_mac": APPROVAL.code_mac,
    "verdict": Verdict.APPROVED,
    "decided_by": "device-1",
    "now": NOW + 5,
}
NO = YES | {"code_mac": None, "verdict": Verdict.NOT_ME}
USE: dict[str, Any] = {"citizen_id": "ada", "now": NOW + 9}
DECIDED = replace(APPROVAL, verdict=Verdict.APPROVED, decided_at=NOW + 5, decided_by="device-1")


def test_it_waits_for_its_citizen_until_it_is_decided(begin: Begin) -> None:
    with begin() as work:
        assert work.challenges.approval_of("ada", NOW) is None, "a sent code is no approval"
        work.challenges.insert(APPROVAL)
        assert work.challenges.approval_of("ada", NOW) == APPROVAL
        assert work.challenges.approval_of("ada", APPROVAL.expires_at) is None
        assert work.challenges.approval_of("can", NOW) is None
        assert work.challenges.decide(APPROVAL.id, **YES)
        assert work.challenges.approval_of("ada", NOW + 6) is None
        assert work.challenges.current("login-1", Method.APP) == DECIDED


@pytest.mark.parametrize("first", [YES, NO], ids=["approved", "denied"])
def test_it_is_decided_once(begin: Begin, first: dict[str, Any]) -> None:
    """L-07 in sequence: the second answer changes nothing, whatever it says."""
    with begin() as work:
        work.challenges.insert(APPROVAL)
        assert work.challenges.decide(APPROVAL.id, **first)
        assert not work.challenges.decide(APPROVAL.id, **YES | {"decided_by": "device-2"})
        assert not work.challenges.decide(APPROVAL.id, **NO | {"decided_by": "device-2"})
        current = work.challenges.current("login-1", Method.APP)
        assert current is not None
        assert (current.verdict, current.decided_by) == (first["verdict"], "device-1")
        assert work.challenges.consume_approved(APPROVAL.id, **USE) is (first is YES)


@pytest.mark.parametrize(
    "wrong",
    [{"citizen_id": "can"}, {"code_mac": "x" * 64}, {"code_mac": ""}, {"now": APPROVAL.expires_at}],
    ids=["another citizen", "another number", "no number", "expired"],
)
def test_it_is_decided_by_its_citizen_with_the_right_number_in_time(begin: Begin, wrong: dict[str, Any]) -> None:
    """B17"""
    with begin() as work:
        work.challenges.insert(APPROVAL)
        assert not work.challenges.decide(APPROVAL.id, **YES | wrong)
        assert work.challenges.approval_of("ada", NOW) == APPROVAL
        assert work.challenges.decide(APPROVAL.id, **YES | {"now": APPROVAL.expires_at - 1})


def test_only_a_yes_is_used_up_and_only_once(begin: Begin) -> None:
    with begin() as work:
        work.challenges.insert(APPROVAL)
        assert not work.challenges.consume_approved(APPROVAL.id, **USE), "undecided"
        assert work.challenges.decide(APPROVAL.id, **YES)
        assert not work.challenges.consume_approved(APPROVAL.id, **USE | {"citizen_id": "can"})
        assert not work.challenges.consume_approved(APPROVAL.id, **USE | {"now": APPROVAL.expires_at})
        assert work.challenges.consume_approved(APPROVAL.id, **USE)
        assert not work.challenges.consume_approved(APPROVAL.id, **USE)
        assert not work.challenges.consume_approved("nothing", **USE)
        assert work.challenges.current("login-1", Method.APP) == replace(DECIDED, consumed_at=NOW + 9)


@pytest.mark.parametrize("verdict", [Verdict.DENIED, Verdict.NOT_ME])
def test_a_no_is_never_used_up(begin: Begin, verdict: Verdict) -> None:
    with begin() as work:
        work.challenges.insert(APPROVAL)
        assert work.challenges.decide(APPROVAL.id, **NO | {"verdict": verdict})
        assert not work.challenges.consume_approved(APPROVAL.id, **USE)


def test_the_number_alone_proves_nothing(begin: Begin) -> None:
    """A05: it is on the login page; the device has to say yes."""
    with begin() as work:
        work.challenges.insert(APPROVAL)
        assert not work.challenges.consume(APPROVAL.id, code_mac=APPROVAL.code_mac, **USE)
        assert work.challenges.decide(APPROVAL.id, **YES)
        assert not work.challenges.consume(APPROVAL.id, code_mac=APPROVAL.code_mac, **USE)


def test_a_sent_code_is_never_decided_or_approved(begin: Begin) -> None:
    with begin() as work:
        assert not work.challenges.decide(CHALLENGE.id, **YES)
        assert not work.challenges.consume_approved(CHALLENGE.id, **USE)


def test_a_newer_one_of_the_citizen_is_the_only_one(begin: Begin) -> None:
    """B17: also in another login; another citizen's, and a sent code, are untouched."""
    newer = replace(APPROVAL, id="approval-0", login_id="login-2")
    with begin() as work:
        work.logins.insert(replace(LOGIN, id="login-2"))
        work.logins.insert(replace(LOGIN, id="login-3"))
        work.challenges.insert(replace(APPROVAL, id="cans", login_id="login-3", citizen_id="can"))
        work.challenges.insert(APPROVAL)
        assert work.challenges.decide(APPROVAL.id, **YES)
        work.challenges.insert(newer)
        assert work.challenges.approval_of("ada", NOW) == newer
        assert work.challenges.approval_of("can", NOW) is not None
        assert not work.challenges.consume_approved(APPROVAL.id, **USE), "a yes to a former question is no yes"
        assert work.challenges.current("login-1", Method.APP) == DECIDED
        assert work.challenges.decide("approval-0", **YES)
        assert work.challenges.consume_approved("approval-0", **USE)
        assert not work.challenges.consume_approved(APPROVAL.id, **USE), "it does not come back to life"
        assert work.challenges.decide("cans", **YES | {"citizen_id": "can"})
        assert work.challenges.count_try(CHALLENGE.id, most=3, now=NOW) == 1


def test_a_code_that_is_sent_afterwards_leaves_it_alive(begin: Begin) -> None:
    """A06: here, and in another login of the citizen."""
    with begin() as work:
        work.logins.insert(replace(LOGIN, id="login-2"))
        work.challenges.insert(APPROVAL)
        work.challenges.insert(replace(CHALLENGE, id="here"))
        work.challenges.insert(replace(CHALLENGE, id="elsewhere", login_id="login-2"))
        assert work.challenges.approval_of("ada", NOW) == APPROVAL
        assert work.challenges.decide(APPROVAL.id, **YES)
        assert work.challenges.consume_approved(APPROVAL.id, **USE)


def test_a_superseded_one_cannot_be_decided(begin: Begin) -> None:
    with begin() as work:
        work.challenges.insert(APPROVAL)
        work.challenges.insert(replace(APPROVAL, id="newer"))
        assert not work.challenges.decide(APPROVAL.id, **YES)
        assert not work.challenges.decide(APPROVAL.id, **NO)


def test_it_ends_with_its_login(begin: Begin) -> None:
    """A08: also when it was approved already."""
    with begin() as work:
        work.challenges.insert(APPROVAL)
        assert work.challenges.decide(APPROVAL.id, **YES)
        work.challenges.end_all("login-1")
        assert not work.challenges.consume_approved(APPROVAL.id, **USE)
        work.challenges.insert(replace(APPROVAL, id="again"))
        work.challenges.end_all("login-1")
        assert work.challenges.approval_of("ada", NOW) is None
        assert not work.challenges.decide("again", **YES)
        assert not work.challenges.decide("again", **NO)


def test_what_a_browser_says_of_itself_is_stored_as_far_as_it_can_be(furnished: Store) -> None:
    """B06"""
    with furnished.begin() as work:
        work.challenges.insert(replace(APPROVAL, user_agent="a\0\ud800" + "x" * 999))
        stored = work.challenges.approval_of("ada", NOW)
        assert stored is not None
        assert stored.user_agent == "a\ufffd\ufffd" + "x" * 397


def test_a_reset_citizen_has_no_approval_left(furnished: Store) -> None:
    with furnished.begin() as work:
        work.challenges.insert(APPROVAL)
        assert work.citizens.reset(CITIZEN) == "ada"
        assert work.challenges.approval_of("ada", NOW) is None
