"""Is this ID token genuine, and meant for us, for this login? Pure (OIDC Core §3.1.3.7, security.md R-37).

Says nothing about how strong the login was: that is the gate's question. Signatures are checked here for every kind of
JWT that reaches MHRS, so that there is one place to believe one: `logout_token` and `access_token` begin with
`signed_claims` as well (protocol.md AL-38).
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
"""What MHRS registered as `id_token_signed_response_alg`, and what the provider signs access tokens with. Nothing else
is accepted, so no header can choose."""

SKEW = 30
"""Seconds by which two honest clocks may differ."""

ISSUED_AHEAD = 60
"""Seconds an `iat` may lie in our future."""

_TYPES = frozenset({"", "jwt", "application/jwt"})


class InvalidTokenError(Exception):
    """The token must not be used. The message names the check that failed, for the log; it holds no secret."""


class UnknownKeyError(InvalidTokenError):
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

    Raises `UnknownKeyError` when the signing key is not in `keys`, and `InvalidTokenError` for every other fault.
    """
    claims = signed_claims(token, keys, _TYPES)
    check_issuer(claims, expected.issuer)
    _check_identity(claims, expected)
    check_times(claims, now)
    return claims


def signed_claims(token: str, keys: KeySet, types: frozenset[str]) -> dict[str, object]:
    """The claims of a JWT that one of `keys` signed, as yet unchecked; its `typ`, in lower case, is one of `types`.

    Raises as `verify` does.
    """
    key = _signing_key(token, keys, types)
    try:
        return dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidTokenError(f"signature: {type(error).__name__}") from error


def check_issuer(claims: Mapping[str, object], issuer: str) -> None:
    """Raises `InvalidTokenError` unless exactly our provider issued it."""
    if claims.get("iss") != issuer:
        raise InvalidTokenError("iss is not our provider")


def check_times(claims: Mapping[str, object], now: int) -> tuple[int, int]:
    """Return `iat` and `exp`; these and `nbf`, if it is there, must be whole seconds that fit `now`.

    Raises `InvalidTokenError`.
    """
    expires_at, issued_at, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
    if type(expires_at) is not int or now >= expires_at + SKEW:
        raise InvalidTokenError("exp is missing or past")
    if type(issued_at) is not int or issued_at > now + ISSUED_AHEAD:
        raise InvalidTokenError("iat is missing or in the future")
    if not_before is not None and (type(not_before) is not int or not_before > now + SKEW):
        raise InvalidTokenError("nbf is in the future")
    return issued_at, expires_at


def identifier(claims: Mapping[str, object], name: str) -> str:
    """The claim `name`, which must be a string of 1 to 255 characters (OIDC Core §2). Raises `InvalidTokenError`."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise InvalidTokenError(f"{name} is missing or too long")
    return value


def _signing_key(token: str, keys: KeySet, types: frozenset[str]) -> Key:
    try:
        header = extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise InvalidTokenError("not a signed JWT") from error
    if header.get("alg") != ALGORITHM:
        raise InvalidTokenError("alg is not ES256")
    typ = header.get("typ", "")
    if not isinstance(typ, str) or typ.lower() not in types:  # no kind of token passes for another: RFC 8725 §3.11
        raise InvalidTokenError("typ is that of another kind of token")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise InvalidTokenError("kid is missing")
    for key in keys:
        if key.kid == kid and key.get("use", "sig") == "sig" and key.get("crv") == "P-256":
            return key
    raise UnknownKeyError("kid is not in the key set")


def _check_identity(claims: Mapping[str, object], expected: Expected) -> None:
    if claims.get("aud") != expected.client_id:  # exactly our id as a string; a list is refused, even of one
        raise InvalidTokenError("aud is not our client id")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise InvalidTokenError("azp is not our client id")
    identifier(claims, "sub")
    if "sid" in claims:
        identifier(claims, "sid")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise InvalidTokenError("nonce is not that of this login")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(expected.access_token):
        raise InvalidTokenError("at_hash does not fit the access token")


def _half_hash(value: str) -> str:
    """`at_hash` for a SHA-256 signature algorithm (OIDC Core §3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()
