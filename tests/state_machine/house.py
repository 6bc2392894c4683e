"""One provider for many runs: between two of them everything that a run can change is put back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idp.domain.message import Message
from idp.policy.subject import subject_identifier
from tests.browser import Browser, Page
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Person
from tests.stand_in import CALLBACK, StandIn
from tests.town import IDP, Town, town

PEOPLE = (AYSE, MEHMET)
CLIENTS = ("mhrs", "mhrs-floor")
_LOGIN = re.compile(rf"{IDP}/login/([^/?]+)/")
_PAGE = re.compile(r'data-testid="page-(password|code|two-step-off|phone-unverified|two-step-on|consent)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_CHANGING = (
    *("challenges", "logins", "sessions", "grants", "consents", "devices", "throttles", "outbox", "audit"),
    "former_passwords",
)


class Clock(FakeClock):
    """Starts again with every run."""

    def restart(self) -> None:
        self._now = 1_700_000_000


class House:
    """The provider, its clients and its sample people, with the few things a run needs from them."""

    def __init__(self, the_town: Town, clock: Clock) -> None:
        self.town = the_town
        self.clock = clock
        self.services = {client_id: StandIn(the_town, client_id) for client_id in CLIENTS}
        salt = the_town.idp.state.house.world.subject_salt
        with the_town.store.read() as uow:
            self.ids = {p: c.id for p in PEOPLE for c in uow.citizens.every() if c.national_id.value == p.national_id}
            self.subjects = {
                subject_identifier(client, self.ids[person], salt): person
                for person in PEOPLE
                for client_id in CLIENTS
                if (client := uow.clients.by_id(client_id)) is not None
            }

    def restart(self) -> None:
        self.clock.restart()
        with self.town.store.engine.begin() as connection:
            for table in _CHANGING:
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql(
                f"UPDATE citizens SET state = 'active', two_step = (national_id = '{AYSE.national_id}')"
                f" WHERE national_id IN ('{AYSE.national_id}', '{MEHMET.national_id}')"
            )

    def browser(self) -> Browser:
        return self.town.browser(address="127.0.0.1")  # this machine is not slowed down by limits per address

    def inbox(self, person: Person) -> tuple[Message, ...]:
        with self.town.store.read() as uow:
            return uow.outbox.inbox(person.phone, most=4)

    def close(self, person: Person) -> None:
        """As `esik citizen disable` does."""
        with self.town.store.begin() as uow:
            uow.citizens.close(self.ids[person])
            uow.sessions.end_all(self.ids[person], self.clock.now())

    def reopen(self, person: Person) -> None:
        with self.town.store.begin() as uow:
            uow.citizens.reopen(self.ids[person])

    def audited(self, login_id: str) -> set[str]:
        """The kinds of rows that the audit holds about this login."""
        with self.town.store.engine.begin() as connection:
            rows = connection.exec_driver_sql("SELECT event, login_id FROM audit").all()
        return {event for event, login in rows if login == login_id}


def place(page: Page) -> tuple[str, str] | None:
    """The login that a page belongs to, and which page it is; None for every other page."""
    login, shown = _LOGIN.match(page.url), _PAGE.search(page.body)
    return (login[1], shown[1]) if login and shown else None


def token(page: Page) -> str | None:
    found = _TOKEN.search(page.body)
    return found[1] if found else None


def is_at_relying_party(page: Page) -> bool:
    return page.url.startswith(CALLBACK)


@contextmanager
def house(sqlite_url: str, directory: Path) -> Iterator[House]:
    clock = Clock()
    with town(sqlite_url, directory, clock) as the_town:
        yield House(the_town, clock)
