"""A message that leaves the house."""

from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    PUSH = "push"
    LOGOUT = "logout"


@dataclass(frozen=True, slots=True)
class Message:
    """One outgoing message, written in the same transaction as the fact it tells of.

    `destination` is a phone number (E.164); for a push the id of a registered device, and a push only says that
    something waits, never what; for a logout the id of a client, and `idp.domain.logout` says what its text is.
    `code` is the one-time code inside `text`, if any, so that a test can read it without parsing. `expires_at`: not
    delivered after this instant, since a late code only confuses. The store gives it an `id` that sorts by time.
    """

    channel: Channel
    destination: str = field(repr=False)
    text: str = field(repr=False)
    code: str | None = field(repr=False)
    created_at: int
    expires_at: int
    id: str = ""
