"""What happened, written once. Rows are only ever inserted; `audit_chain` links them."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from idp.domain.audit import AuditRow, Event, Origin
from idp.store import audit_chain
from idp.store.codec import storable
from idp.store.tables import audit

OWN_EVENTS = (
    *(Event.LOGIN_FINISHED, Event.LOGIN_REFUSED, Event.LOGIN_CANCELLED),
    *(Event.PASSWORD_REFUSED, Event.FACTOR_REFUSED, Event.FACTOR_PAUSED),
    *(Event.APPROVAL_DENIED, Event.ALARM_RAISED, Event.RECOVERY_BEGUN),
    *(Event.PASSWORD_CHANGED, Event.PHONE_CHANGED, Event.TWO_STEP_ENABLED, Event.TWO_STEP_DISABLED),
    *(Event.AUTHENTICATOR_ADDED, Event.AUTHENTICATOR_RENAMED, Event.AUTHENTICATOR_REMOVED),
    *(Event.AUTHENTICATOR_PREFERRED, Event.BACKUP_CODES_MADE, Event.CONSENT_REVOKED),
)
"""What citizens are shown of their own (R-81): how each login ended, wrong tries, alarms, changes of their settings."""

_INSERT = insert(audit).inline()
_OF_CITIZEN = (
    select(audit)
    .where(audit.c.citizen_id == bindparam("citizen"), audit.c.event.in_([event.value for event in OWN_EVENTS]))
    .order_by(audit.c.id.desc())
    .limit(bindparam("most"))
)


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, row: AuditRow) -> None:
        """Write one fact, in the transaction of what it tells of. Texts of strangers are cut to what can be stored."""
        origin = row.origin
        self._connection.execute(
            _INSERT,
            {
                "at": row.at,
                "event": row.event.value,
                "ok": row.ok,
                "ip": storable(origin.ip),
                "user_agent": storable(origin.user_agent),
                "request_id": storable(origin.request_id),
                "citizen_id": _storable(row.citizen_id),
                "client_id": _storable(row.client_id),
                "login_id": _storable(row.login_id),
                "session_id": _storable(row.session_id),
                "method": _storable(row.method),
                "reason": _storable(row.reason),
            },
        )

    def of_citizen(self, citizen_id: str, most: int) -> tuple[AuditRow, ...]:
        """What happened to the citizen's logins and security settings, newest first (R-81)."""
        rows = self._connection.execute(_OF_CITIZEN, {"citizen": citizen_id, "most": most})
        return tuple(_audit_row(row) for row in rows)

    def seal(self, now: int, most: int = 1000) -> int:
        """Link committed rows into the chain; how many. See `audit_chain`."""
        return audit_chain.seal(self._connection, now, most)

    def verify_chain(self) -> audit_chain.Break | None:
        """The first place where the audit is not what was sealed; None if there is none (E08)."""
        return audit_chain.first_break(self._connection)


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _audit_row(row: Row[Any]) -> AuditRow:
    return AuditRow(
        at=row.at,
        event=Event(row.event),
        ok=row.ok,
        origin=Origin(ip=row.ip, user_agent=row.user_agent, request_id=row.request_id),
        citizen_id=row.citizen_id,
        client_id=row.client_id,
        login_id=row.login_id,
        session_id=row.session_id,
        method=row.method,
        reason=row.reason,
    )
