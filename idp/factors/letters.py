"""Codes of letters that people copy from paper or from a screen: no I, O, 0 or 1, which look alike."""

import base64

from idp.factors.ports import Secrets
from idp.factors.second_factor import NotAnAnswer

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_MOST = 32


def made(secrets: Secrets, length: int) -> str:
    """At most 32 random letters, of 5 bits each."""
    if not 0 < length <= _MOST:
        raise ValueError("one random value carries at most 32 letters")
    random = base64.urlsafe_b64decode(secrets.token() + "=")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random[:length])


def read(typed: str, length: int) -> str:
    """The letters without the spaces and hyphens between them, in upper case.

    Raises NotAnAnswer: `empty`, `malformed` (another character: only ASCII counts, since `ı` has a capital too),
    `length`.
    """
    letters = "".join(typed.replace("-", " ").split())
    if not letters:
        raise NotAnAnswer("empty")
    if not letters.isascii() or not set(letters.upper()) <= set(ALPHABET):
        raise NotAnAnswer("malformed")
    if len(letters) != length:
        raise NotAnAnswer("length")
    return letters.upper()
