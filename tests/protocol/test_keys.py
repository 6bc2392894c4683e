"""The key ring: parsed once, followed when it changes, the same from every thread (DISC-12, R-75)."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from idp.domain.errors import OutOfService
from idp.domain.signing_key import SigningKey
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.keys import KeyRing, new_key
from tests.clock import FakeClock
from tests.protocol.memory import Keys
from tests.protocol.world import key
from tests.quick_keys import quick_key

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


@pytest.mark.parametrize(
    ("alg", "kind", "strength"),
    [("RS256", RSAKey, 3072), ("PS256", RSAKey, 3072), ("ES256", ECKey, "P-256"), ("EdDSA", OKPKey, "Ed25519")],
)
def test_r_75_new_keys(alg: str, kind: type[RSAKey | ECKey | OKPKey], strength: object) -> None:
    fresh = key(alg)
    private = json.loads(fresh.private_jwk)
    parsed = kind.import_key(private)
    assert fresh.kid == parsed.thumbprint()  # RFC 7638
    assert (fresh.state, fresh.alg) == ("active", alg)
    assert parsed.is_private
    assert private["d"] not in repr(fresh)
    assert strength == (parsed.raw_value.key_size if isinstance(parsed, RSAKey) else parsed.curve_name)


def test_disc_11_the_key_set_holds_public_members_only(clock: FakeClock) -> None:
    """Every key with its own `kid` and one `alg`, unpadded, and nothing of it that is private or unknown."""
    stored = [quick_key(alg) for alg in SIGNING]
    odd = json.loads(stored[2].private_jwk) | {"note": "x", "key_ops": ["sign"]}
    stored[2] = replace(stored[2], private_jwk=json.dumps(odd))
    keys = {one["alg"]: one for one in json.loads(KeyRing(Keys(*stored), clock).jwks().body)["keys"]}
    common = {"kty", "kid", "alg", "use"}
    assert {alg: jwk.keys() - common for alg, jwk in keys.items()} == {
        "RS256": {"n", "e"},
        "PS256": {"n", "e"},
        "ES256": {"crv", "x", "y"},
        "EdDSA": {"crv", "x"},
    }
    assert {alg: jwk["kid"] for alg, jwk in keys.items()} == {one.alg: one.kid for one in stored}
    assert {(jwk["kty"], jwk["use"]) for jwk in keys.values()} == {("RSA", "sig"), ("EC", "sig"), ("OKP", "sig")}
    assert keys["RS256"]["n"] != keys["PS256"]["n"]
    assert not any("=" in value for jwk in keys.values() for value in jwk.values())
    assert KeySet.import_key_set({"keys": list(keys.values())}).keys


def test_a_private_half_is_read_when_it_first_signs(clock: FakeClock) -> None:
    """An RSA key takes a twentieth of a second to read; publishing it, and verifying with it, needs no private half."""
    unreadable = {"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "not a number"}
    broken = SigningKey("k", "RS256", "active", json.dumps(unreadable), 0)
    ring = KeyRing(Keys(OLD, broken), clock)
    assert published(ring) == {OLD.kid, "k"}
    assert signer(ring) == OLD.kid
    with pytest.raises((JoseError, ValueError)):
        ring.sign({}, alg="RS256", typ="JWT")


def test_a_key_of_an_unknown_kind_stops_the_start(clock: FakeClock) -> None:
    with pytest.raises(KeyError):
        KeyRing(Keys(replace(OLD, private_jwk='{"kty":"oct","k":"AAAA"}')), clock).jwks()


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
