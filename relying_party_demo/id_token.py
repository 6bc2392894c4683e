"""Is this ID token genuine, and meant for us, for this login? Pure (OIDC Core §3.1.3.7, security.md R-37).

Says nothing about how strong the login was: that is the gate's question.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import extract_compact

ALGORITHM = "ES256"
"""What MHRS registered as `id_token_signed_response_alg`. Nothing else is accepted, so no header can choose."""

SKEW = 30
"""Seconds by which two honest clocks may differ."""

ISSUED_AHEAD = 60
"""Seconds an `iat` may lie in our future."""

_TYPES = frozenset({"", "jwt", "application/jwt"})


class InvalidIdTokenError(Exception):
    """The ID token must not be used. The message names the check that failed, for the log; it holds no secret."""


class UnknownKeyError(InvalidIdTokenError):
    """The token names a key that is not in the set at hand; a fresh set may have it (OIDC Core §10.1.1)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token of one login must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def verify(token: str, keys: KeySet, expected: Expected, now: int) -> dict[str, object]:
    """Return the claims of a genuine token.

    Raises `UnknownKeyError` when the signing key is not in `keys`, and `InvalidIdTokenError` for every other fault.
    """
    key = _signing_key(token, keys)
    try:
        claims: dict[str, object] = dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidIdTokenError(f"signature: {type(error).__name__}") from error
    _check_identity(claims, expected)
    _check_times(claims, now)
    return claims


def _signing_key(token: str, keys: KeySet) -> Key:
    try:
        header = extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidIdTokenError("not a signed JWT") from error
    if header.get("alg") != ALGORITHM:
        raise InvalidIdTokenError("alg is not ES256")
    typ = header.get("typ", "")
    if (
        not isinstance(typ, str) or typ.lower() not in _TYPES
    ):  # an access or logout token is no ID token: RFC 8725 §3.11
        raise InvalidIdTokenError("typ is not that of an ID token")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise InvalidIdTokenError("kid is missing")
    for key in keys:
        if key.kid == kid and key.get("use", "sig") == "sig" and key.get("crv") == "P-256":
            return key
    raise UnknownKeyError("kid is not in the key set")


def _check_identity(claims: Mapping[str, object], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise InvalidIdTokenError("iss is not our provider")
    if claims.get("aud") != expected.client_id:  # exactly our id as a string; a list is refused, even of one
        raise InvalidIdTokenError("aud is not our client id")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise InvalidIdTokenError("azp is not our client id")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # OIDC Core §2
        raise InvalidIdTokenError("sub is missing or too long")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise InvalidIdTokenError("nonce is not that of this login")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(expected.access_token):
        raise InvalidIdTokenError("at_hash does not fit the access token")


def _check_times(claims: Mapping[str, object], now: int) -> None:
    expires_at, issued_at, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if type(expires_at) is not int or now >= expires_at + SKEW:
        raise InvalidIdTokenError("exp is missing or past")
    if type(issued_at) is not int or issued_at > now + ISSUED_AHEAD:
        raise InvalidIdTokenError("iat is missing or in the future")
    if not_before is not None and (type(not_before) is not int or not_before > now + SKEW):
        raise InvalidIdTokenError("nbf is in the future")


def _half_hash(value: str) -> str:
    """`at_hash` for a SHA-256 signature algorithm (OIDC Core §3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()
