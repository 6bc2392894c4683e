"""The life of our keys: rotation by command and by schedule, and what is revoked (L-20, DISC-12)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from idp.domain.audit import Event
from idp.domain.signing_key import SigningKey
from idp.key_rotation import KeyRotation, make_missing
from idp.protocol.jose import key_life
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.key_life import PUBLISHED_AHEAD_SECONDS, STAYS_PUBLISHED_SECONDS, CannotRotate
from idp.protocol.jose.keys import KeyRing, is_sound, new_key
from idp.protocol.jose.signatures import SIGNATURES
from idp.protocol.messages import EndSession
from tests.clock import FakeClock
from tests.protocol.memory import Audit, Keys
from tests.protocol.world import World, error_of, key
from tests.quick_keys import quick_key

TOKEN_SECONDS = 600
CACHE_SECONDS = 300
DAY = 86_400
STATES = tuple(enumerate(("active", "next")))


@dataclass
class Work:
    """A unit of work on keys in memory, and one that begins it."""

    keys: Keys
    audit: Audit = field(default_factory=Audit)

    @contextmanager
    def begin(self) -> Iterator["Work"]:
        yield self


def fresh(alg: str, now: int, state: str = "next") -> SigningKey:
    return replace(new_key(alg, now), state=state)


@pytest.fixture
def work(clock: FakeClock) -> Work:
    """The keys of a house that began now."""
    return Work(Keys(*(fresh("ES256", clock.now(), state) for state in ("active", "next"))))


def states(work: Work) -> dict[str, str]:
    return {row.state: row.kid for row in work.keys.rows}


class RelyingParty:
    """Keeps the key set for five minutes, whatever happens, and never asks in between."""

    def __init__(self, ring: KeyRing, clock: FakeClock) -> None:
        self._ring, self._clock = ring, clock
        self._fetched_at = -CACHE_SECONDS
        self._keys = KeySet([])

    def believes(self, token: str) -> bool:
        if self._clock.now() - self._fetched_at >= CACHE_SECONDS:
            self._keys = KeySet.import_key_set(json.loads(self._ring.jwks().body))
            self._fetched_at = self._clock.now()
        try:
            jws.deserialize_compact(token, self._keys, registry=SIGNATURES)
        except (JoseError, ValueError):
            return False
        return True


def test_l_20_rotating_whenever_it_is_possible_fails_no_verification(work: Work, clock: FakeClock) -> None:
    """Asked for every 60 seconds, done as often as the rule allows: a key must be known for ten minutes first."""
    nodes = [KeyRing(work.keys, clock) for _ in range(2)]
    parties = [RelyingParty(node, clock) for node in nodes]
    alive: list[tuple[int, str]] = []
    rotations = refused = 0
    for second in range(0, 4 * 3600, 10):
        if second % 60 == 0:
            try:
                key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
                rotations += 1
            except CannotRotate:
                refused += 1
        alive = [(until, token) for until, token in alive if until > clock.now()]
        alive += [(clock.now() + TOKEN_SECONDS, node.sign({"n": second}, alg="ES256", typ="JWT")) for node in nodes]
        for party in parties:
            assert all(party.believes(token) for _, token in (*alive[:3], *alive[-3:]))
        clock.advance(10)
    assert rotations == 4 * 3600 // PUBLISHED_AHEAD_SECONDS
    assert refused > rotations


def test_l_20_the_times_hold() -> None:
    """Published longer before use than a key set is cached, and kept longer than a token lives and is cached."""
    assert PUBLISHED_AHEAD_SECONDS >= CACHE_SECONDS
    assert STAYS_PUBLISHED_SECONDS >= TOKEN_SECONDS + CACHE_SECONDS


def test_l_20_a_key_nobody_can_know_yet_never_signs(work: Work, clock: FakeClock) -> None:
    """The other way round this simulation fails: it is the wait that keeps relying parties from surprises."""
    key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    ring, before = KeyRing(work.keys, clock), states(work)
    party = RelyingParty(ring, clock)
    assert party.believes(ring.sign({}, alg="ES256", typ="JWT"))
    clock.advance(PUBLISHED_AHEAD_SECONDS - 1)
    with pytest.raises(CannotRotate, match="1 more seconds"):
        key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    assert states(work) == before
    unknown = fresh("ES256", clock.now(), "active")
    work.keys.rows[:] = [unknown]
    work.keys.revision += 1
    clock.advance(5)
    party._fetched_at = clock.now()
    assert not party.believes(ring.sign({}, alg="ES256", typ="JWT"))


def test_disc_12_rotation(work: Work, clock: FakeClock) -> None:
    before = states(work)
    clock.advance(PUBLISHED_AHEAD_SECONDS)
    new = fresh("ES256", clock.now())
    assert key_life.rotate(work, new, clock.now()) == before["next"]
    assert states(work) == {"retired": before["active"], "active": before["next"], "next": new.kid}
    assert [(row.event, row.reason) for row in work.audit.rows] == [(Event.KEY_ROTATED, "ES256 rotated")]
    kept_until = clock.now() + STAYS_PUBLISHED_SECONDS
    assert {row.published_until for row in work.keys.rows} == {None, kept_until}
    ring = KeyRing(work.keys, clock)
    assert len(json.loads(ring.jwks().body)["keys"]) == 3
    clock.advance(STAYS_PUBLISHED_SECONDS)
    assert {one["kid"] for one in json.loads(ring.jwks().body)["keys"]} == {before["next"], new.kid}


def test_who_comes_second_changes_nothing(work: Work, clock: FakeClock) -> None:
    clock.advance(PUBLISHED_AHEAD_SECONDS)
    key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    after = states(work)
    with pytest.raises(CannotRotate):
        key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    assert states(work) == after


def test_a_first_pair_may_change_at_once(work: Work, clock: FakeClock) -> None:
    """L-20: no key set ever held the one without the other. It holds for the first pair only."""
    before = states(work)
    key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    assert states(work)["active"] == before["next"]
    clock.advance(PUBLISHED_AHEAD_SECONDS - 1)
    with pytest.raises(CannotRotate):
        key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    clock.advance(1)
    assert key_life.rotate(work, fresh("ES256", clock.now()), clock.now())


def test_without_both_keys_there_is_nothing_to_rotate(work: Work, clock: FakeClock) -> None:
    with pytest.raises(CannotRotate, match="no EdDSA key"):
        key_life.rotate(work, fresh("EdDSA", clock.now()), clock.now() + DAY)


def test_the_schedule_rotates_when_the_time_has_come_and_not_before(work: Work, clock: FakeClock) -> None:
    rotation, before = KeyRotation(work.begin, clock, days=90), states(work)
    clock.advance(90 * DAY - 1)
    rotation.rotate_due()
    assert states(work) == before
    clock.advance(1)
    rotation.rotate_due()
    assert states(work)["active"] == before["next"]
    rotation.rotate_due()
    clock.advance(89 * DAY)
    rotation.rotate_due()
    assert states(work)["active"] == before["next"], "the next time is 90 days later"
    clock.advance(DAY)
    rotation.rotate_due()
    assert states(work)["active"] not in before.values()


def test_a_schedule_of_no_days_never_rotates(work: Work, clock: FakeClock) -> None:
    before = states(work)
    clock.advance(10_000 * DAY)
    KeyRotation(work.begin, clock, days=0).rotate_due()
    assert states(work) == before


def test_two_processes_whose_time_has_come_rotate_once(work: Work, clock: FakeClock) -> None:
    """Both saw that it was due; the second finds a next key that nobody knows yet."""
    before = states(work)
    clock.advance(90 * DAY)

    @contextmanager
    def begun_late() -> Iterator[Work]:
        """The other process rotates between this one's look and its transaction."""
        yield work
        KeyRotation(work.begin, clock, days=90).rotate_due()

    KeyRotation(begun_late, clock, days=90).rotate_due()
    assert states(work)["active"] == before["next"]
    assert [row.event for row in work.audit.rows] == [Event.KEY_ROTATED]


def test_what_is_missing_is_made_and_nothing_else(clock: FakeClock) -> None:
    """A house of the former version has keys for RS256 and ES256 only."""
    former = [replace(quick_key(alg, n), state=state) for alg in ("RS256", "ES256") for n, state in STATES]
    quick = [replace(quick_key("PS256", n), state=state) for n, state in STATES]
    work = Work(Keys(*former, *quick))
    make_missing(work.begin, clock)
    assert {(row.alg, row.state) for row in work.keys.rows} == {(alg, state) for alg in SIGNING for _, state in STATES}
    assert work.keys.rows[: len(former)] == former
    made = work.keys.rows[len(former) + len(quick) :]
    assert {row.alg for row in made} == {"EdDSA"}
    assert all(is_sound(row) for row in made)
    assert [row.reason for row in work.audit.rows] == ["EdDSA active made", "EdDSA next made"]
    make_missing(work.begin, clock)
    assert len(work.keys.rows) == 8


@pytest.mark.parametrize("state", ["active", "next", "retired"])
def test_l_20_revoked_keys_are_gone_at_once(work: Work, clock: FakeClock, state: str) -> None:
    clock.advance(PUBLISHED_AHEAD_SECONDS)
    key_life.rotate(work, fresh("ES256", clock.now()), clock.now())
    work.audit.rows.clear()
    before, new = states(work), fresh("ES256", clock.now())
    assert key_life.revoke(work, before[state], new, clock.now())
    after = states(work)
    assert before[state] not in after.values()
    assert before[state] not in {one["kid"] for one in json.loads(KeyRing(work.keys, clock).jwks().body)["keys"]}
    assert after["active"] == {"active": before["next"]}.get(state, before["active"])
    assert after["next"] == {"retired": before["next"]}.get(state, new.kid)
    assert [(row.event, row.reason) for row in work.audit.rows] == [(Event.KEY_REVOKED, f"ES256 {state} revoked")]


def test_revoking_the_only_key_leaves_one_that_signs(clock: FakeClock) -> None:
    work = Work(Keys(key("ES256")))
    assert key_life.revoke(work, key("ES256").kid, new := fresh("ES256", clock.now()), clock.now())
    assert states(work) == {"active": new.kid}


def test_revoking_what_is_not_there_does_nothing(work: Work, clock: FakeClock) -> None:
    before = list(work.keys.rows)
    assert not key_life.revoke(work, "unknown", fresh("ES256", clock.now()), clock.now())
    assert (work.keys.rows, work.audit.rows) == (before, [])


def test_l_20_what_a_revoked_key_signed_is_refused_within_seconds() -> None:
    """Access token and hint; on every node, since each looks every five seconds."""
    world = World()
    work = Work(world.keys, world.uow.audit)
    tokens = world.tokens()
    assert world.userinfo(tokens["access_token"]).status == 200
    assert world.accepted(id_token_hint=tokens["id_token"]).hinted_subjects
    new = fresh("ES256", world.clock.now())
    assert key_life.revoke(work, key("ES256").kid, new, world.clock.now())
    world.clock.advance(5)
    assert error_of(world.userinfo(tokens["access_token"])) == "invalid_token"
    assert error_of(world.check(id_token_hint=tokens["id_token"])) == "invalid_request"
    assert world.read(world.tokens()["id_token"])[0]["kid"] == new.kid


def test_a_broken_key_is_found() -> None:
    """What `esik doctor` looks at: another kind than its algorithm needs, another public half, no key at all."""
    good = key("ES256")
    private = json.loads(good.private_jwk)
    other = ECKey.generate_key("P-256", auto_kid=False).as_dict(private=False)
    assert is_sound(good)
    assert not is_sound(replace(good, alg="RS256"))
    assert not is_sound(replace(good, alg="HS256"))
    assert not is_sound(replace(good, private_jwk=json.dumps(private | {"x": other["x"], "y": other["y"]})))
    assert not is_sound(replace(good, private_jwk="{}"))
    assert not is_sound(replace(good, private_jwk="no JSON"))


def test_l_20_auth_16_a_hint_counts_until_a_day_after_its_key_was_replaced() -> None:
    """docs/operate/keys.md: nobody can check it any more, so it is no hint."""
    world = World()
    hint = world.tokens()["id_token"]
    world.keys.add(fresh("ES256", world.clock.now() - PUBLISHED_AHEAD_SECONDS))
    key_life.rotate(Work(world.keys, world.uow.audit), fresh("ES256", world.clock.now()), world.clock.now())
    for seconds, client in ((DAY - 1, "mhrs"), (1, None)):
        world.clock.advance(seconds)
        judged = world.provider.end_session(world.uow, [("id_token_hint", hint)])
        assert isinstance(judged, EndSession)
        assert (judged.client and judged.client.client_id) == client
    assert error_of(world.check(id_token_hint=hint)) == "invalid_request"
