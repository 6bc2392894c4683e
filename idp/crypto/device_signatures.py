"""What registered devices sign: compact JWS (RFC 7515) by a P-256 key, for this issuer and this minute.

Only device keys are believed here, and only keys that the caller names: none is ever taken from what was sent. The
library checks the signature alone, so the form, the header and the times are looked at one by one (S-10, D13).
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

_ALGORITHM = "ES256"
_LONGEST = 8192
_SKEW_SECONDS = 60
_PUBLIC_MEMBERS = frozenset({"kty", "crv", "x", "y"})
_COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")
_COMPACT = re.compile(r"([A-Za-z0-9_-]{1,1024})\.([A-Za-z0-9_-]{1,8000})\.([A-Za-z0-9_-]{86})")


@dataclass(frozen=True, slots=True)
class Es256Devices:
    """Judges device keys and signatures. `issuer` is the only audience that a device may sign for."""

    issuer: str

    def canonical_key(self, jwk: Mapping[str, object]) -> tuple[str, str] | None:
        """The public key as RFC 7638 §3 writes it (JSON), and its thumbprint; None unless it is a bare P-256 key.

        A key with any other member, a private one above all, is no such key.
        """
        if jwk.keys() != _PUBLIC_MEMBERS or (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
            return None
        coordinates = (jwk["x"], jwk["y"])
        if not all(isinstance(one, str) and _COORDINATE.fullmatch(one) and _is_exact(one) for one in coordinates):
            return None
        canonical = json.dumps({name: jwk[name] for name in sorted(jwk)}, separators=(",", ":"))
        if _parsed(canonical) is None:
            return None
        return canonical, _base64url(hashlib.sha256(canonical.encode()).digest())

    def key_id(self, signed: str) -> str | None:
        """Which key the header names (`kid`). It proves nothing until `claims` was asked with that key."""
        parts = _parts(signed)
        kid = None if parts is None else parts[0].get("kid")
        return kid if isinstance(kid, str) else None

    def claims(
        self, signed: str, public_key: str, *, typ: str, key_id: str | None, now: int
    ) -> Mapping[str, object] | None:
        """What this very key signed for us within the last and the next minute; None for anything else.

        The header has `alg`, `typ` and, where `key_id` is given, `kid`, and nothing more: so no `crit`, and no key or
        address of a key. `public_key` is as `canonical_key` gave it.
        """
        parts = _parts(signed)
        expected = {"alg": _ALGORITHM, "typ": typ} | ({} if key_id is None else {"kid": key_id})
        if parts is None or parts[0] != expected:
            return None
        key = _parsed(public_key)
        if key is None or not _is_signed(signed, key):
            return None
        claims = parts[1]
        issued_at = claims.get("iat")
        if claims.get("aud") != self.issuer or type(issued_at) is not int or abs(now - issued_at) > _SKEW_SECONDS:
            return None
        return claims


def _parts(signed: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Header and payload, each an object without a repeated member, in the one spelling that base64url has for them."""
    found = _COMPACT.fullmatch(signed) if len(signed) <= _LONGEST else None
    if found is None or not all(_is_exact(part) for part in found.groups()):
        return None
    try:
        header, payload = (
            json.loads(_bytes(part), object_pairs_hook=_without_repetition) for part in found.groups()[:2]
        )
    except (ValueError, RecursionError):
        return None
    return (header, payload) if isinstance(header, dict) and isinstance(payload, dict) else None


def _is_signed(signed: str, key: ECKey) -> bool:
    try:
        jws.deserialize_compact(signed.encode("ascii"), key, [_ALGORITHM])
    except (JoseError, ValueError):
        return False
    return True


def _parsed(canonical: str) -> ECKey | None:
    """None for a point that is not on the curve."""
    try:
        key = ECKey.import_key(json.loads(canonical))
        key.get_op_key("verify")  # the numbers become a key only now
    except (JoseError, ValueError):
        return None
    return key


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member comes twice")
    return members


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _is_exact(part: str) -> bool:
    """Whether these letters are the only ones for their bytes: the last may carry bits that decoding drops."""
    try:
        return _base64url(_bytes(part)) == part
    except ValueError:
        return False


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
