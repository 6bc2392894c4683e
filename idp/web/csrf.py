"""Forms of ours are answered only from pages of ours (C03).

Two independent checks: a token that only the browser holding the binding value could have been given, and the
browser's own word about where the request came from. Clients that are no browsers send no such word; for them the
token decides.
"""

import hmac

from starlette.requests import Request

from idp.factors.ports import Secrets

FIELD = "csrf_token"
_NONCE_CHARACTERS = 43


def token(secrets: Secrets, binding: str) -> str:
    """A fresh token for one page, bound to a cookie's value (a login's, a session's, a visit's)."""
    nonce = secrets.token()
    return nonce + secrets.mac("csrf", binding, nonce)


def is_ours(request: Request, secrets: Secrets, binding: str | None, given: str, issuer: str) -> bool:
    """Whether a posted form came from a page of ours in this very browser."""
    if not binding or not given.isascii():
        return False
    nonce, mac = given[:_NONCE_CHARACTERS], given[_NONCE_CHARACTERS:]
    return _comes_from_here(request, issuer) and hmac.compare_digest(mac, secrets.mac("csrf", binding, nonce))


def _comes_from_here(request: Request, issuer: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or origin == issuer
