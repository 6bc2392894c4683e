"""Forms that no page of ours gave: refused, and written down once, whichever page they pretend to come from (C03)."""

from collections.abc import Mapping

from starlette.requests import Request

from idp.domain.audit import AuditRow, Event
from idp.web import csrf
from idp.web.house import house, origin


class ForgedForm(Exception):
    """A form that no page of ours gave this browser. `retry` shows the page again."""

    def __init__(self, retry: str) -> None:
        super().__init__(retry)
        self.retry = retry


def require_ours(
    request: Request,
    binding: str | None,
    fields: Mapping[str, str],
    *,
    retry: str,
    login_id: str | None = None,
    citizen_id: str | None = None,
) -> None:
    """`binding` is the cookie value that the page's forms are bound to. Raises ForgedForm."""
    home = house(request)
    if csrf.is_ours(request, home.world.secrets, binding, fields.get(csrf.FIELD, ""), home.issuer):
        return
    with home.store.begin() as uow:
        uow.audit.append(
            AuditRow(
                at=home.world.clock.now(),
                event=Event.REQUEST_FORGED,
                ok=False,
                origin=origin(request),
                citizen_id=citizen_id,
                login_id=login_id,
            )
        )
    raise ForgedForm(retry)
