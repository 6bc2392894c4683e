"""RP-initiated logout, and logging out of our own pages: one address, `/logout`."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from idp.journey.sessions import has_run_out, log_out, of_browser
from idp.protocol.messages import EndSession, LogoutReach
from idp.web import csrf, dead_ends
from idp.web.callback import origin_of
from idp.web.farewell import farewell
from idp.web.forms import LONGEST_BOUNCE, Pairs, body_pairs, query_pairs
from idp.web.house import house, origin
from idp.web.lean import LeanRoute
from idp.web.presentation import LANGUAGE_PARAMETER, cookies, page, see_other
from idp.web.views import LogoutPage


async def logout(request: Request) -> Response:
    """GET or POST from a relying party, and the POST of our own question (which carries our token).

    A form that another site posts carries none of our cookies, so it bounces once through a GET of our own.
    """
    if request.method != "POST":
        return await run_in_threadpool(_logout, request, query_pairs(request))
    pairs = await body_pairs(request) or []
    query = urlencode(pairs)
    if all(name != csrf.FIELD for name, _ in pairs) and len(query) <= LONGEST_BOUNCE:
        return see_other(f"/logout?{query}")
    return await run_in_threadpool(_logout, request, pairs)


def _logout(request: Request, pairs: Pairs) -> Response:
    home, handle = house(request), cookies(request).session(request)
    own, reach = dict(pairs), LogoutReach()
    asked = [pair for pair in pairs if pair[0] not in {csrf.FIELD, "decision"}]
    with home.store.begin() as uow:
        judged = home.provider.end_session(uow, asked)
        if not isinstance(judged, EndSession):
            return dead_ends.bad_request(request, judged)
        session = of_browser(home.world, uow, handle)
        given = own.get(csrf.FIELD, "") if request.method == "POST" else ""  # a GET changes nothing (C03)
        answered = csrf.is_ours(request, home.world.secrets, handle, given, home.issuer)
        if session is not None and not judged.concerns(session.sid):
            if has_run_out(home.world, session):
                session = None  # nothing is left to end, and nobody is told because another site asked
            elif not answered:
                return _question(request, judged, handle or "")
            elif own.get("decision") != "logout":
                return see_other("/hesabim")
        if session is not None:
            reach = home.provider.logout_reach(uow, session, judged.client)
            log_out(home.world, uow, session, origin(request))
    home.sent()
    return farewell(request, reach, client=judged.client, return_to=judged.return_to, ui_locales=judged.ui_locales)


def _question(request: Request, judged: EndSession, handle: str) -> Response:
    """Ask, carrying the request unchanged: the answered question is judged again from it (LOGOUT-04)."""
    chose_language = LANGUAGE_PARAMETER in request.query_params
    view = LogoutPage(
        submit="/logout",
        rp_name=judged.client.name if judged.client is not None else None,
        hidden=tuple(pair for pair in judged.carried if not (chose_language and pair[0] == "ui_locales")),
    )
    targets = () if judged.return_to is None else (origin_of(judged.return_to),)
    return page(request, view, binding=handle, form_targets=targets, ui_locales=judged.ui_locales)


routes = [LeanRoute("/logout", logout, methods=["GET", "POST"])]
