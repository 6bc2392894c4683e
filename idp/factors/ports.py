"""What a second factor needs from the world: a place for what it waits for, a way out for messages, random values."""

from typing import Protocol

from idp.domain.challenge import Challenge
from idp.domain.message import Message


class Challenges(Protocol):
    def insert(self, challenge: Challenge) -> None:
        """Make this the only live challenge of its login: earlier ones of the same login are dead from now on."""
        ...

    def current(self, login_id: str) -> Challenge | None:
        """The newest one of this login, live or not."""
        ...

    def count_try(self, challenge_id: str, *, most: int, now: int) -> int | None:
        """Count one guess before it is judged; how many are counted now, None if the challenge is dead or used up."""
        ...

    def consume(self, challenge_id: str, *, code_mac: str, citizen_id: str, now: int) -> bool:
        """Use the code up: unused, newest, unexpired, of this citizen, and with this MAC, in one statement."""
        ...

    def end_all(self, login_id: str) -> None: ...


class Outbox(Protocol):
    def put(self, message: Message) -> None: ...


class UnitOfWork(Protocol):
    """One database transaction, as far as a second factor uses it."""

    @property
    def challenges(self) -> Challenges: ...
    @property
    def outbox(self) -> Outbox: ...


class Secrets(Protocol):
    """Random values and keyed digests."""

    def token(self) -> str:
        """43 URL-safe characters from 256 random bits."""
        ...

    def code(self, digits: int) -> str: ...
    def mac(self, purpose: str, *parts: str) -> str:
        """Hex HMAC-SHA256 of the parts under the house's own key, separated by purpose."""
        ...
