"""Our own keys: parsed once and when first needed, published without their private halves, and never handed out."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.clock import Clock
from idp.domain.errors import OutOfService
from idp.domain.signing_key import SigningKey
from idp.protocol.jose.signatures import SIGNATURES
from idp.protocol.messages import Document
from idp.protocol.ports import Keys

Key = ECKey | RSAKey | OKPKey

_RSA_BITS = 3072

_NEW: Mapping[str, Callable[[], Key]] = {
    "RS256": lambda: RSAKey.generate_key(_RSA_BITS, auto_kid=False),
    "PS256": lambda: RSAKey.generate_key(_RSA_BITS, auto_kid=False),
    "ES256": lambda: ECKey.generate_key("P-256", auto_kid=False),
    "EdDSA": lambda: OKPKey.generate_key("Ed25519", auto_kid=False),
}
_KINDS: Mapping[str, type[ECKey] | type[RSAKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_PUBLIC_MEMBERS = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}

_RECHECK_SECONDS = 5
_PUBLIC_CACHE_SECONDS = 60  # SET-16: relying parties see a new key within a minute


class PublishedKey:
    """One key of ours, for one algorithm. Only this module signs with it.

    A half is parsed when it is first needed: most keys never sign, and reading an RSA private key takes a while.
    """

    def __init__(self, stored: SigningKey) -> None:
        self.kid = stored.kid
        self.alg = stored.alg
        self._private_jwk: dict[str, Any] = json.loads(stored.private_jwk)
        self._kind = _KINDS[self._private_jwk["kty"]]

    @property
    def public_jwk(self) -> dict[str, str]:
        """What the JWKS says of it: only members that are named here, whatever else a stored key holds."""
        members = {name: self._private_jwk[name] for name in _PUBLIC_MEMBERS[self._private_jwk["kty"]]}
        return members | {"kid": self.kid, "alg": self.alg, "use": "sig"}

    @cached_property
    def key(self) -> Key:
        """The public half, to verify with."""
        return self._kind.import_key({name: str(value) for name, value in self.public_jwk.items()})

    @cached_property
    def _private(self) -> Key:
        return self._kind.import_key(self._private_jwk)

    def sign(self, payload: bytes, *, typ: str | None) -> str:
        """A compact JWS with `kid` in its header, and `typ` if there is one."""
        header = {"alg": self.alg, "kid": self.kid} | ({} if typ is None else {"typ": typ})
        return jws.serialize_compact(header, payload, self._private, registry=SIGNATURES)

    def is_sound(self) -> bool:
        """Whether the private half signs by the key's algorithm, and the public half says so. Raises JoseError."""
        algorithm, message = SIGNATURES.get_alg(self.alg), self.kid.encode()
        algorithm.check_key(self._private)
        return bool(algorithm.verify(message, algorithm.sign(message, self._private), self.key))


@dataclass(frozen=True, slots=True)
class _Snapshot:
    version: int
    checked_at: int
    stale_at: int | None
    by_kid: dict[str, PublishedKey] = field(repr=False)
    signing: dict[str, PublishedKey] = field(repr=False)
    document: Document = field(repr=False)


class KeyRing:
    """Signs, finds keys to verify with, and publishes. Safe to use from several threads.

    What was read is kept until the stored version changes, looked at every few seconds, or a published key's time
    is over. Raises OutOfService when there is no key to sign with; what the store raises passes through, so nothing
    is signed or believed while the key store cannot answer.
    """

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._reading = threading.Lock()
        self._snapshot: _Snapshot | None = None

    def sign(self, claims: dict[str, Any], *, alg: str, typ: str | None) -> str:
        """A compact JWS with `kid` and `typ` in its header (IDT-01)."""
        key = self._current().signing.get(alg)
        if key is None:
            raise OutOfService(f"no active signing key for {alg}")
        return key.sign(json.dumps(claims, separators=(",", ":")).encode(), typ=typ)

    def find(self, kid: str) -> PublishedKey | None:
        """The published key of this id. An unknown one may be newer than what we remember: the store is asked once."""
        found = self._current().by_kid.get(kid)
        if found is None:
            found = self._current(recheck_after=1).by_kid.get(kid)
        return found

    def jwks(self) -> Document:
        """The public halves of all published keys (RFC 7517 §5)."""
        return self._current().document

    def _current(self, recheck_after: int = _RECHECK_SECONDS) -> _Snapshot:
        now = self._clock.now()
        snapshot = self._snapshot
        if snapshot is not None and not _is_due(snapshot, now, recheck_after):
            return snapshot
        if snapshot is None:
            with self._reading:
                return self._refreshed(now, recheck_after)
        if not self._reading.acquire(blocking=False):
            return snapshot  # another thread is reading; waiting for it would keep this one's database connection
        try:
            return self._refreshed(now, recheck_after)
        finally:
            self._reading.release()

    def _refreshed(self, now: int, recheck_after: int) -> _Snapshot:
        snapshot = self._snapshot
        if snapshot is None or _is_due(snapshot, now, recheck_after):
            snapshot = self._read(now, snapshot)
            self._snapshot = snapshot
        return snapshot

    def _read(self, now: int, former: _Snapshot | None) -> _Snapshot:
        version = self._keys.version()
        if former is not None and former.version == version and not _has_gone_stale(former, now):
            return _Snapshot(version, now, former.stale_at, former.by_kid, former.signing, former.document)
        stored = self._keys.published(now)
        known = {} if former is None else former.by_kid
        by_kid = {one.kid: known.get(one.kid) or PublishedKey(one) for one in stored}
        active = sorted((one for one in stored if one.state == "active"), key=lambda one: one.created_at)
        return _Snapshot(
            version=version,
            checked_at=now,
            stale_at=min((one.published_until for one in stored if one.published_until is not None), default=None),
            by_kid=by_kid,
            signing={one.alg: by_kid[one.kid] for one in active},
            document=_publish(by_kid.values()),
        )


def new_key(alg: str, now: int) -> SigningKey:
    """A fresh active key: RSA with 3072 bits, P-256 or Ed25519 (R-75). Raises KeyError for an algorithm not ours."""
    key = _NEW[alg]()
    return SigningKey(
        kid=key.thumbprint(),
        alg=alg,
        state="active",
        private_jwk=json.dumps(key.as_dict(private=True)),
        created_at=now,
    )


def is_sound(stored: SigningKey) -> bool:
    """Whether what a stored key signs verifies with its public half, by its own algorithm."""
    try:
        return PublishedKey(stored).is_sound()
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def _publish(keys: Iterable[PublishedKey]) -> Document:
    public = [one.public_jwk for one in sorted(keys, key=lambda one: one.kid)]
    return document({"keys": public}, max_age=_PUBLIC_CACHE_SECONDS)


def document(content: dict[str, Any], *, max_age: int) -> Document:
    """A public document as bytes, made once, with an ETag of its content."""
    body = json.dumps(content, separators=(",", ":")).encode()
    return Document(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', max_age)


def _is_due(snapshot: _Snapshot, now: int, recheck_after: int) -> bool:
    # A clock that was set back must not keep an old answer alive.
    return not 0 <= now - snapshot.checked_at < recheck_after or _has_gone_stale(snapshot, now)


def _has_gone_stale(snapshot: _Snapshot, now: int) -> bool:
    return snapshot.stale_at is not None and now >= snapshot.stale_at
