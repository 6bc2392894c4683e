"""A code that was sent and is waited for."""

from dataclasses import dataclass, field

from idp.domain.evidence import Method


@dataclass(frozen=True, slots=True)
class Challenge:
    """One sent code, bound to one login, one citizen and one destination. Only the newest of a login counts.

    `code_mac` is a keyed MAC over the challenge id and the code: a plain hash over 10⁶ values protects nothing.
    `tries` are wrong guesses already counted.
    """

    id: str
    login_id: str
    citizen_id: str
    method: Method
    destination: str = field(repr=False)
    code_mac: str = field(repr=False)
    created_at: int = 0
    expires_at: int = 0
    tries: int = 0
    consumed_at: int | None = None
