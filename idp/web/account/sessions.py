"""The citizen's live sessions: seeing them, and ending one or all."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.journey import security_settings, sessions
from idp.web.account.addresses import END_ALL, SESSIONS
from idp.web.account.door import Acting, Fields, Proved, done, notice, show
from idp.web.account.places import place
from idp.web.devices import browser_name
from idp.web.farewell import farewell
from idp.web.house import house, origin
from idp.web.presentation import language, see_other
from idp.web.views import SessionRow, SessionsPage

router = APIRouter(include_in_schema=False)


@router.get(SESSIONS)
def sessions_page(request: Request, visitor: Proved) -> Response:
    home = house(request)
    with home.store.read() as uow:
        live = uow.sessions.of_citizen(visitor.citizen.id, home.world.clock.now())
    rows = tuple(
        SessionRow(
            id=session.id,
            device=browser_name(session.user_agent),
            place=place(session.ip, language(request)),
            started_at=session.created_at,
            last_seen_at=session.last_seen_at,
            current=session.id == visitor.session.id,
        )
        for session in live
    )
    view = SessionsPage(end=f"{SESSIONS}/kapat", end_all=END_ALL, rows=rows, notice=notice(request))
    return show(request, visitor, view)


@router.post(f"{SESSIONS}/kapat")
def end_session(request: Request, visitor: Acting, fields: Fields) -> Response:
    """End one session of one's own; a foreign id ends nothing (E01)."""
    home = house(request)
    with home.store.begin() as uow:
        ended = sessions.end(
            home.world, uow, visitor.session, fields.get("session_id", ""), origin(request), reason="ended_by_citizen"
        )
    return see_other(done(SESSIONS, "sonlandi") if ended else SESSIONS)


@router.post(END_ALL)
def end_all_sessions(request: Request, visitor: Acting, fields: Fields) -> Response:
    """Every session; with `keep=this`, as whoever just added a second step is offered, all but the one at hand."""
    home = house(request)
    security_settings.end_other_sessions(home.world, visitor, origin(request))
    if fields.get("keep") == "this":
        return see_other(done(SESSIONS, "digerleri"))
    with home.store.begin() as uow:
        reach = home.provider.logout_reach(uow, visitor.session)
        sessions.log_out(home.world, uow, visitor.session, origin(request))
    # What was open in other browsers can be told only by the server, which not every service listens to.
    return farewell(request, replace(reach, others_may_remain=True))


@router.get(f"{SESSIONS}/kapat")
@router.get(END_ALL)
def sessions_again(request: Request) -> Response:
    return see_other(SESSIONS)
