"""Was this POST sent by a page of ours, to this browser? (security.md §6.3)

The token is an HMAC over a random value, keyed by a secret only this browser holds in a cookie: its session id, or
before the login its browser id.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping


def issue_token(secret: str) -> str:
    """A token for one page; every call gives another one, and all of them stay good while the secret lives."""
    salt = secrets.token_urlsafe(16)
    return f"{salt}.{_seal(secret, salt)}"


def is_ours(headers: Mapping[str, str], origin: str, secret: str, token: str) -> bool:
    """Whether headers and token agree that the request comes from `origin` and from the holder of `secret`."""
    site, sent_from = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        if site != "same-origin":
            return False
    elif sent_from is not None and sent_from != origin:
        return False
    salt, _, seal = token.partition(".")
    return bool(salt) and hmac.compare_digest(seal.encode(), _seal(secret, salt).encode())


def _seal(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), f"mhrs form {salt}".encode(), hashlib.sha256).hexdigest()
