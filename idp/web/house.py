"""What every route needs, made once by `app` and kept on the application."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast

from starlette.requests import Request

from idp.domain.audit import Origin
from idp.journey import ports as journey_ports
from idp.journey.world import World
from idp.protocol import ports as protocol_ports
from idp.protocol.server import OpenIDProvider
from idp.web.pages import Pages
from idp.web.views import Page, StartPage

T = TypeVar("T")


class Clients(journey_ports.Clients, protocol_ports.Clients, Protocol):
    """What both need of the registered relying parties."""


class Consents(journey_ports.Consents, protocol_ports.Consents, Protocol):
    """What a citizen takes back from one client, and what a client loses with all of them."""


class UnitOfWork(journey_ports.UnitOfWork, protocol_ports.UnitOfWork, Protocol):
    """One transaction in which journey and protocol act together."""

    @property
    def clients(self) -> Clients: ...
    @property
    def citizens(self) -> journey_ports.Citizens: ...
    @property
    def audit(self) -> journey_ports.Audit: ...
    @property
    def throttles(self) -> journey_ports.Throttles: ...
    @property
    def consents(self) -> Consents: ...


class Store(Protocol):
    """Where units of work begin: `begin` and `read` in threads, `run_lean` on the event loop."""

    def begin(self) -> AbstractContextManager[UnitOfWork]: ...
    def read(self) -> AbstractContextManager[UnitOfWork]: ...
    def run_lean(self, work: Callable[[UnitOfWork], T], *, read_only: bool = False) -> Awaitable[T]: ...
    def ping(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample person of the sandbox, as the login page offers them. `note` is by language (`tr`, `en`)."""

    name: str
    national_id: str
    password: str
    note: dict[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """The composed house. `samples` is empty, and `phone_url` and `phones_url` are None, outside sandbox mode.

    `obtain` has a document fetched that a verb of the protocol needs, or finds that it cannot be had.
    `sms_digits` is how long a code is, as pages say it.
    """

    issuer: str
    sandbox: bool
    store: Store
    world: World
    provider: OpenIDProvider
    pages: Pages
    sms_digits: int = 6
    samples: Sequence[Sample] = ()
    start_page: Callable[[Request], Page] = field(default=lambda _: StartPage(account="/hesabim"))
    phone_url: Callable[[str | None], str | None] = field(default=lambda _: None)
    phones_url: str | None = None
    obtain: Callable[[str], None] = field(default=lambda _: None)

    @property
    def is_https(self) -> bool:
        return self.issuer.startswith("https://")


def house(request: Request) -> House:
    return cast(House, request.app.state.house)


def origin(request: Request) -> Origin:
    """Where the request came from, as `envelope` found it."""
    return cast(Origin, request.scope["esik.origin"])
