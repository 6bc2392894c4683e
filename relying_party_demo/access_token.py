"""Is this access token genuine, and meant for our API? Pure (RFC 9068 §4, security.md R-08, D12).

Says nothing about how strong the login behind it was: that is the gate's question, as for a session.
"""

from collections.abc import Mapping

from joserfc.jwk import KeySet

from relying_party_demo.id_token import InvalidTokenError, check_issuer, check_times, identifier, signed_claims

_TYPES = frozenset({"at+jwt", "application/at+jwt"})


def verify(token: str, keys: KeySet, *, issuer: str, resource: str, now: int) -> dict[str, object]:
    """Return the claims of a genuine access token for `resource`; `sub` and `client_id` are strings in them.

    Raises `UnknownKeyError` when the signing key is not in `keys`, and `InvalidTokenError` for every other fault.
    """
    claims = signed_claims(token, keys, _TYPES)
    check_issuer(claims, issuer)
    if resource not in _audience(claims):
        raise InvalidTokenError("aud does not name this API")
    check_times(claims, now)
    for name in ("sub", "client_id", "jti"):  # RFC 9068 §2.2
        identifier(claims, name)
    if not isinstance(claims.get("scope", ""), str):
        raise InvalidTokenError("scope is not a string")
    if "cnf" in claims:  # bound to a key whose possession nobody proves here: RFC 9449 §7.2, RFC 8705 §3
        raise InvalidTokenError("the token is sender-constrained")
    return claims


def _audience(claims: Mapping[str, object]) -> tuple[str, ...]:
    aud = claims.get("aud")
    if isinstance(aud, str):
        return (aud,)
    return tuple(one for one in aud if isinstance(one, str)) if isinstance(aud, list) else ()
