"""What a journey needs from the world. `store` and `crypto` fit these shapes; only `app` brings them together.

Verbs of the store are atomic and named for what they mean. Where one answers a `bool`, True means that this call, and
no other running at the same time, made the change.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from idp.domain.audit import AuditRow
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.login import Login
from idp.domain.national_id import NationalId
from idp.domain.session import Session
from idp.domain.throttle import Count, Refused, Reserved
from idp.factors.ports import Challenges, Outbox


class Citizens(Protocol):
    def by_id(self, citizen_id: str) -> Citizen | None: ...
    def by_national_id(self, national_id: NationalId) -> Citizen | None: ...
    def set_two_step(self, citizen_id: str, on: bool) -> bool:
        """Switch two-step login; False if it already stood so, or the citizen is gone or closed."""
        ...

    def set_password(self, citizen_id: str, *, password_hash: str, expected_hash: str, now: int) -> bool:
        """Replace the password and keep the former one in the history; False if it is no longer `expected_hash`."""
        ...

    def upgrade_password_hash(self, citizen_id: str, *, password_hash: str, expected_hash: str) -> bool:
        """The same password under stronger parameters: no history, no change date."""
        ...

    def former_passwords(self, citizen_id: str, most: int) -> tuple[str, ...]:
        """Hashes of the last passwords, newest first, the present one not included."""
        ...


class Clients(Protocol):
    def by_id(self, client_id: str) -> Client | None: ...


class Logins(Protocol):
    def insert(self, login: Login) -> None: ...
    def by_id(self, login_id: str, browser_hash: str) -> Login | None:
        """The login, only for the browser that began it."""
        ...

    def save(self, login: Login) -> bool:
        """Write all that may change and raise the version by one.

        True only if the stored login is still OPEN, of the same browser and of version `login.version`.
        """
        ...

    def end_oldest(self, citizen_id: str, keep: int, *, but: str) -> int:
        """End the oldest open logins that name this citizen, so that at most `keep` stay open, `but` among them."""
        ...


class Sessions(Protocol):
    def insert(self, session: Session) -> None: ...
    def by_handle(self, handle_hash: str) -> Session | None:
        """The session whose cookie this is, if it has not ended (time limits are the caller's to judge)."""
        ...

    def by_id(self, session_id: str) -> Session | None: ...
    def renew(self, session: Session, former_handle_hash: str) -> bool:
        """Save evidence, times and the new handle of a live session; False if it ended or its handle changed."""
        ...

    def touch(self, session_id: str, now: int) -> None: ...
    def of_citizen(self, citizen_id: str, now: int) -> tuple[Session, ...]:
        """Live sessions, last seen first."""
        ...

    def end(self, session_id: str, citizen_id: str, now: int) -> bool:
        """End one session of this citizen, and revoke the grants made in it."""
        ...

    def end_all(self, citizen_id: str, now: int, *, but: str | None = None) -> int:
        """End the citizen's sessions except `but`, and revoke the grants made in them."""
        ...


class Throttles(Protocol):
    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
        """Count one attempt on every limit, or on none if one refuses. Atomic for each limit; never check-then-act."""
        ...

    def give_back(self, counts: tuple[Count, ...], reserved: Reserved) -> None:
        """A right answer takes back its own count and the wait it set, and no more."""
        ...

    def clear(self, counts: tuple[Count, ...]) -> None: ...
    def refusal(self, counts: tuple[Count, ...], now: int) -> Refused | None:
        """Whether an attempt would be refused now. For telling people only: nothing is decided by it."""
        ...


class Consents(Protocol):
    """What a citizen said yes to, for each client: scopes, and claims named one by one (`claim:name`)."""

    def given(self, citizen_id: str, client_id: str) -> frozenset[str]: ...
    def add(self, citizen_id: str, client_id: str, asked: frozenset[str], now: int) -> None: ...


class Devices(Protocol):
    """Browsers in which a citizen completed a login. Known ones have their own password budget; they prove nothing."""

    def is_known(self, device_hash: str, citizen_id: str) -> bool: ...
    def remember(self, device_hash: str, citizen_id: str, now: int) -> None: ...


class Audit(Protocol):
    def append(self, row: AuditRow) -> None: ...
    def of_citizen(self, citizen_id: str, most: int) -> tuple[AuditRow, ...]:
        """The citizen's own login events, newest first (R-81)."""
        ...


class UnitOfWork(Protocol):
    """One database transaction: commits when its `with` block ends, rolls back when it raises."""

    @property
    def citizens(self) -> Citizens: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def logins(self) -> Logins: ...
    @property
    def challenges(self) -> Challenges: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def throttles(self) -> Throttles: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def devices(self) -> Devices: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def outbox(self) -> Outbox: ...


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class PasswordHasher(Protocol):
    """argon2id behind a bounded gate. Both verbs raise `TooBusy` when the gate's queue is full."""

    def matches(self, password: str, password_hash: str | None) -> bool:
        """False for None too, after the same work: unknown citizens cost what known ones cost."""
        ...

    def hash(self, password: str) -> str: ...
    def is_weaker_than_policy(self, password_hash: str) -> bool: ...
