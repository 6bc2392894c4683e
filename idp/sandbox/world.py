"""What the sandbox needs from the world; `app` and `cli` bring it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast

from starlette.requests import Request

from idp.clock import Clock
from idp.domain.audit import AuditRow
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.message import Message
from idp.domain.national_id import NationalId
from idp.domain.throttle import Count, Refused, Reserved

T = TypeVar("T")


class Citizens(Protocol):
    def every(self) -> tuple[Citizen, ...]: ...
    def by_national_id(self, national_id: NationalId) -> Citizen | None: ...
    def reset(self, citizen: Citizen) -> str:
        """Make the citizen with this national id exactly so, without logins, sessions and grants; the stored id."""
        ...

    def verify_phone(self, citizen_id: str, now: int) -> bool:
        """The number counts as verified with identity from this instant on; False without a number."""
        ...


class Authenticators(Protocol):
    def of_citizen(self, citizen_id: str) -> tuple[Authenticator, ...]: ...
    def add(self, authenticator: Authenticator, secret: str = "") -> bool: ...


class Clients(Protocol):
    def by_id(self, client_id: str) -> Client | None: ...
    def put(self, client: Client) -> None: ...


class Outbox(Protocol):
    def inbox(self, destination: str, after: str | None = None, most: int = 50) -> tuple[Message, ...]:
        """What was sent to this number, newest first; only what came after the message `after`, if that exists."""
        ...

    def forget(self, destination: str) -> int:
        """Delete everything that was sent to this number; how many messages that were."""
        ...


class Throttles(Protocol):
    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused: ...
    def clear(self, counts: tuple[Count, ...]) -> None: ...


class Sessions(Protocol):
    def end_all(self, citizen_id: str, now: int) -> int:
        """End the citizen's sessions, and tell the relying parties."""
        ...


class Audit(Protocol):
    def append(self, row: AuditRow) -> None: ...


class UnitOfWork(Protocol):
    @property
    def citizens(self) -> Citizens: ...
    @property
    def authenticators(self) -> Authenticators: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def throttles(self) -> Throttles: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def audit(self) -> Audit: ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[UnitOfWork]: ...
    def read(self) -> AbstractContextManager[UnitOfWork]: ...
    def run_lean(self, work: Callable[[UnitOfWork], T], *, read_only: bool = False) -> Awaitable[T]: ...


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The sandbox of one running provider. `rp_id` is the issuer's host, for which passkeys are made.

    `pause` waits between two looks at an inbox (seconds); `is_stopping` tells that the process is about to end, so that
    nobody is kept waiting until it does.
    """

    store: Store
    clock: Clock
    rp_id: str
    persona_password: str = field(repr=False)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    is_stopping: Callable[[], bool] = field(default=lambda: False)


def sandbox(request: Request) -> Sandbox:
    """The sandbox that `app` put on the application."""
    return cast(Sandbox, request.app.state.sandbox)
