"""A world in memory: every port of the journey, whole transactions, one at a time.

A transaction that raises leaves nothing behind, as in a database. What is kept are the house's own frozen records, so
a copy of each container is a snapshot.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from idp.domain.audit import AuditRow
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.consent import Consent
from idp.domain.evidence import Method
from idp.domain.login import AccountVisit, Login, LoginState, PasswordRecovery
from idp.domain.message import Message
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.session import Session
from idp.store.audit import OWN_EVENTS
from tests.journey.fake_authenticators import Authenticators
from tests.journey.fake_challenges import Challenges
from tests.journey.fake_enrolments import Enrolments
from tests.journey.rows import Rows, Table
from tests.journey.throttles import Throttles

__all__ = ["Database", "Rows", "UnitOfWork"]


class Database:
    """`begin` is the port. `open` tells whether a transaction runs, so that a hasher can complain about it."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.open = False
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def begin(self) -> "Iterator[UnitOfWork]":
        with self._one_at_a_time:
            before, self.open = self.rows.copy(), True
            try:
                yield UnitOfWork(self.rows)
            except BaseException:
                self.rows = before
                raise
            finally:
                self.open = False


class UnitOfWork:
    def __init__(self, rows: Rows) -> None:
        self.citizens = Citizens(rows)
        self.clients = Clients(rows)
        self.logins = Logins(rows)
        self.challenges = Challenges(rows)
        self.authenticators = Authenticators(rows)
        self.enrolments = Enrolments(rows)
        self.sessions = Sessions(rows)
        self.throttles = Throttles(rows.counters)
        self.consents = Consents(rows)
        self.devices = Devices(rows)
        self.audit = Audit(rows)
        self.outbox = Outbox(rows)


class Citizens(Table):
    def by_id(self, citizen_id: str) -> Citizen | None:
        return self.rows.citizens.get(citizen_id)

    def by_national_id(self, national_id: NationalId) -> Citizen | None:
        return next((one for one in self.rows.citizens.values() if one.national_id == national_id), None)

    def hold(self, citizen_id: str) -> None:
        """One transaction at a time is the rule here anyway."""

    def set_two_step(self, citizen_id: str, on: bool) -> bool:
        citizen = self.rows.citizens.get(citizen_id)
        if citizen is None or not citizen.is_active or citizen.two_step is on:
            return False
        self.rows.citizens[citizen_id] = replace(citizen, two_step=on)
        return True

    def set_password(self, citizen_id: str, *, password_hash: str, expected_hash: str, now: int) -> bool:
        citizen = self.rows.citizens.get(citizen_id)
        if citizen is None or not citizen.is_active or citizen.password_hash != expected_hash:
            return False
        self.rows.former_passwords[citizen_id] = (expected_hash, *self.rows.former_passwords.get(citizen_id, ()))
        self.rows.citizens[citizen_id] = replace(
            citizen, password_hash=password_hash, password_changed_at=now, must_change_password=False
        )
        return True

    def upgrade_password_hash(self, citizen_id: str, *, password_hash: str, expected_hash: str) -> bool:
        citizen = self.rows.citizens.get(citizen_id)
        if citizen is None or citizen.password_hash != expected_hash:
            return False
        self.rows.citizens[citizen_id] = replace(citizen, password_hash=password_hash)
        return True

    def former_passwords(self, citizen_id: str, most: int) -> tuple[str, ...]:
        return self.rows.former_passwords.get(citizen_id, ())[:most]

    def set_phone(self, citizen_id: str, phone: PhoneNumber, *, former: PhoneNumber | None, now: int) -> bool:
        citizen = self.rows.citizens.get(citizen_id)
        if citizen is None or not citizen.is_active or citizen.phone_number != former:
            return False
        self.rows.citizens[citizen_id] = replace(citizen, phone_number=phone, phone_verified_at=now)
        return True

    def prefer_method(self, citizen_id: str, method: Method | None) -> bool:
        citizen = self.rows.citizens.get(citizen_id)
        if citizen is None:
            return False
        self.rows.citizens[citizen_id] = replace(citizen, preferred_method=method)
        return True

    def note_method(self, citizen_id: str, method: Method) -> None:
        citizen = self.rows.citizens.get(citizen_id)
        if citizen is not None:
            self.rows.citizens[citizen_id] = replace(citizen, last_method=method)


class Clients(Table):
    def by_id(self, client_id: str) -> Client | None:
        return self.rows.clients.get(client_id)

    def share(self, client_id: str) -> Client | None:
        return self.by_id(client_id)


class Logins(Table):
    def insert(self, login: Login) -> None:
        self.rows.logins[login.id] = login

    def by_id(self, login_id: str, browser_hash: str) -> Login | None:
        login = self.rows.logins.get(login_id)
        return login if login is not None and login.browser_hash == browser_hash else None

    def save(self, login: Login) -> bool:
        stored = self.by_id(login.id, login.browser_hash)
        if stored is None or stored.state is not LoginState.OPEN or stored.version != login.version:
            return False
        self.rows.logins[login.id] = replace(login, version=login.version + 1)
        return True

    def end_oldest(self, citizen_id: str, keep: int, *, but: str) -> int:
        named = [one for one in self.rows.logins.values() if one.citizen_id == citizen_id and one.id != but]
        open_ones = sorted((one for one in named if one.state is LoginState.OPEN), key=lambda one: one.created_at)
        oldest = open_ones[: max(0, len(open_ones) - (keep - 1))]
        for login in oldest:
            self.rows.logins[login.id] = replace(login, state=LoginState.ENDED, version=login.version + 1)
        return len(oldest)

    def end(self, login_id: str) -> Login | None:
        stored = self.rows.logins.get(login_id)
        if stored is None or stored.state is not LoginState.OPEN:
            return None
        ended = replace(stored, state=LoginState.ENDED, version=stored.version + 1, evidence=())
        self.rows.logins[login_id] = ended
        return ended

    def open_purpose(self, login_id: str, now: int) -> AuthorizationRequest | AccountVisit | PasswordRecovery | None:
        stored = self.rows.logins.get(login_id)
        is_open = stored is not None and stored.state is LoginState.OPEN and now < stored.expires_at
        return stored.purpose if stored is not None and is_open else None


class Sessions(Table):
    def insert(self, session: Session) -> None:
        self.rows.sessions[session.id] = session

    def by_handle(self, handle_hash: str) -> Session | None:
        live = (one for one in self.rows.sessions.values() if one.ended_at is None)
        return next((one for one in live if one.handle_hash == handle_hash), None)

    def by_id(self, session_id: str) -> Session | None:
        return self.rows.sessions.get(session_id)

    def renew(self, session: Session, former_handle_hash: str) -> bool:
        stored = self.rows.sessions.get(session.id)
        if stored is None or stored.ended_at is not None or stored.handle_hash != former_handle_hash:
            return False
        self.rows.sessions[session.id] = session
        return True

    def touch(self, session_id: str, now: int) -> bool:
        stored = self.rows.sessions.get(session_id)
        if stored is None or stored.ended_at is not None:
            return False
        self.rows.sessions[session_id] = replace(stored, last_seen_at=now)
        return True

    def of_citizen(self, citizen_id: str, now: int) -> tuple[Session, ...]:
        own = [one for one in self.rows.sessions.values() if one.citizen_id == citizen_id and one.ended_at is None]
        live = [one for one in own if now < one.expires_at]
        return tuple(sorted(live, key=lambda one: one.last_seen_at, reverse=True))

    def end(self, session_id: str, citizen_id: str, now: int) -> bool:
        session = self.rows.sessions.get(session_id)
        if session is None or session.citizen_id != citizen_id or session.ended_at is not None:
            return False
        self.rows.sessions[session_id] = replace(session, ended_at=now)
        self.rows.revoked_sessions.add(session_id)
        return True

    def revoke_left_over(self, citizen_id: str, now: int, *, seen_since: int) -> int:
        """There are no grants here."""
        return 0

    def end_all(self, citizen_id: str, now: int, *, but: str | None = None) -> int:
        return sum(self.end(one, citizen_id, now) for one in list(self.rows.sessions) if one != but)


class Consents(Table):
    def given(self, citizen_id: str, client_id: str) -> frozenset[str]:
        held = self.rows.consents.get((citizen_id, client_id))
        return frozenset() if held is None else held.asked

    def add(self, citizen_id: str, client_id: str, asked: frozenset[str], now: int) -> None:
        held = self.rows.consents.get((citizen_id, client_id))
        if held is None or asked - held.asked:  # saying yes to the same again is no news
            everything = asked if held is None else held.asked | asked
            self.rows.consents[citizen_id, client_id] = Consent(client_id, everything, now)

    def of_citizen(self, citizen_id: str) -> tuple[Consent, ...]:
        own = [consent for (citizen, _), consent in self.rows.consents.items() if citizen == citizen_id]
        return tuple(sorted(own, key=lambda one: (-one.given_at, one.client_id)))

    def revoke(self, citizen_id: str, client_id: str, now: int) -> bool:
        if self.rows.consents.pop((citizen_id, client_id), None) is None:
            return False
        self.rows.revoked_consents.add((citizen_id, client_id))
        return True


class Devices(Table):
    def is_known(self, device_hash: str, citizen_id: str) -> bool:
        return (device_hash, citizen_id) in self.rows.devices

    def has_any(self, citizen_id: str) -> bool:
        return any(citizen == citizen_id for _, citizen in self.rows.devices)

    def remember(self, device_hash: str, citizen_id: str, now: int) -> None:
        self.rows.devices.add((device_hash, citizen_id))


class Audit(Table):
    def append(self, row: AuditRow) -> None:
        self.rows.audit.append(row)

    def of_citizen(self, citizen_id: str, most: int) -> tuple[AuditRow, ...]:
        own = [row for row in self.rows.audit if row.citizen_id == citizen_id and row.event in OWN_EVENTS]
        return tuple(reversed(own))[:most]


class Outbox(Table):
    def put(self, message: Message) -> None:
        self.rows.outbox.append(message)
