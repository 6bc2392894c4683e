"""The one place where a JWT is believed. Only our own tokens come here, and only our own published keys count.

Fixed algorithms, the key by `kid`, its own algorithm, `typ`, `iss`, a string `aud`, `iat` and `exp`: all are looked
at, since the library's decoding looks at the signature alone (AL-38, S-10).
"""

import json
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from idp.protocol.jose.keys import KeyRing
from idp.protocol.jose.signatures import SIGNATURES

_LONGEST_TOKEN = 65_536
"""Characters: what a form can carry at all. What we issue grows with a `nonce`, which only its request bounds."""

_FUTURE_SECONDS = 30  # SET-05: what another host's clock may be ahead


class InvalidToken(Exception):
    """Not a token of ours for this use. The text is for the log."""


def verify(
    token: str,
    keys: KeyRing,
    *,
    algorithms: tuple[str, ...],
    typ: str,
    issuer: str,
    audience: str | None,
    now: int | None,
    for_several: bool = False,
) -> dict[str, Any]:
    """The claims of a token that we signed; `sub` and `aud` are strings. Raises InvalidToken.

    `audience` None leaves the comparison of `aud` to the caller, and `for_several` lets it be an array too. `now` None
    believes an expired token too, which is right for an `id_token_hint` only (Core §3.1.2.1; RP-Initiated Logout §2).
    """
    try:
        claims = _signed_claims(token, keys, algorithms, typ)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidToken(type(error).__name__) from error
    if claims.get("iss") != issuer:
        raise InvalidToken("iss")
    if not isinstance(claims.get("sub"), str) or not isinstance(claims.get("aud"), (str, list) if for_several else str):
        raise InvalidToken("sub or aud")
    if audience is not None and claims["aud"] != audience:
        raise InvalidToken("aud")
    issued_at, expires_at = claims.get("iat"), claims.get("exp")
    if type(issued_at) is not int or type(expires_at) is not int:
        raise InvalidToken("iat or exp")
    if now is not None and not (issued_at <= now + _FUTURE_SECONDS and now < expires_at):
        raise InvalidToken("expired")
    return claims


def _signed_claims(token: str, keys: KeyRing, algorithms: tuple[str, ...], typ: str) -> dict[str, Any]:
    if len(token) > _LONGEST_TOKEN:
        raise InvalidToken("too long")
    signed = jws.extract_compact(token.encode("ascii"))
    header = signed.headers()
    kid = header.get("kid")
    key = keys.find(kid) if isinstance(kid, str) else None
    if key is None:
        raise InvalidToken("kid")
    if header.get("alg") != key.alg or key.alg not in algorithms or header.get("typ") != typ or "crit" in header:
        raise InvalidToken("header")
    if not jws.validate_compact(signed, key.key, registry=SIGNATURES):
        raise InvalidToken("signature")
    claims = json.loads(signed.payload or b"")
    if not isinstance(claims, dict):
        raise InvalidToken("payload")
    return claims
