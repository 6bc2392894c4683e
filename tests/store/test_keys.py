from dataclasses import replace

import pytest
from sqlalchemy import select

from idp.domain.signing_key import SigningKey
from idp.protocol.jose import key_life
from idp.store.engine import transaction
from idp.store.store import Store
from idp.store.tables import signing_keys
from tests.store.samples import NOW

ACTIVE = SigningKey("k1", "ES256", "active", '{"d":"secret-1"}', NOW)
NEXT = SigningKey("k2", "ES256", "next", '{"d":"secret-2"}', NOW + 1)
THIRD = SigningKey("k3", "ES256", "next", '{"d":"secret-3"}', NOW + 2)
RSA = SigningKey("r1", "RS256", "active", '{"d":"secret-r"}', NOW)


@pytest.fixture
def keyed(store: Store) -> Store:
    with store.begin() as work:
        assert all(work.keys.add(key) for key in (ACTIVE, NEXT, RSA))
    return store


def test_keys_come_back_opened(keyed: Store) -> None:
    with keyed.read() as work:
        assert work.keys.published(NOW) == (ACTIVE, NEXT, RSA)


def test_one_active_and_one_next_key_for_each_algorithm(keyed: Store) -> None:
    """L-08: two processes that make the first keys at once."""
    with keyed.begin() as work:
        assert not work.keys.add(replace(ACTIVE, kid="other"))
        assert not work.keys.add(THIRD)
        assert not work.keys.add(replace(THIRD, kid="k1", state="retired"))
        assert work.keys.every() == (ACTIVE, NEXT, RSA)


def test_rotation(keyed: Store) -> None:
    """L-20: what signs was published before, and what signed stays published."""
    with keyed.begin() as work:
        assert work.keys.rotate("k1", THIRD, NOW + 100)
        retired = replace(ACTIVE, state="retired", published_until=NOW + 100)
        promoted = replace(NEXT, state="active")
        assert work.keys.published(NOW + 99) == (retired, promoted, THIRD, RSA)
        assert work.keys.published(NOW + 100) == (promoted, THIRD, RSA)
        assert work.keys.every() == (retired, promoted, THIRD, RSA)


def test_who_rotates_second_changes_nothing(keyed: Store) -> None:
    with keyed.begin() as work:
        assert work.keys.rotate("k1", THIRD, NOW + 100)
        after = work.keys.every(), work.keys.version()
        assert not work.keys.rotate("k1", replace(THIRD, kid="k4"), NOW + 100)
        assert not work.keys.rotate("r1", replace(THIRD, kid="k4"), NOW + 100), "of another algorithm"
        assert (work.keys.every(), work.keys.version()) == after


def test_rotation_needs_a_next_key(keyed: Store) -> None:
    with pytest.raises(LookupError), keyed.begin() as work:
        work.keys.rotate("r1", replace(THIRD, kid="r2", alg="RS256"), NOW + 100)
    with pytest.raises(ValueError, match="state next"), keyed.begin() as work:
        work.keys.rotate("k1", replace(THIRD, state="active"), NOW + 100)
    with keyed.read() as work:
        assert work.keys.every() == (ACTIVE, NEXT, RSA)


def test_l_22_a_node_of_the_former_version_sees_no_key_that_it_cannot_read(keyed: Store) -> None:
    """It reads every row of `signing_keys`, and knows RSA and EC only; it may run beside this version."""
    okp = [
        SigningKey("o1", "EdDSA", "active", '{"d":"o-1"}', NOW),
        SigningKey("o2", "EdDSA", "next", '{"d":"o-2"}', NOW),
    ]
    with keyed.begin() as work:
        assert all(work.keys.add(key) for key in okp)
        assert not work.keys.add(replace(okp[0], kid="o3"))
        assert work.keys.published(NOW) == (ACTIVE, NEXT, *okp, RSA)
        assert work.keys.rotate("o1", replace(okp[1], kid="o3", created_at=NOW + 1), NOW + 100)
        assert {key.kid: key.state for key in work.keys.every() if key.alg == "EdDSA"} == {
            "o1": "retired",
            "o2": "active",
            "o3": "next",
        }
        assert work.keys.remove("o2")
    with transaction(keyed.engine) as connection:
        assert set(connection.execute(select(signing_keys.c.kid)).scalars()) == {"k1", "k2", "r1"}


@pytest.mark.parametrize("kid", ["k1", "k2"])
def test_l_20_a_removed_key_is_nowhere(keyed: Store, kid: str) -> None:
    with keyed.begin() as work:
        before = work.keys.version()
        assert work.keys.remove(kid)
        assert not work.keys.remove(kid)
        assert work.keys.version() == before + 1
    with keyed.read() as work:
        assert kid not in {key.kid for key in (*work.keys.every(), *work.keys.published(NOW))}


@pytest.mark.parametrize("kid", ["k1", "k2"])
def test_revoking_leaves_a_key_that_signs_and_one_that_is_next(keyed: Store, kid: str) -> None:
    with keyed.begin() as work:
        assert key_life.revoke(work, kid, THIRD, NOW)
        left = {key.state: key.kid for key in work.keys.every() if key.alg == "ES256"}
    assert left == {"active": "k2" if kid == "k1" else "k1", "next": "k3"}


def test_the_version_grows_with_every_change(keyed: Store) -> None:
    with keyed.begin() as work:
        before = work.keys.version()
        assert work.keys.version() == before
        work.keys.rotate("k1", THIRD, NOW + 100)
        assert work.keys.version() > before
