"""What relying parties sign in tests, and the keys they sign with."""

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

_SECRET = {"d", "p", "q", "dp", "dq", "qi"}
KINDS = {"RS256": "RSA", "PS256": "RSA", "ES256": "P-256", "EdDSA": "Ed25519"}
"""The kind of key for each algorithm."""
_NAMES = {"Ed25519": "EdDSA"}


@cache
def private(kind: str, number: int = 0) -> dict[str, Any]:
    """A private JWK; the same for the same arguments."""
    make: dict[str, Callable[[], RSAKey | ECKey | OKPKey]] = {
        "RSA": lambda: RSAKey.generate_key(2048),
        "P-256": lambda: ECKey.generate_key("P-256"),
        "P-384": lambda: ECKey.generate_key("P-384"),
        "P-521": lambda: ECKey.generate_key("P-521"),
        "Ed25519": lambda: OKPKey.generate_key("Ed25519"),
        "X25519": lambda: OKPKey.generate_key("X25519"),
    }
    return dict(make[kind]().as_dict(private=True))


def public(kind: str, number: int = 0, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in private(kind, number).items() if name not in _SECRET} | more


def jwks(*keys: object) -> str:
    return json.dumps({"keys": keys})


def signed(claims: object, *, alg: str = "ES256", number: int = 0, **header: Any) -> str:
    """A compact JWS of this payload by the key of that number, with whatever stands in the header.

    A header parameter given as None is left out.
    """
    usual = _NAMES.get(alg, alg)
    kind = KINDS[usual]
    key: Any = {"RSA": RSAKey, "P-256": ECKey, "Ed25519": OKPKey}[kind]
    own = {name: value for name, value in ({"alg": alg, "typ": "JWT"} | header).items() if value is not None}
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    signing_input = ".".join(base64url(part) for part in (json.dumps(own).encode(), payload))
    signature = JWSRegistry.algorithms[usual].sign(signing_input.encode(), key.import_key(private(kind, number)))
    return f"{signing_input}.{base64url(signature)}"


def forged(header: object, claims: object, signature: bytes = b"") -> str:
    """Three parts of whatever they are: nothing is signed."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64url(part) for part in (*parts, signature))


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
