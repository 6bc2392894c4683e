"""RP-initiated logout, and logging out of our own pages: one address, `/logout`."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.session import Session
from idp.journey.sessions import current, log_out
from idp.protocol.messages import EndSession
from idp.web import csrf, dead_ends
from idp.web.forms import LONGEST_BOUNCE, Pairs, body_pairs, query_pairs
from idp.web.house import house, origin
from idp.web.lean import LeanRoute
from idp.web.presentation import cookies, page, see_other
from idp.web.views import LoggedOutPage, LogoutPage

_CLEAR = '"cache", "storage"'


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
    own = dict(pairs)
    asked = [pair for pair in pairs if pair[0] not in {csrf.FIELD, "decision"}]
    with home.store.begin() as uow:
        judged = home.provider.end_session(uow, asked)
        if not isinstance(judged, EndSession):
            return dead_ends.bad_request(request, judged)
        session = current(home.world, uow, handle)
        given = own.get(csrf.FIELD, "") if request.method == "POST" else ""  # a GET changes nothing (C03)
        answered = csrf.is_ours(request, home.world.secrets, handle, given, home.issuer)
        if session is not None and not judged.concerns(session.sid):
            if not answered:
                return _question(request, judged, handle or "")
            if own.get("decision") != "logout":
                return see_other("/hesabim")
        if session is not None:
            log_out(home.world, uow, session, origin(request))
    return _done(request, judged, session)


def _question(request: Request, judged: EndSession, handle: str) -> Response:
    """Ask, carrying the request unchanged: the answered question is judged again from it (LOGOUT-04)."""
    view = LogoutPage(
        submit="/logout",
        rp_name=judged.client.name if judged.client is not None else None,
        hidden=judged.carried,
    )
    return page(request, view, binding=handle, form_targets=_targets(judged))


def _done(request: Request, judged: EndSession, session: Session | None) -> Response:
    if judged.return_to is not None:
        response: Response = see_other(judged.return_to)
    else:
        response = page(
            request,
            LoggedOutPage(
                rp_name=judged.client.name if judged.client is not None else None,
                return_url=judged.client.home_uri if judged.client is not None else None,
                others_may_remain=session is not None,
            ),
        )
    cookies(request).drop_session(response)
    response.headers["clear-site-data"] = _CLEAR
    return response


def _targets(judged: EndSession) -> tuple[str, ...]:
    if judged.return_to is None:
        return ()
    scheme, _, rest = judged.return_to.partition("://")
    return (f"{scheme}://{rest.partition('/')[0].partition('?')[0]}",)


routes = [LeanRoute("/logout", logout, methods=["GET", "POST"])]
