"""The answer when a browser's session ended: it forgets us, and relying parties hear of it there if they want to."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from idp.domain.client import Client
from idp.protocol.messages import LogoutReach
from idp.web.callback import origin_of
from idp.web.presentation import cookies, language, page, see_other
from idp.web.views import LoggedOutPage

_CLEAR = '"cache", "storage"'


def farewell(
    request: Request,
    reach: LogoutReach,
    *,
    client: Client | None = None,
    return_to: str | None = None,
    ui_locales: Sequence[str] = (),
    forgets: bool = True,
) -> Response:
    """Back to `return_to` at once, or by way of a page where somebody is told in a frame (Front-Channel Logout §2).

    `forgets=False` where no session ended: a request that came without the cookie, as another site's do, must not take
    it from the browser (C03).
    """
    lang = language(request, ui_locales)
    if return_to is not None and not reach.frames:
        response: Response = see_other(return_to)
    else:
        response = page(
            request,
            LoggedOutPage(
                rp_name=None if client is None else client.called(lang),
                return_url=return_to or (None if client is None else client.start_page(lang)),
                goes_on=return_to is not None,
                others_may_remain=reach.others_may_remain,
                frames=reach.frames,
            ),
            frames=[origin_of(frame) for frame in reach.frames],
            ui_locales=ui_locales,
        )
    if forgets:
        cookies(request).drop_session(response)
        response.headers["clear-site-data"] = _CLEAR
    return response
