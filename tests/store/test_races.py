"""What may happen once happens once, however many ask at the same moment (security.md §5, in small)."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.login import LoginState
from idp.domain.message import Channel, Message
from idp.domain.national_id import NationalId
from idp.domain.signing_key import SigningKey
from idp.domain.throttle import Count, Quota, Refused, Reserved
from idp.policy import throttle
from idp.store import tables
from idp.store.store import Store
from idp.store.unit_of_work import UnitOfWork
from tests.store.samples import CHALLENGE, CITIZEN, CLIENT, GRANT, LOGIN, NOW, REFRESH_TOKEN, SESSION, at_once

HANDS = 8
L_06_ROUNDS = 1000

Verb = Callable[[UnitOfWork, int], object]


def _renew(work: UnitOfWork, hand: int) -> bool:
    return work.sessions.renew(replace(SESSION, handle_hash=f"new-{hand}"), SESSION.handle_hash)


def _rotate(work: UnitOfWork, hand: int) -> bool:
    return work.keys.rotate("k1", SigningKey(f"k3-{hand}", "ES256", "next", "{}", NOW), NOW + 9)


def _set_password(work: UnitOfWork, hand: int) -> bool:
    return work.citizens.set_password("ada", password_hash=f"p{hand}", expected_hash="$argon2id$first", now=NOW)


def _register(work: UnitOfWork, hand: int) -> bool:
    return work.citizens.add(replace(CITIZEN, id=f"eda-{hand}", national_id=NationalId.parse("10000000382")))


ONCE: dict[str, Verb] = {
    "L-01 TOKEN-13 redeem a code": lambda work, _: work.grants.consume_code(GRANT.code_hash, "mhrs", NOW),
    "L-04 use a right SMS code": lambda work, _: work.challenges.consume(
        CHALLENGE.id, code_mac=CHALLENGE.code_mac, citizen_id="ada", now=NOW
    ),
    "L-05 finish a login": lambda work, _: work.logins.save(replace(LOGIN, state=LoginState.FINISHED)),
    "C01 renew a session": _renew,
    "C09 end a session": lambda work, _: work.sessions.end("session-1", "ada", NOW),
    "D03 revoke a grant": lambda work, _: work.grants.revoke("grant-1", NOW),
    "L-08 change a password": _set_password,
    "L-08 add a citizen": _register,
    "L-08 add a client": lambda work, hand: work.clients.add(replace(CLIENT, client_id="new", name=str(hand))),
    "L-08 switch two-step login off": lambda work, _: work.citizens.set_two_step("ada", False),
    "L-20 rotate a key": _rotate,
    "L-08 make the first key": lambda work, hand: work.keys.add(SigningKey(f"r{hand}", "RS256", "active", "{}", NOW)),
}


@pytest.mark.parametrize("verb", ONCE.values(), ids=list(ONCE))
def test_exactly_one_succeeds(furnished: Store, verb: Verb) -> None:
    """TOKEN-13, L-01, L-05, L-08, L-20, C01, C09, D03: many hands at once, on each database."""
    with furnished.begin() as work:
        work.keys.add(SigningKey("k1", "ES256", "active", "{}", NOW))
        work.keys.add(SigningKey("k2", "ES256", "next", "{}", NOW))

    def act(hand: int) -> bool:
        with furnished.begin() as work:
            return bool(verb(work, hand))

    assert sorted(at_once(HANDS, act)) == [False] * (HANDS - 1) + [True]


@pytest.mark.parametrize(
    "end",
    [
        lambda work, number: work.grants.revoke(f"g{number}", NOW),
        lambda work, number: work.sessions.end(f"session {number}", "ada", NOW),
    ],
    ids=["revoke", "logout"],
)
def test_l_06_nothing_is_used_after_a_revocation_or_logout_returned(furnished: Store, end: Verb) -> None:
    """Two hands meet anew at each of a thousand grants, as L-06 asks; that costs two seconds here.

    Over HTTP, where a round costs a hundred times that, tests/attacks/test_l_refresh.py has fewer.
    """
    token, meeting = replace(REFRESH_TOKEN, expires_at=NOW + 9), threading.Barrier(2)
    with furnished.begin() as work:
        for number in range(L_06_ROUNDS):
            session = f"session {number}"
            work.sessions.insert(replace(SESSION, id=session, handle_hash=session, sid=session))
            subject = replace(GRANT.subject, session_id=session, sid=session)
            work.grants.insert(replace(GRANT, id=f"g{number}", code_hash=f"c{number}", subject=subject))
            work.refresh_tokens.insert(replace(token, token_hash=f"r{number}", grant_id=f"g{number}"))

    def refresh(number: int) -> bool:
        following = replace(token, token_hash=f"s{number}", grant_id=f"g{number}", generation=2)
        with furnished.begin() as work:
            used = work.refresh_tokens.use_up(f"r{number}", "mhrs", NOW) is not None
            if used:
                work.refresh_tokens.insert(following)
        return used

    def revoke(number: int) -> bool:
        with furnished.begin() as work:
            ended = bool(end(work, number))
        with furnished.begin() as work:
            left = [work.refresh_tokens.use_up(f"{kind}{number}", "mhrs", NOW) for kind in "rs"]
        return ended and left == [None, None]

    def act(hand: int) -> list[bool]:
        done = []
        for number in range(L_06_ROUNDS):
            meeting.wait(20)
            done.append(revoke(number) if hand else refresh(number))
        return done

    refreshed, ended = at_once(2, act)
    assert all(ended)
    with furnished.begin() as work:
        late = [work.refresh_tokens.use_up(f"s{number}", "mhrs", NOW) for number in range(L_06_ROUNDS)]
        assert late == [None] * L_06_ROUNDS
        stored = sum(work.refresh_tokens.by_hash(f"s{number}") is not None for number in range(L_06_ROUNDS))
    assert stored == sum(refreshed)


def _attempts(store: Store, counts: tuple[Count, ...], each: int) -> list[Reserved | Refused]:
    def act(_: int) -> list[Reserved | Refused]:
        answers = []
        for _ in range(each):
            with store.begin() as work:
                answers.append(work.throttles.reserve(counts, NOW))
        return answers

    return [answer for answers in at_once(HANDS, act) for answer in answers]


@pytest.mark.parametrize(
    ("counts", "limit"),
    [
        (throttle.factor_attempt("ada", "sms"), 5),
        (throttle.password_attempt("10000000146"), 5),
        (throttle.password_attempt_from_known_device("10000000146", "device"), 10),
        ((Count(Quota("q", most=7, window=60), "x"),), 7),
    ],
    ids=["second factor", "password", "password, known device", "quota"],
)
def test_exactly_the_limit_is_evaluated(store: Store, counts: tuple[Count, ...], limit: int) -> None:
    """L-03, B03"""
    answers = _attempts(store, counts, 3)
    reserved = [answer.counts[0] for answer in answers if isinstance(answer, Reserved)]
    assert sorted(reserved) == list(range(1, limit + 1))


def test_refused_attempts_are_counted_nowhere(store: Store) -> None:
    """The limit that refuses comes last; the one before it counts only what all allow."""
    before, last = Quota("before", most=100, window=60), Quota("last", most=3, window=60)
    _attempts(store, (Count(before, "x"), Count(last, "x")), 2)
    with store.begin() as work:
        assert work.throttles.reserve((Count(before, "x"),), NOW) == Reserved((4,), (None,))


def test_exactly_three_guesses_at_one_code(furnished: Store) -> None:
    """B01"""

    def act(_: int) -> int | None:
        with furnished.begin() as work:
            return work.challenges.count_try(CHALLENGE.id, most=3, now=NOW)

    assert sorted(try_ for try_ in at_once(HANDS, act) if try_ is not None) == [1, 2, 3]


def test_of_codes_sent_at_once_one_works(furnished: Store) -> None:
    """A06, L-36"""

    def send(hand: int) -> None:
        with furnished.begin() as work:
            work.challenges.insert(replace(CHALLENGE, id=f"c{hand}"))

    at_once(HANDS, send)
    with furnished.begin() as work:
        used = [
            work.challenges.consume(f"c{hand}", code_mac=CHALLENGE.code_mac, citizen_id="ada", now=NOW)
            for hand in range(HANDS)
        ]
    assert used.count(True) == 1


def test_doing_the_same_at_once_is_no_error(furnished: Store) -> None:
    """L-08"""

    def act(hand: int) -> None:
        with furnished.begin() as work:
            work.consents.add("ada", "mhrs", frozenset({"openid", "profile", "phone"}), NOW)
            work.devices.remember("d", "ada", NOW + hand)
            work.clients.put(replace(CLIENT, name=str(hand)))
            work.throttles.clear(throttle.password_attempt("10000000146"))

    at_once(HANDS, act)
    with furnished.read() as work:
        assert work.consents.given("ada", "mhrs") == {"openid", "profile", "phone"}
        assert work.devices.is_known("d", "ada")


def test_each_message_is_claimed_by_one(store: Store) -> None:
    """L-16"""
    with store.begin() as work:
        for number in range(20):
            work.outbox.put(Message(Channel.SMS, "+905000000001", str(number), None, NOW, NOW + 180))

    def act(_: int) -> list[str]:
        taken: list[str] = []
        while True:
            with store.begin() as work:
                claimed = work.outbox.claim(Channel.SMS, NOW, 20, 2)
            if not claimed:
                return taken
            taken.extend(message.text for message in claimed)

    claimed = [text for texts in at_once(HANDS, act) for text in texts]
    assert sorted(claimed, key=int) == [str(number) for number in range(20)]


def test_rows_appended_and_sealed_at_once_make_one_chain(store: Store) -> None:
    """E08"""

    def act(hand: int) -> int:
        sealed = 0
        for number in range(5):
            with store.begin() as work:
                work.audit.append(AuditRow(NOW, Event.CODE_SENT, True, Origin(), reason=f"{hand}-{number}"))
            with store.begin() as work:
                sealed += work.audit.seal(NOW)
        return sealed

    sealed = sum(at_once(HANDS, act))
    with store.begin() as work:
        assert sealed + work.audit.seal(NOW) == HANDS * 5
        assert work.audit.verify_chain() is None
    with store.engine.connect() as connection:
        numbers = connection.execute(select(tables.audit_chain.c.number).order_by(tables.audit_chain.c.number))
        assert list(numbers.scalars()) == list(range(1, HANDS * 5 + 1))


def test_purging_at_once_deletes_each_row_once(furnished: Store) -> None:
    """L-29"""
    with furnished.begin() as work:
        for number in range(30):
            work.grants.insert(replace(GRANT, id=f"g{number}", code_hash=str(number)))

    def act(_: int) -> int:
        deleted = 0
        while True:
            with furnished.begin() as work:
                batch = work.purge(SESSION.expires_at - 1 + 86_400, batch=4)
            if batch == 0:
                return deleted
            deleted += batch

    assert sum(at_once(HANDS, act)) == 30 + 1 + 1, "the grants, the sample grant and the sample login"
