"""A store in which one verb is wrong."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from idp.domain.audit import AuditRow, Event
from idp.domain.citizen import CitizenState
from idp.store.audit import Audit
from idp.store.authenticators import Authenticators
from idp.store.consents import Consents
from idp.store.enrolments import Enrolments
from idp.store.grants import Grants
from idp.store.logins import Logins
from idp.store.sessions import Sessions


class FaultyStore:
    """The store it wraps; every unit of work goes through `sabotage` first."""

    def __init__(self, real: Any, sabotage: Callable[[Any], None]) -> None:
        self._real = real
        self._sabotage = sabotage

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self._real.begin() as uow:
            self._sabotage(uow)
            yield uow

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._real.read() as uow:
            self._sabotage(uow)
            yield uow

    def run_lean(self, work: Callable[[Any], Any], *, read_only: bool = False) -> Awaitable[Any]:
        def sabotaged(uow: Any) -> Any:
            self._sabotage(uow)
            return work(uow)

        answer: Awaitable[Any] = self._real.run_lean(sabotaged, read_only=read_only)
        return answer

    def ping(self) -> None:
        self._real.ping()


class _ReusableCodes(Grants):
    def consume_code(self, code_hash: str, client_id: str, now: int) -> Any:
        again = text("UPDATE grants SET code_consumed_at = NULL WHERE code_hash = :hash")
        self._connection.execute(again, {"hash": code_hash})
        return super().consume_code(code_hash, client_id, now)


class _UnlockedGrants(Grants):
    def consume_code(self, code_hash: str, client_id: str, now: int) -> Any:
        again = text("UPDATE grants SET revoked_at = NULL WHERE code_hash = :hash")
        self._connection.execute(again, {"hash": code_hash})
        return super().consume_code(code_hash, client_id, now)

    def standing(self, grant_id: str, named: str = "") -> Any:
        found = super().standing(grant_id, named)
        if found is None or found.citizen is None:
            return found
        unlocked = replace(found.citizen, state=CitizenState.ACTIVE)
        return replace(found, citizen=unlocked, session_is_live=True, session_has_ended=False)


class _EverybodysLogins(Logins):
    def by_id(self, login_id: str, browser_hash: str) -> Any:
        of = text("SELECT browser_hash FROM logins WHERE id = :id")
        own = self._connection.execute(of, {"id": login_id}).scalar_one_or_none()
        return super().by_id(login_id, own or browser_hash)


class _EndlessSessions(Sessions):
    def end(self, session_id: str, citizen_id: str, now: int) -> bool:
        return True


class _EndlessCodes(Authenticators):
    def use_up(self, authenticator_id: str, now: int) -> bool:
        return self.touch(authenticator_id, now)


class _NobodyElsesEnd(Sessions):
    def end_all(self, citizen_id: str, now: int, *, but: str | None = None) -> int:
        return super().end_all(citizen_id, now) if but is None else 0


class _EndlessPairings(Enrolments):
    def claim(self, code_mac: str, *, public_key: str, handle: str, name: str, now: int) -> Any:
        return super().claim(code_mac, public_key=public_key, handle=handle, name=name, now=0)


class _ParallelPairings(Enrolments):
    def claim(self, code_mac: str, *, public_key: str, handle: str, name: str, now: int) -> Any:
        again = text("UPDATE enrolments SET number = (SELECT max(number) + 1 FROM enrolments) WHERE code_mac = :mac")
        self._connection.execute(again, {"mac": code_mac})
        return super().claim(code_mac, public_key=public_key, handle=handle, name=name, now=now)


class _ForgetfulConsents(Consents):
    def revoke(self, citizen_id: str, client_id: str, now: int) -> bool:
        forget = text("DELETE FROM consents WHERE citizen_id = :citizen AND client_id = :client")
        return self._connection.execute(forget, {"citizen": citizen_id, "client": client_id}).rowcount > 0


class _SilentAudit(Audit):
    unheard: frozenset[Event]

    def append(self, row: AuditRow) -> None:
        if row.event not in self.unheard:
            super().append(row)


class _AuditWithoutEnds(_SilentAudit):
    unheard = frozenset({Event.LOGIN_FINISHED})


class _AuditWithoutNames(_SilentAudit):
    unheard = frozenset({Event.AUTHENTICATOR_RENAMED})


def codes_can_be_used_again(uow: Any) -> None:
    uow.grants = _ReusableCodes(uow.grants._connection)


def locks_are_not_looked_at(uow: Any) -> None:
    uow.grants = _UnlockedGrants(uow.grants._connection)


def logins_belong_to_everybody(uow: Any) -> None:
    uow.logins = _EverybodysLogins(uow.logins._connection)


def backup_codes_are_never_used_up(uow: Any) -> None:
    uow.authenticators = _EndlessCodes(uow.authenticators._connection, uow.authenticators._sealer)


def sessions_never_end(uow: Any) -> None:
    uow.sessions = _EndlessSessions(uow.sessions._connection, uow.clients, uow.outbox)


def finished_logins_are_not_audited(uow: Any) -> None:
    uow.audit = _AuditWithoutEnds(uow.audit._connection)


def new_names_are_not_audited(uow: Any) -> None:
    uow.audit = _AuditWithoutNames(uow.audit._connection)


def other_sessions_live_on(uow: Any) -> None:
    uow.sessions = _NobodyElsesEnd(uow.sessions._connection, uow.clients, uow.outbox)


def pairings_never_expire(uow: Any) -> None:
    uow.enrolments = _EndlessPairings(uow.enrolments._connection, uow.enrolments._sealer)


def older_pairings_live_on(uow: Any) -> None:
    uow.enrolments = _ParallelPairings(uow.enrolments._connection, uow.enrolments._sealer)


def grants_outlive_consents(uow: Any) -> None:
    uow.consents = _ForgetfulConsents(uow.consents._connection)
