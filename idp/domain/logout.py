"""A login at a relying party that is over, and what tells the relying party so (Back-Channel Logout 1.0)."""

import json
from dataclasses import dataclass, field

from idp.domain.message import Channel, Message

KEPT_SECONDS = 3600
"""How long it is tried to tell a relying party. One that is away for longer has its own limits on a login."""


@dataclass(frozen=True, slots=True)
class EndedLogin:
    """What `client_id` had in a session that ended, and knew as `sid`."""

    client_id: str
    citizen_id: str
    sid: str

    def message(self, now: int) -> Message:
        """For the outbox, with the end of the session.

        It holds no token: one that was signed now would be over when the relying party is back.
        """
        text = json.dumps({"citizen_id": self.citizen_id, "sid": self.sid}, separators=(",", ":"))
        return Message(Channel.LOGOUT, self.client_id, text, None, created_at=now, expires_at=now + KEPT_SECONDS)

    @classmethod
    def of(cls, message: Message) -> "EndedLogin":
        """What this message of ours tells of."""
        told = json.loads(message.text)
        return cls(message.destination, told["citizen_id"], told["sid"])


@dataclass(frozen=True, slots=True)
class LogoutCall:
    """What is posted where, as `logout_token` and nothing else (Back-Channel Logout §2.5)."""

    uri: str
    token: str = field(repr=False)
