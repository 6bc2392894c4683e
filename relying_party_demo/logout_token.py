"""Is this logout token genuine, and meant for us? Pure (OpenID Connect Back-Channel Logout 1.0 §2.6).

Whether it was seen before is not asked here: that is a row in `logouts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from joserfc.jwk import KeySet

from relying_party_demo.id_token import InvalidTokenError, check_issuer, check_times, identifier, signed_claims

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_LIFE = 600
"""Seconds between `iat` and `exp`. It also bounds how long a `jti` has to be remembered."""

_TYPES = frozenset({"logout+jwt", "application/logout+jwt"})


@dataclass(frozen=True, slots=True)
class Logout:
    """What a provider says is over: the session `sid`, or without one every session of `subject`.

    Instants are seconds since the epoch, UTC.
    """

    jti: str
    sid: str | None
    subject: str | None
    issued_at: int
    expires_at: int


def verify(token: str, keys: KeySet, *, issuer: str, client_id: str, now: int) -> Logout:
    """Read a genuine logout token for this client.

    Raises `UnknownKeyError` when the signing key is not in `keys`, and `InvalidTokenError` for every other fault.
    """
    claims = signed_claims(token, keys, _TYPES)
    check_issuer(claims, issuer)
    if claims.get("aud") != client_id:  # as a string, as in an ID token; a list is refused, even of one
        raise InvalidTokenError("aud is not our client id")
    issued_at, expires_at = check_times(claims, now)
    if not 0 <= expires_at - issued_at <= LONGEST_LIFE:
        raise InvalidTokenError("exp is too far from iat")
    _check_event(claims)
    if "nonce" in claims:  # no ID token passes for a logout token: §2.4
        raise InvalidTokenError("a logout token has no nonce")
    if not claims.keys() & {"sub", "sid"}:
        raise InvalidTokenError("neither sub nor sid")
    return Logout(
        jti=identifier(claims, "jti"),
        sid=identifier(claims, "sid") if "sid" in claims else None,
        subject=identifier(claims, "sub") if "sub" in claims else None,
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _check_event(claims: Mapping[str, object]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise InvalidTokenError("events does not tell a back-channel logout")
