"""What relying parties sign: client assertions and request objects (RFC 7515; RFC 7519; R-76, D13).

Only keys that the client registered are believed, and only our algorithms; no key, and no address of one, is ever taken
from what was sent. The library checks the signature alone, so form, header and times are looked at one by one.
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from idp.protocol.jose.algorithms import SIGNING, usual_name
from idp.protocol.jose.client_keys import ClientKey
from idp.protocol.jose.signatures import SIGNATURES
from idp.protocol.strict_json import read_object

_LONGEST = 32_768
_DEEPEST = 8
_LONGEST_KID = 512
_FORBIDDEN = frozenset({"crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"})
FUTURE_SECONDS = 30
"""SET-05: what another host's clock may be ahead of ours."""


class NotBelieved(Exception):
    """Not signed by the client for this use. The text is for the log."""


@dataclass(frozen=True, slots=True)
class Unproved:
    """A JWT in good form of which nothing is believed yet. `alleged` may say whose keys to look up, and no more."""

    alg: str
    kid: str | None
    typ: str | None
    alleged: Mapping[str, Any] = field(repr=False)
    signed: jws.CompactSignature = field(repr=False)


def unproved(token: str) -> Unproved:
    """Take a compact JWS apart. Raises NotBelieved for anything else, and for an algorithm that is not ours."""
    parts = token.split(".", 3)
    if len(token) > _LONGEST or len(parts) != 3 or not all(parts):
        raise NotBelieved("form")
    try:
        header = read_object(_decoded(parts[0]), deepest=_DEEPEST)
        claims = read_object(_decoded(parts[1]), deepest=_DEEPEST)
        alg, kid, typ = (header.get(name) for name in ("alg", "kid", "typ"))
        if not isinstance(alg, str) or usual_name(alg) not in SIGNING or _FORBIDDEN & header.keys():
            raise NotBelieved("header")
        if not isinstance(kid, str | None) or len(kid or "") > _LONGEST_KID or not isinstance(typ, str | None):
            raise NotBelieved("header")
        signed = jws.extract_compact(token.encode("ascii"), registry=SIGNATURES)
    except (JoseError, ValueError, TypeError) as error:
        raise NotBelieved(type(error).__name__) from error
    return Unproved(usual_name(alg), kid, typ, claims, signed)


def proved(token: Unproved, keys: Iterable[ClientKey]) -> Mapping[str, Any]:
    """The claims, signed by one of these keys; each that fits is tried (REQ-06). Raises NotBelieved."""
    for key in keys:
        try:
            if key.verifies(token.alg) and jws.validate_compact(token.signed, key.key, registry=SIGNATURES):
                return token.alleged
        except (JoseError, ValueError, TypeError) as error:
            raise NotBelieved(type(error).__name__) from error
    raise NotBelieved("signature")


def in_time(claims: Mapping[str, Any], now: int) -> bool:
    """Whether `exp`, `nbf` and `iat`, as far as they are there, allow it to be used now (RFC 7519 §4.1)."""
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if not all(type(time) in (int, float) for time in times.values()):
        return False
    return now < times.get("exp", now + 1) and all(
        times.get(name, now) <= now + FUTURE_SECONDS for name in ("nbf", "iat")
    )


def is_meant_for(claims: Mapping[str, Any], audiences: Iterable[str]) -> bool:
    """Whether `aud` is one of these, or a list that holds one (RFC 7519 §4.1.3)."""
    aud = claims.get("aud")
    named = aud if isinstance(aud, list) else [aud]
    return all(isinstance(one, str) for one in named) and not set(named).isdisjoint(audiences)


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
