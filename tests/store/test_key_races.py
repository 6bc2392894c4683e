"""Several processes at the signing keys at once: one rotates, and there is always a key that signs (L-20)."""

from dataclasses import replace

from idp.domain.signing_key import SigningKey
from idp.key_rotation import KeyRotation, make_missing
from idp.protocol.jose import key_life
from idp.protocol.jose.algorithms import SIGNING
from idp.store.store import Store
from tests.clock import FakeClock
from tests.quick_keys import quick_key
from tests.store.samples import NOW, at_once

HANDS = 6
DAY = 86_400
ACTIVE = SigningKey("k1", "ES256", "active", "{}", NOW - DAY)
NEXT = SigningKey("k2", "ES256", "next", "{}", NOW - DAY)


def states(store: Store, alg: str = "ES256") -> list[tuple[str, str]]:
    with store.read() as work:
        return [(key.kid, key.state) for key in work.keys.every() if key.alg == alg]


def test_l_20_of_several_processes_one_rotates(store: Store) -> None:
    with store.begin() as work:
        assert work.keys.add(ACTIVE)
        assert work.keys.add(NEXT)
    at_once(HANDS, lambda _: KeyRotation(store.begin, FakeClock(NOW), days=1).rotate_due())
    after = states(store)
    assert len(after) == 3
    assert {("k1", "retired"), ("k2", "active")} < set(after)


def test_l_20_revoking_while_others_rotate_leaves_a_key_that_signs(store: Store) -> None:
    """Whichever comes first: the next key may be active by the time it is revoked."""
    with store.begin() as work:
        assert work.keys.add(ACTIVE)
        assert work.keys.add(NEXT)

    def act(hand: int) -> None:
        fresh = SigningKey(f"fresh-{hand}", "ES256", "next", "{}", NOW)
        with store.begin() as work:
            if hand % 2:
                key_life.revoke(work, NEXT.kid, fresh, NOW)
                return
            try:
                key_life.rotate(work, fresh, NOW)
            except key_life.CannotRotate:
                return

    at_once(HANDS, act)
    after = states(store)
    assert NEXT.kid not in dict(after)
    assert sorted(state for _, state in after if state != "retired") == ["active", "next"]


def test_several_nodes_that_start_at_once_make_each_key_once(store: Store) -> None:
    """An installation of the former version: RS256 and ES256 are there, the others are made by whoever is first."""
    with store.begin() as work:
        for alg in ("RS256", "PS256", "ES256"):
            for number, state in enumerate(("active", "next")):
                work.keys.add(replace(quick_key(alg, number), state=state))
    at_once(HANDS, lambda _: make_missing(store.begin, FakeClock(NOW)))
    for alg in SIGNING:
        assert sorted(state for _, state in states(store, alg)) == ["active", "next"]
