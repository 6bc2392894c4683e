"""One provider for many runs: between two of them everything that a run can change is put back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.message import Message
from idp.factors.passkey import decoded
from idp.policy.subject import subject_identifier
from idp.sandbox import credentials
from idp.sandbox.persona import Persona
from idp.sandbox.personas import PERSONAS
from idp.sandbox.registered import registered
from idp.testing.device import Device
from tests.asgi import Loop
from tests.browser import Browser
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Person
from tests.software_authenticator import SoftwareAuthenticator
from tests.stand_in import StandIn
from tests.state_machine.belongings import RP_ID, Account, BackupCode, Credential, Passkey, Password, Phone, TotpApp
from tests.town import IDP, PASSWORD, PlainHasher, Town, town

NURTEN = Person("98765430620")
"""Two-step login on; lost the phone. Here with an authenticator app too, the last method that carries the switch."""

HOLDS = {
    AYSE: (Method.APP, Method.TOTP, Method.PASSKEY, Method.BACKUP_CODE),
    MEHMET: (Method.TOTP, Method.BACKUP_CODE),
    NURTEN: (Method.TOTP, Method.BACKUP_CODE),
}
PEOPLE = tuple(HOLDS)
FLOORS = {"mhrs": 1, "mhrs-floor": 2, "passkey-floor": 3}
_CODES = 3
_CHANGING = (
    *("challenges", "logins", "sessions", "grants", "consents", "devices", "throttles", "outbox", "audit"),
    *("former_passwords", "enrolments", "authenticators"),
)


class Clock(FakeClock):
    """Starts again with every run."""

    def restart(self) -> None:
        self._now = 1_700_000_010


class House:
    """The provider, its clients and its people, with the few things a run needs from them."""

    def __init__(self, the_town: Town, clock: Clock) -> None:
        self.town = the_town
        self.clock = clock
        self.on_restart: list[Callable[[], None]] = []
        with the_town.store.begin() as uow:
            floor = uow.clients.by_id("mhrs-floor")
            assert floor is not None
            strict = replace(floor, client_id="passkey-floor", minimum_level=Level.PHISHING_RESISTANT)
            uow.clients.put(strict)
        self.services = {client_id: StandIn(the_town, client_id) for client_id in FLOORS}
        salt = the_town.idp.state.house.world.subject_salt
        by_number = {one.national_id.value: one for one in PERSONAS}
        self._personas = {person: _persona(by_number[person.national_id], person) for person in PEOPLE}
        with the_town.store.read() as uow:
            self.ids = {p: c.id for p in PEOPLE for c in uow.citizens.every() if c.national_id.value == p.national_id}
            self.subjects = {
                subject_identifier(client, self.ids[person], salt): person
                for person in PEOPLE
                for client_id in FLOORS
                if (client := uow.clients.by_id(client_id)) is not None
            }

    def restart(self) -> None:
        self.clock.restart()
        for forget in self.on_restart:
            forget()
        hasher, now = PlainHasher(), self.clock.now() - 1000
        with self.town.store.engine.begin() as connection:
            for table in _CHANGING:
                connection.exec_driver_sql(f"DELETE FROM {table}")
        with self.town.store.begin() as uow:
            for person, persona in self._personas.items():
                uow.citizens.reset(persona.as_citizen(self.ids[person], hasher.hash(PASSWORD), now))
                codes = [one for one in registered(persona, hasher, now) if one[0].method is Method.BACKUP_CODE]
                others = [one for one in registered(persona, hasher, now) if one[0].method is not Method.BACKUP_CODE]
                for row, secret in (*others, *codes[:_CODES]):
                    uow.authenticators.add(replace(row, citizen_id=self.ids[person]), secret)

    def account(self, person: Person) -> Account:
        """What this person holds when a run begins."""
        persona = self._personas[person]
        held: list[Credential] = [] if not person.phone else [Credential("sms", person)]
        if Method.TOTP in persona.holds:
            held.append(TotpApp("totp", person, seed=credentials.totp_secret(persona.id)))
        if Method.APP in persona.holds:
            published = credentials.device(persona.id)
            device = self.device(key=published.private_key, device_id=published.id)
            held.append(Phone("app", person, device=device))
        if Method.PASSKEY in persona.holds:
            passkey = credentials.passkey(persona.id)
            key = load_der_private_key(decoded(passkey.private_key), None)
            assert isinstance(key, EllipticCurvePrivateKey)
            row = credentials.authenticator_id(persona.id, Method.PASSKEY)
            made_by = SoftwareAuthenticator(IDP, RP_ID, key, credential_id=decoded(passkey.credential_id))
            held.append(Passkey("passkey", person, made_by=made_by, row=row))
        held += [BackupCode("backup_code", person, text=c) for c in credentials.backup_codes(persona.id)[:_CODES]]
        return Account(Password("password", person, text=PASSWORD), persona.two_step, held, person.phone)

    def device(self, **given: object) -> Device:
        """A program at the device API, without a socket."""
        client = httpx2.Client(transport=_Wire(self.town))
        return Device(IDP, client=client, now=self.clock.now, **given)  # type: ignore[arg-type]  # passed on as it is

    def browser(self) -> Browser:
        return self.town.browser(address="127.0.0.1")  # this machine is not slowed down by limits per address

    def inbox(self, number: str) -> tuple[Message, ...]:
        with self.town.store.read() as uow:
            return uow.outbox.inbox(number, most=4) if number else ()

    def close(self, person: Person) -> None:
        """As `esik citizen disable` does."""
        with self.town.store.begin() as uow:
            uow.citizens.close(self.ids[person])
            uow.sessions.end_all(self.ids[person], self.clock.now())

    def reopen(self, person: Person) -> None:
        with self.town.store.begin() as uow:
            uow.citizens.reopen(self.ids[person])

    def audited(self) -> list[tuple[str, str | None, Person | None]]:
        """The kind of every row of the audit, with the login and the person it is about."""
        people = {citizen_id: person for person, citizen_id in self.ids.items()}
        with self.town.store.engine.begin() as connection:
            rows = connection.exec_driver_sql("SELECT event, login_id, citizen_id FROM audit").all()
        return [(event, login, people.get(citizen)) for event, login, citizen in rows]


class _Wire(httpx2.BaseTransport):
    """Carries a program's requests to the application in this process."""

    def __init__(self, the_town: Town) -> None:
        self._town = the_town

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        loop: Loop = self._town.loop
        answer = loop.call(
            self._town.idp, request.method, str(request.url), tuple(request.headers.items()), request.read()
        )
        return httpx2.Response(answer.status, headers=dict(answer.headers), content=answer.body)


def _persona(seeded: Persona, person: Person) -> Persona:
    return replace(seeded, holds=HOLDS[person], preferred=None)


@contextmanager
def house(sqlite_url: str, directory: Path) -> Iterator[House]:
    clock = Clock()
    with town(sqlite_url, directory, clock) as the_town:
        yield House(the_town, clock)
