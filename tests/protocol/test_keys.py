"""The key ring: parsed once, followed when it changes, the same from every thread (DISC-12, R-75)."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from joserfc.jwk import ECKey, RSAKey

from idp.domain.errors import OutOfService
from idp.protocol.keys import KeyRing, new_key
from tests.clock import FakeClock
from tests.protocol.memory import Keys
from tests.protocol.world import key

OLD, NEW = key("ES256"), key("ES256", 1)


@pytest.fixture
def stored() -> Keys:
    return Keys(OLD)


@pytest.fixture
def ring(stored: Keys, clock: FakeClock) -> KeyRing:
    return KeyRing(stored, clock)


def signer(ring: KeyRing) -> str:
    header = ring.sign({"a": 1}, alg="ES256", typ="JWT").split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=="))["kid"])


def published(ring: KeyRing) -> set[str]:
    return {one["kid"] for one in json.loads(ring.jwks().body)["keys"]}


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_r_75_new_keys(alg: str) -> None:
    fresh = key(alg)
    private = json.loads(fresh.private_jwk)
    parsed = ECKey.import_key(private) if alg == "ES256" else RSAKey.import_key(private)
    assert fresh.kid == parsed.thumbprint()  # RFC 7638
    assert (fresh.state, fresh.alg) == ("active", alg)
    assert parsed.is_private
    assert private["d"] not in repr(fresh)


def test_an_algorithm_that_is_not_ours_has_no_keys() -> None:
    with pytest.raises(KeyError):
        new_key("HS256", 0)


def test_keys_are_read_once_while_nothing_changes(ring: KeyRing, stored: Keys, clock: FakeClock) -> None:
    for _ in range(10):
        signer(ring)
        clock.advance(60)
    assert stored.reads == 1


def test_disc_12_rotation_is_followed_within_seconds(ring: KeyRing, stored: Keys, clock: FakeClock) -> None:
    assert signer(ring) == OLD.kid
    stored.rows[:] = [replace(OLD, state="retired", published_until=clock.now() + 700), NEW]
    stored.revision += 1
    clock.advance(5)
    assert signer(ring) == NEW.kid
    assert published(ring) == {OLD.kid, NEW.kid}
    clock.advance(695)
    assert published(ring) == {NEW.kid}
    assert ring.find(OLD.kid) is None


def test_a_key_that_is_next_is_published_and_does_not_sign(ring: KeyRing, stored: Keys) -> None:
    stored.rows.append(replace(NEW, state="next"))
    assert signer(ring) == OLD.kid
    assert published(ring) == {OLD.kid, NEW.kid}


def test_an_unknown_kid_asks_the_store_at_most_once_a_second(ring: KeyRing, stored: Keys, clock: FakeClock) -> None:
    """Another node may have rotated a moment ago; a flood of invented ids must not become a flood of queries."""
    assert ring.find(NEW.kid) is None
    stored.rows.append(NEW)
    stored.revision += 1
    for _ in range(100):
        assert ring.find(NEW.kid) is None
    assert stored.reads == 1
    clock.advance(1)
    assert ring.find(NEW.kid) is not None


def test_a_clock_that_was_set_back_keeps_nothing_alive(stored: Keys) -> None:
    clock = FakeClock()
    ring = KeyRing(stored, clock)
    signer(ring)
    stored.rows[:] = [NEW]
    stored.revision += 1
    clock.advance(-100)
    assert signer(ring) == NEW.kid


def test_the_etag_changes_with_the_keys(ring: KeyRing, stored: Keys, clock: FakeClock) -> None:
    before = ring.jwks().etag
    stored.rows.append(NEW)
    stored.revision += 1
    clock.advance(5)
    assert ring.jwks().etag != before


def test_without_a_key_nothing_is_signed(clock: FakeClock) -> None:
    with pytest.raises(OutOfService):
        KeyRing(Keys(), clock).sign({}, alg="ES256", typ="JWT")


def test_rule_8_a_store_that_cannot_answer_signs_nothing(clock: FakeClock) -> None:
    class Broken(Keys):
        def version(self) -> int:
            raise OutOfService("gone")

    with pytest.raises(OutOfService):
        KeyRing(Broken(OLD), clock).sign({}, alg="ES256", typ="JWT")


def test_many_threads_read_the_store_once(ring: KeyRing, stored: Keys) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: signer(ring), range(64))) == {OLD.kid}
    assert stored.reads == 1


def test_nobody_waits_for_a_thread_that_reads_the_store(clock: FakeClock) -> None:
    """Whoever waited would keep a database connection that the reading thread may need."""
    reading, go_on = threading.Event(), threading.Event()

    class Slow(Keys):
        def version(self) -> int:
            if threading.current_thread() is not threading.main_thread():
                reading.set()
                assert go_on.wait(10)
            return self.revision

    ring = KeyRing(Slow(OLD), clock)
    signer(ring)
    clock.advance(5)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(signer, ring)
        assert reading.wait(10)
        assert signer(ring) == OLD.kid
        go_on.set()
        assert other.result(10) == OLD.kid
