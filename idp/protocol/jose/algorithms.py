"""The JOSE algorithms that are spoken here, with us and with relying parties (RFC 7518; RFC 8037; R-76).

Never `none`, nothing keyed with a client secret (only its hash is kept), no RSA1_5, no PBES2.
"""

SIGNING = ("RS256", "PS256", "ES256", "EdDSA")
"""What we sign with, and what a relying party may sign with."""

KEY_MANAGEMENT = ("RSA-OAEP-256", "ECDH-ES")
CONTENT_ENCRYPTION = ("A128CBC-HS256", "A256GCM")
"""How an answer is encrypted to a relying party's public key; the first of each is the default."""

_NEWER_NAMES = {"Ed25519": "EdDSA"}


def usual_name(alg: str) -> str:
    """The name that is registered and published for an algorithm which a relying party calls by its newer one.

    RFC 9864 §2.2 calls EdDSA after its curve. Ed25519 is the only one there is here, so nothing is taken for another.
    """
    return _NEWER_NAMES.get(alg, alg)
