"""`client_secret_basic`: HTTP Basic with both parts form-encoded first (RFC 6749 §2.3.1; TOKEN-03, AL-05)."""

import binascii
from urllib.parse import unquote_plus

from idp.domain.client import Client
from idp.protocol.client_auth.credentials import Attempt, Credentials, client_with_secret


def is_presented(credentials: Credentials) -> bool:
    """Any Authorization header is an attempt; one of another scheme can only fail."""
    return credentials.authorization is not None


def authenticate(attempt: Attempt) -> Client | None:
    """None too if the body names another client."""
    parts = _parts(attempt.credentials.authorization or "")
    if parts is None or attempt.credentials.form.get("client_id", parts[0]) != parts[0]:
        return None
    return client_with_secret(attempt.uow.clients, *parts)


def _parts(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":  # RFC 9110 §11.1: in any case
        return None
    try:
        raw = binascii.a2b_base64(encoded.strip(" ").encode("ascii"), strict_mode=True).decode("utf-8")
        client_id, colon, secret = raw.partition(":")
        if not colon:
            return None
        return unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:  # binascii.Error and both UnicodeErrors are ValueErrors
        return None
