"""Signing keys for tests that need all four: RSA with 2048 bits, since a longer one takes too long to make."""

import json
from functools import cache

from joserfc.jwk import RSAKey

from idp.domain.signing_key import SigningKey
from idp.protocol.jose.keys import new_key


@cache
def quick_key(alg: str, number: int = 0) -> SigningKey:
    """One active key, made once in a test process; `number` tells several of an algorithm apart."""
    if alg not in ("RS256", "PS256"):
        return new_key(alg, number)
    key = RSAKey.generate_key(2048, auto_kid=False)
    return SigningKey(key.thumbprint(), alg, "active", json.dumps(key.as_dict(private=True)), number)
