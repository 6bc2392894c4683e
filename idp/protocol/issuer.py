"""What makes this provider this provider: one frozen value that every part of the protocol is given."""

from dataclasses import dataclass, field

from idp.clock import Clock
from idp.domain.client import Client
from idp.policy.subject import subject_identifier
from idp.protocol.keys import KeyRing
from idp.protocol.ports import Secrets


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds. Raises ValueError above the limits: a code 60 (R-06), tokens 600 (R-08)."""

    code: int = 60
    id_token: int = 600
    access_token: int = 600

    def __post_init__(self) -> None:
        if not (0 < self.code <= 60 and 0 < self.id_token <= 600 and 0 < self.access_token <= 600):
            raise ValueError("a code lives at most 60 seconds, a token at most 600")


@dataclass(frozen=True, slots=True)
class Issuer:
    """`identifier` is the configured issuer, character for character; no request can change it (R-11)."""

    identifier: str
    keys: KeyRing
    clock: Clock
    secrets: Secrets
    subject_salt: bytes = field(repr=False)
    lifetimes: Lifetimes

    def subject(self, client: Client, citizen_id: str) -> str:
        """The `sub` that this client sees."""
        return subject_identifier(client, citizen_id, self.subject_salt)
