"""RP-initiated logout, and logging out of our own pages: one address, `/logout`."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
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
from idp.web.presentation import LANGUAGE_PARAMETER, cookies, language, page, see_other
from idp.web.views import LogoutPage

_DECISION = "decision"


async def logout(request: Request) -> Response:
    """GET or POST from a relying party, and the POST of our own question (which carries our token).

    A form that another site posts carries none of our cookies. Whatever it says, it bounces through a GET of our own:
    only a form of ours is an answer (C03). Raises HTTPException 413 for one that is too long for that.
    """
    if request.method != "POST":
        return await run_in_threadpool(_logout, request, _asked(query_pairs(request)))
    pairs = await body_pairs(request) or []
    own, asked = dict(pairs), _asked(pairs)
    home, handle = house(request), cookies(request).session(request)
    if csrf.is_ours(request, home.world.secrets, handle, own.get(csrf.FIELD, ""), home.issuer):
        if own.get(_DECISION) != "logout":
            return see_other("/hesabim")
        return await run_in_threadpool(_logout, request, asked, answered=True)
    query = urlencode(asked)
    if len(query) > LONGEST_BOUNCE:
        raise HTTPException(413)
    return see_other(f"/logout?{query}")


def _asked(pairs: Pairs) -> Pairs:
    """What a relying party says, without what only our own question does."""
    return [pair for pair in pairs if pair[0] not in {csrf.FIELD, _DECISION}]


def _logout(request: Request, asked: Pairs, *, answered: bool = False) -> Response:
    home, handle, reach = house(request), cookies(request).session(request), LogoutReach()
    with home.store.begin() as uow:
        judged = home.provider.end_session(uow, asked)
        if not isinstance(judged, EndSession):
            return dead_ends.bad_request(request, judged)
        session = of_browser(home.world, uow, handle)
        if session is not None and not answered and not home.provider.concerns(judged, session.sid):
            if not has_run_out(home.world, session):
                return _question(request, judged, handle or "")
            session = None  # there is nothing to ask about, and nobody is told because another site asked
        if session is not None:
            reach = home.provider.logout_reach(uow, session, judged.client)
            log_out(home.world, uow, session, origin(request))
    return farewell(
        request,
        reach,
        client=judged.client,
        return_to=judged.return_to,
        ui_locales=judged.ui_locales,
        forgets=answered or session is not None,
    )


def _question(request: Request, judged: EndSession, handle: str) -> Response:
    """Ask, carrying the request unchanged: the answered question is judged again from it (LOGOUT-04)."""
    chose_language = LANGUAGE_PARAMETER in request.query_params
    lang = language(request, judged.ui_locales)
    view = LogoutPage(
        submit="/logout",
        rp_name=judged.client.called(lang) if judged.client is not None else None,
        hidden=tuple(pair for pair in judged.carried if not (chose_language and pair[0] == "ui_locales")),
    )
    targets = () if judged.return_to is None else (origin_of(judged.return_to),)
    return page(request, view, binding=handle, form_targets=targets, ui_locales=judged.ui_locales)


routes = [LeanRoute("/logout", logout, methods=["GET", "POST"])]
