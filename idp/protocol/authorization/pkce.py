"""PKCE with S256, as the client's policy demands (RFC 7636 §4.3; RFC 9700 §2.1.1; AUTH-26, SET-01, AL-14)."""

import re

from idp.domain.client import PkcePolicy
from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason

METHODS = ("S256",)

_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def pkce(asked: Asked) -> None:
    """A method left out would mean `plain` (RFC 7636 §4.3), which gives no protection: it must be named."""
    if asked.is_implicit:  # there is no code to protect
        return
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    if challenge is None:
        if method is not None or asked.client.pkce is PkcePolicy.REQUIRED:
            raise ProtocolError(Reason.CHALLENGE_MISSING)
        return
    if method not in METHODS:
        raise ProtocolError(Reason.CHALLENGE_METHOD)
    if _S256_CHALLENGE.fullmatch(challenge) is None:
        raise ProtocolError(Reason.CHALLENGE_MALFORMED)
    asked.code_challenge = challenge
