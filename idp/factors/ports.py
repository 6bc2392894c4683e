"""What a second factor needs from the world: a place for what it waits for, a way out for messages, random values."""

from typing import Protocol

from idp.domain.authenticator import Authenticator
from idp.domain.challenge import Challenge
from idp.domain.evidence import Method
from idp.domain.message import Message


class Challenges(Protocol):
    def insert(self, challenge: Challenge) -> None:
        """Make this the only live challenge of its login and method: earlier ones are dead from now on.

        Of approvals it is the only live one of its citizen.
        """
        ...

    def current(self, login_id: str, method: Method) -> Challenge | None:
        """The newest one of this login and method, live or not."""
        ...

    def count_try(self, challenge_id: str, *, most: int, now: int) -> int | None:
        """Count one guess before it is judged; how many are counted now, None if the challenge is dead or used up."""
        ...

    def consume(self, challenge_id: str, *, code_mac: str, citizen_id: str, now: int) -> bool:
        """Use the challenge up: unused, newest, unexpired, of this citizen, and with this MAC, in one statement."""
        ...

    def consume_approved(self, challenge_id: str, *, citizen_id: str, now: int) -> bool:
        """Use an approval up that the citizen gave on a device: unused, newest, unexpired, in one statement."""
        ...

    def end_all(self, login_id: str) -> None: ...


class Authenticators(Protocol):
    def of_citizen(self, citizen_id: str) -> tuple[Authenticator, ...]:
        """All of them, oldest first, used-up backup codes included."""
        ...

    def secret_of(self, authenticator_id: str) -> str:
        """A TOTP seed (base32), or the hash of a backup code. Raises KeyError where there is none."""
        ...

    def advance(self, authenticator_id: str, counter: int, now: int) -> bool:
        """Raise the counter and note the use; False unless it grows, or the authenticator is gone."""
        ...

    def touch(self, authenticator_id: str, now: int) -> bool:
        """Note the use of one that does not count; False if it is gone."""
        ...

    def use_up(self, authenticator_id: str, now: int) -> bool:
        """Use a backup code up; False if it was, or is gone."""
        ...


class Outbox(Protocol):
    def put(self, message: Message) -> None: ...


class UnitOfWork(Protocol):
    """One database transaction, as far as a second factor uses it."""

    @property
    def challenges(self) -> Challenges: ...
    @property
    def authenticators(self) -> Authenticators: ...
    @property
    def outbox(self) -> Outbox: ...


class Hasher(Protocol):
    def matches(self, password: str, password_hash: str | None) -> bool:
        """False for None too, after the same work. Raises TooBusy; never to be called inside a transaction."""
        ...


class Secrets(Protocol):
    """Random values and keyed digests."""

    def token(self) -> str:
        """43 URL-safe characters from 256 random bits."""
        ...

    def code(self, digits: int) -> str: ...
    def mac(self, purpose: str, *parts: str) -> str:
        """Hex HMAC-SHA256 of the parts under the house's own key, separated by purpose."""
        ...
