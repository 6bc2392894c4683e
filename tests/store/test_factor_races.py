"""Second factors, with eight hands at the same moment: what may happen once happens once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.domain.authenticator import Authenticator
from idp.domain.challenge import Verdict
from idp.domain.evidence import Method
from idp.domain.phone_number import PhoneNumber
from idp.store.store import Store
from idp.store.unit_of_work import UnitOfWork
from tests.store.samples import (
    APPROVAL,
    BACKUP_CODE,
    CHALLENGE,
    CITIZEN,
    DEVICE,
    ENROLMENT,
    LOGIN,
    NOW,
    TOTP,
    at_once,
)

HANDS = 8
PHONE_CHANGE = replace(ENROLMENT, id="phone", method=Method.SMS)
WAITING = replace(APPROVAL, id="waiting", citizen_id="can", login_id="login-2")

Verb = Callable[[UnitOfWork, int], object]


def _decide(work: UnitOfWork, hand: int) -> bool:
    """Half of the hands say yes with the right number, half of them no."""
    mac, verdict = (APPROVAL.code_mac, Verdict.APPROVED) if hand % 2 else (None, Verdict.DENIED)
    by = f"device-{hand}"
    return work.challenges.decide("waiting", citizen_id="can", code_mac=mac, verdict=verdict, decided_by=by, now=NOW)


def _claim(work: UnitOfWork, hand: int) -> bool:
    key = f"key-{hand}"
    return work.enrolments.claim(ENROLMENT.code_mac, public_key=key, handle=key, name="", now=NOW) is not None


def _set_phone(work: UnitOfWork, hand: int) -> bool:
    phone = PhoneNumber.parse(f"+90500000001{hand}")
    return work.citizens.set_phone("ada", phone, former=CITIZEN.phone_number, now=NOW)


def _add(one: Authenticator) -> Verb:
    return lambda work, hand: work.authenticators.add(replace(one, id=f"new-{hand}", citizen_id="can"), f"s{hand}")


ONCE: dict[str, Verb] = {
    "B05 accept a time step": lambda work, _: work.authenticators.advance(TOTP.id, TOTP.counter + 1, NOW),
    "L-04 use a backup code": lambda work, _: work.authenticators.use_up(BACKUP_CODE.id, NOW),
    "L-07 approve and deny": _decide,
    "L-04 use an approval": lambda work, _: work.challenges.consume_approved(APPROVAL.id, citizen_id="ada", now=NOW),
    "L-04 show a pairing code": _claim,
    "L-04 complete an enrolment": lambda work, _: work.enrolments.consume(
        PHONE_CHANGE.id, now=NOW, code_mac=PHONE_CHANGE.code_mac
    ),
    "L-08 add a device": _add(DEVICE),
    "L-08 add TOTP": _add(TOTP),
    "L-08 remove a device": lambda work, _: work.authenticators.remove(DEVICE.id, "ada"),
    "L-08 change the phone": _set_phone,
    "L-08 revoke a consent": lambda work, _: work.consents.revoke("ada", "mhrs", NOW),
    "A08 end a login": lambda work, _: work.logins.end("login-1") is not None,
}


@pytest.fixture
def registered(furnished: Store) -> Store:
    with furnished.begin() as work:
        for one in (DEVICE, TOTP, BACKUP_CODE):
            work.authenticators.add(one, "secret")
        work.enrolments.insert(ENROLMENT)
        work.enrolments.insert(PHONE_CHANGE)
        work.logins.insert(replace(LOGIN, id="login-2"))
        work.challenges.insert(WAITING)
        work.challenges.insert(replace(APPROVAL, verdict=Verdict.APPROVED, decided_at=NOW, decided_by=DEVICE.id))
        work.consents.add("ada", "mhrs", frozenset({"openid", "profile"}), NOW)
    return furnished


@pytest.mark.parametrize("verb", ONCE.values(), ids=list(ONCE))
def test_exactly_one_succeeds(registered: Store, verb: Verb) -> None:
    def act(hand: int) -> bool:
        with registered.begin() as work:
            return bool(verb(work, hand))

    assert sorted(at_once(HANDS, act)) == [False] * (HANDS - 1) + [True]


def test_the_verdict_that_counts_is_the_one_that_was_told_so(registered: Store) -> None:
    """L-07: who got True is who is written down, and only a yes is used up."""

    def act(hand: int) -> tuple[int, bool]:
        with registered.begin() as work:
            return hand, _decide(work, hand)

    ((winner, _),) = [told for told in at_once(HANDS, act) if told[1]]
    with registered.begin() as work:
        decided = work.challenges.current("login-2", Method.APP)
        assert decided is not None
        assert decided.decided_by == f"device-{winner}"
        assert (decided.verdict is Verdict.APPROVED) == (winner % 2 == 1)
        assert work.challenges.consume_approved("waiting", citizen_id="can", now=NOW) == (winner % 2 == 1)


def test_of_time_steps_at_once_the_counter_ends_at_the_highest(registered: Store) -> None:
    """B05: whatever the order, no step is accepted twice, and none below one that was."""

    def act(hand: int) -> bool:
        with registered.begin() as work:
            return work.authenticators.advance(TOTP.id, TOTP.counter + 1 + hand // 2, NOW)

    accepted = at_once(HANDS, act).count(True)
    with registered.begin() as work:
        stored = work.authenticators.by_id(TOTP.id)
        assert stored is not None
        assert stored.counter == TOTP.counter + HANDS // 2
    assert 1 <= accepted <= HANDS // 2


def test_of_approvals_asked_at_once_one_lives(registered: Store) -> None:
    """B17, L-36: in as many browsers."""
    with registered.begin() as work:
        for hand in range(HANDS):
            work.logins.insert(replace(LOGIN, id=f"l{hand}"))

    def ask(hand: int) -> None:
        with registered.begin() as work:
            work.challenges.insert(replace(APPROVAL, id=f"a{hand}", login_id=f"l{hand}"))

    at_once(HANDS, ask)
    with registered.begin() as work:
        decided = [
            work.challenges.decide(
                f"a{hand}", citizen_id="ada", code_mac=None, verdict=Verdict.DENIED, decided_by="d", now=NOW
            )
            for hand in range(HANDS)
        ]
        assert decided.count(True) == 1
        assert not work.challenges.consume_approved(APPROVAL.id, citizen_id="ada", now=NOW)
        assert work.challenges.count_try(CHALLENGE.id, most=3, now=NOW) == 1, "the sent code is untouched"


def test_of_enrolments_begun_at_once_one_lives(registered: Store) -> None:
    def begin(hand: int) -> None:
        with registered.begin() as work:
            work.enrolments.insert(replace(ENROLMENT, id=f"e{hand}", session_id=f"s{hand}"))

    at_once(HANDS, begin)
    with registered.begin() as work:
        used = [work.enrolments.consume(f"e{hand}", now=NOW) for hand in range(HANDS)]
        assert used.count(True) == 1


def test_exactly_three_guesses_at_one_enrolment(registered: Store) -> None:
    """B01"""

    def act(_: int) -> int | None:
        with registered.begin() as work:
            return work.enrolments.count_try(PHONE_CHANGE.id, most=3, now=NOW)

    assert sorted(counted for counted in at_once(HANDS, act) if counted is not None) == [1, 2, 3]


def test_doing_the_same_at_once_is_no_error(registered: Store) -> None:
    """L-08"""

    def act(hand: int) -> None:
        with registered.begin() as work:
            work.citizens.note_method("ada", Method.TOTP)
            work.citizens.prefer_method("ada", Method.APP)
            work.authenticators.touch(DEVICE.id, NOW + hand)
            work.authenticators.remove_all("ada", Method.BACKUP_CODE)
            work.enrolments.end("ada", Method.SMS)

    at_once(HANDS, act)
    with registered.read() as work:
        ada = work.citizens.by_id("ada")
        assert ada == replace(CITIZEN, preferred_method=Method.APP, last_method=Method.TOTP)
        assert {one.id for one in work.authenticators.of_citizen("ada")} == {DEVICE.id, TOTP.id}
