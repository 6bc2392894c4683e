"""A question that was asked and is waited for: a sent code, a passkey's challenge, an approval on a device."""

from dataclasses import dataclass, field
from enum import StrEnum

from idp.domain.evidence import Method


class Verdict(StrEnum):
    """What the citizen said on a registered device. `NOT_ME` denies, and says that somebody else knows the password."""

    APPROVED = "approved"
    DENIED = "denied"
    NOT_ME = "not_me"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One question, bound to one login and one citizen. Of a login and method only the newest counts.

    A sent code names its `destination`, and `code_mac` is a keyed MAC over the challenge id and the code: a plain hash
    over 10⁶ values protects nothing. `tries` are wrong guesses already counted. An approval names the browser that
    asks (`ip`, `user_agent`); of a citizen's approvals only the newest counts. `verdict` is given once, by the device
    `decided_by`.
    """

    id: str
    login_id: str
    citizen_id: str
    method: Method
    destination: str = field(default="", repr=False)
    code_mac: str = field(default="", repr=False)
    created_at: int = 0
    expires_at: int = 0
    tries: int = 0
    consumed_at: int | None = None
    ip: str = ""
    user_agent: str = ""
    verdict: Verdict | None = None
    decided_at: int | None = None
    decided_by: str | None = None
