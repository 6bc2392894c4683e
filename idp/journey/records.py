"""Audit rows of a journey, with the parts that every one of them shares."""

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.login import Login
from idp.journey.ports import UnitOfWork


def write(
    uow: UnitOfWork,
    login: Login,
    event: Event,
    *,
    at: int,
    origin: Origin,
    ok: bool = True,
    method: str | None = None,
    reason: str | None = None,
) -> None:
    """Append what happened in this login, in the same transaction as the fact itself."""
    uow.audit.append(
        AuditRow(
            at=at,
            event=event,
            ok=ok,
            origin=origin,
            citizen_id=login.citizen_id,
            client_id=login.request.client_id if login.request is not None else None,
            login_id=login.id,
            session_id=login.session_id,
            method=method,
            reason=reason,
        )
    )
