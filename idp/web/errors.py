"""From an exception to an answer. Bad input is never a 5xx, and a fault of ours says so calmly."""

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.domain.errors import (
    LoginExpired,
    LoginMovedOn,
    LoginNotFound,
    OutOfService,
    ProofRequired,
    TooBusy,
    TooManyRequests,
)
from idp.web import dead_ends
from idp.web.account.door import LogInFirst, log_in
from idp.web.forged import ForgedForm
from idp.web.login.door import dead_login, moved_on
from idp.web.views import ErrorKind

_log = structlog.get_logger("esik.errors")

_OAUTH = ("/token", "/introspect", "/revoke", "/userinfo", "/register")
_OAUTH_BELOW = "/register/"
_PROGRAMS = ("/device/v1/", "/sandbox/v1/", "/jwks", "/.well-known/", "/openapi.json", "/livez", "/readyz")
_RETRY_SECONDS = 2
_TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    404: "Not found",
    405: "Method not allowed",
    409: "Not waiting",
    413: "Too large",
    422: "Unprocessable content",
    429: "Too many requests",
    503: "Unavailable",
}
_OAUTH_ERRORS = {503: "temporarily_unavailable", 500: "server_error"}


def install(app: FastAPI) -> None:
    """Give the application its answers to everything that can go wrong."""
    app.add_exception_handler(LoginNotFound, _login_not_found)
    app.add_exception_handler(LoginExpired, _login_expired)
    app.add_exception_handler(LoginMovedOn, _login_moved_on)
    app.add_exception_handler(ForgedForm, _forged)
    app.add_exception_handler(LogInFirst, _log_in_first)
    app.add_exception_handler(ProofRequired, _proof_required)
    app.add_exception_handler(TooBusy, _later)
    app.add_exception_handler(TooManyRequests, _later)
    app.add_exception_handler(OutOfService, _out_of_service)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unprocessable)


def _login_id(request: Request) -> str | None:
    return request.path_params.get("login_id")


def _login_not_found(request: Request, _: Exception) -> Response:
    return dead_login(request, ErrorKind.EXPIRED, None)


def _login_expired(request: Request, _: Exception) -> Response:
    try:
        return dead_login(request, ErrorKind.EXPIRED, _login_id(request))
    except OutOfService as out:
        return _out_of_service(request, out)


def _login_moved_on(request: Request, _: Exception) -> Response:
    login_id = _login_id(request)
    if login_id is None:
        return dead_ends.page_of(request, ErrorKind.MOVED_ON)
    try:
        return moved_on(request, login_id)
    except LoginNotFound:  # gone between the two looks: what a handler raises nobody handles
        return dead_ends.page_of(request, ErrorKind.EXPIRED)
    except OutOfService as out:
        return _out_of_service(request, out)


def _forged(request: Request, error: Exception) -> Response:
    assert isinstance(error, ForgedForm)  # noqa: S101 - registered for this type only
    return dead_ends.page_of(request, ErrorKind.STALE_FORM, retry=error.retry)


def _log_in_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, LogInFirst)  # noqa: S101 - registered for this type only
    return log_in(request, error)


def _proof_required(request: Request, _: Exception) -> Response:
    """The proofs were good when the page was opened, and no longer when the form arrived."""
    return log_in(request, LogInFirst(request.url.path, fresh=True))


def _later(request: Request, error: Exception) -> Response:
    assert isinstance(error, (TooBusy, TooManyRequests))  # noqa: S101 - registered for these types only
    status = 503 if isinstance(error, TooBusy) else 429
    _log.warning("busy" if status == 503 else "too_many_requests", retry_after=error.retry_after)  # B11: the alarm
    response = _program_answer(request, status)
    if response is None:
        return dead_ends.page_of(request, ErrorKind.TOO_MANY, status=status, wait=error.retry_after)
    response.headers["retry-after"] = str(error.retry_after)
    return response


def _out_of_service(request: Request, error: Exception) -> Response:
    _log.warning("out_of_service", error=str(error))
    response = _program_answer(request, 503) or dead_ends.page_of(request, ErrorKind.FAULT, status=503)
    response.headers["retry-after"] = str(_RETRY_SECONDS)
    return response


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    response = _program_answer(request, error.status_code) or _page_for(request, error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _unprocessable(_: Request, __: Exception) -> Response:
    """A value outside of what the API describes. Nothing of the request is echoed."""
    return JSONResponse({"title": _TITLES[422], "status": 422}, 422, media_type="application/problem+json")


def _page_for(request: Request, status: int) -> Response:
    kind = ErrorKind.NOT_FOUND if status in {404, 405} else ErrorKind.BAD_REQUEST
    return dead_ends.page_of(request, kind, status=status)


def _program_answer(request: Request, status: int) -> Response | None:
    """What programs get: OAuth JSON at the protocol's endpoints, a problem document at the other APIs (RFC 9457)."""
    path = request.url.path
    if path in _OAUTH or path.startswith(_OAUTH_BELOW):
        return JSONResponse(
            {"error": _OAUTH_ERRORS.get(status, "invalid_request")}, status, {"cache-control": "no-store"}
        )
    if path.startswith(_PROGRAMS):
        title = _TITLES.get(status, "Error")
        return JSONResponse({"title": title, "status": status}, status, media_type="application/problem+json")
    return None


class LastResort:
    """A fault of ours: the log gets the whole of it, the caller one calm sentence and a reference number."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            _log.exception("fault", request_id=scope["esik.origin"].request_id)
            request = Request(scope)
            response = _program_answer(request, 500) or dead_ends.page_of(request, ErrorKind.FAULT)
            await response(scope, receive, send)
