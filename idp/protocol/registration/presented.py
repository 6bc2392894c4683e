"""What a request presents before its metadata is looked at: a token, and a body that is said to be JSON."""

import hmac

from idp.crypto.secrets import sha256_hex
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.messages import Headers
from idp.protocol.parameters import authorization_once


def bearer(headers: Headers) -> str:
    """The token in the header (RFC 6750 §2.1). Raises ProtocolError without one, or with two."""
    authorization_once(headers)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip(" "):
        raise ProtocolError(Reason.TOKEN_MISSING)
    return token.strip(" ")


def is_hash_of(token_hash: str | None, token: str) -> bool:
    """In constant time, whether or not there is something to compare with."""
    return hmac.compare_digest(sha256_hex(token), token_hash or "-" * 64) and token_hash is not None


def body_of(headers: Headers, body: bytes) -> bytes:
    """Raises ProtocolError unless it is said to be JSON."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ProtocolError(Reason.REGISTRATION_NOT_JSON)
    return body
