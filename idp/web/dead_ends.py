"""Pages where something ends that should not have: each says what happened, what to do, and how to go back."""

from starlette.requests import Request
from starlette.responses import Response

from idp.domain.client import Client
from idp.protocol.messages import ErrorPage as ProtocolErrorPage
from idp.web.house import house, origin
from idp.web.presentation import language, page
from idp.web.views import ErrorKind, ErrorPage

_STATUS = {
    ErrorKind.EXPIRED: 410,
    ErrorKind.MOVED_ON: 409,
    ErrorKind.BAD_REQUEST: 400,
    ErrorKind.STALE_FORM: 403,
    ErrorKind.STOPPED: 403,
    ErrorKind.TOO_MANY: 429,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.FAULT: 500,
    ErrorKind.DENIED: 403,
    ErrorKind.DISOWNED: 403,
}


def page_of(
    request: Request,
    kind: ErrorKind,
    *,
    status: int | None = None,
    client: Client | None = None,
    retry: str | None = None,
    wait: int = 0,
    developer: tuple[tuple[str, str], ...] = (),
) -> Response:
    """The page of one dead end. `client` offers its start page; `developer` is shown in sandbox mode only."""
    lang = language(request)
    response = page(
        request,
        ErrorPage(
            kind=kind,
            reference=origin(request).request_id,
            rp_name=client.called(lang) if client is not None else None,
            return_url=client.start_page(lang) if client is not None else None,
            retry=retry,
            wait=wait,
            developer=developer if house(request).sandbox else (),
        ),
        status=status or _STATUS[kind],
        keeps_query=False,
    )
    if wait:
        response.headers["retry-after"] = str(wait)
    return response


def bad_request(request: Request, answer: ProtocolErrorPage) -> Response:
    """An authorization or logout request that nothing may be sent back for (AUTH-04)."""
    return page_of(
        request,
        ErrorKind.BAD_REQUEST,
        developer=(("error", answer.error), ("error_description", answer.description)),
    )
