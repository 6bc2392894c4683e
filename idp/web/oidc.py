"""The protocol's endpoints. The lean ones read a bare request and run one unit of work on the event loop's terms."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Origin
from idp.domain.authorization_request import Prompt
from idp.journey.begin import begin
from idp.journey.sessions import current
from idp.protocol.messages import Acceptable, Answer, Document, ErrorPage, Headers, JsonAnswer
from idp.web import dead_ends
from idp.web.callback import send_back
from idp.web.conclusion import Conclusion, conclude
from idp.web.documents import answered, answered_in_thread
from idp.web.forms import LONGEST_BOUNCE, Pairs, body_pairs, query_pairs
from idp.web.headers import received
from idp.web.house import UnitOfWork, house, origin
from idp.web.i18n import spoken
from idp.web.lean import LeanRoute
from idp.web.presentation import cookies, see_other

_CORS = {"access-control-allow-origin": "*"}
_READABLE = {**_CORS, "access-control-expose-headers": "WWW-Authenticate"}
"""A script must be able to read the challenge, or it cannot do what it says (RFC 9470 §4)."""

_PREFLIGHT = {
    **_CORS,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "3600",
}


ClientVerb = Callable[[UnitOfWork, Pairs, Headers, Origin], JsonAnswer]
"""What the provider does for a client that authenticates: issue, introspect, revoke."""


async def authorize(request: Request) -> Response:
    """GET, or a form that another site posts here (Core §3.1.2.1).

    A cross-site POST carries none of our cookies, so it bounces once through a GET of our own (SET-14).
    """
    if request.method == "POST":
        posted = await body_pairs(request)
        query = urlencode(posted or [])
        if posted is not None and len(query) <= LONGEST_BOUNCE:
            return see_other(f"/authorize?{query}")
        return await run_in_threadpool(_authorize, request, posted or [])
    return await run_in_threadpool(_authorize, request, query_pairs(request))


def _authorize(request: Request, pairs: Pairs) -> Response:
    home, jar = house(request), cookies(request)
    binding = home.world.secrets.token()

    def judged(uow: UnitOfWork) -> tuple[Acceptable, Conclusion] | Answer:
        checked = home.provider.check(uow, pairs, origin(request))
        return (checked, _begun(request, uow, checked, binding)) if isinstance(checked, Acceptable) else checked

    answer = answered_in_thread(request, judged)
    if isinstance(answer, ErrorPage):
        return dead_ends.bad_request(request, answer)
    if not isinstance(answer, tuple):
        return send_back(request, answer)
    checked, concluded = answer
    response = concluded.response(request)
    if isinstance(concluded.answer, str):
        jar.set_login(request, response, concluded.login.id, binding)
    wished = next((lang for tag in checked.request.ui_locales if (lang := spoken(tag))), None)
    if wished is not None and Prompt.NONE not in checked.request.prompt:
        jar.set_language(response, wished)
    return response


def _begun(request: Request, uow: UnitOfWork, checked: Acceptable, binding: str) -> Conclusion:
    home = house(request)
    standing = begin(
        home.world,
        uow,
        request=checked.request,
        client=checked.client,
        session=current(home.world, uow, cookies(request).session(request)),
        browser_hash=sha256_hex(binding),
        origin=origin(request),
    )
    return conclude(request, uow, standing)


async def token(request: Request) -> Response:
    return _json(await _asked_by_client(request, house(request).provider.token))


async def introspect(request: Request) -> Response:
    """For servers only: no script of another origin holds a client's secret, so none may read the answer."""
    answer = await _asked_by_client(request, house(request).provider.introspect)
    return Response(answer.body, answer.status, dict(answer.headers))


async def revoke(request: Request) -> Response:
    return _json(await _asked_by_client(request, house(request).provider.revoke))


async def _asked_by_client(request: Request, verb: ClientVerb) -> JsonAnswer:
    """The answer to a form of an authenticated client, committed."""
    pairs = await body_pairs(request)
    given, headers, came_from = pairs or [], received(request), origin(request)
    return await answered(request, lambda uow: verb(uow, given, headers, came_from))


async def userinfo(request: Request) -> Response:
    form = (await body_pairs(request) or []) if request.method == "POST" else []
    query, headers, home = query_pairs(request), received(request), house(request)
    answer = await answered(
        request,
        lambda uow: home.provider.userinfo(uow, request.method, headers, query=query, form=form),
        read_only=True,
    )
    return _json(answer)


async def discovery(request: Request) -> Response:
    return _document(request, house(request).provider.discovery())


async def jwks(request: Request) -> Response:
    return _document(request, house(request).provider.jwks())


async def preflight(request: Request) -> Response:
    return Response(status_code=204, headers=_PREFLIGHT)


def _json(answer: JsonAnswer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers) | _READABLE)


def _document(request: Request, document: Document) -> Response:
    headers = {
        **_CORS,
        "etag": document.etag,
        "cache-control": f"public, max-age={document.max_age}",
        "cross-origin-resource-policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == document.etag:
        return Response(status_code=304, headers=headers)
    return Response(document.body, media_type="application/json", headers=headers)


Endpoint = Callable[[Request], Awaitable[Response]]


def _readable_across_origins(path: str, endpoint: Endpoint, methods: list[str]) -> tuple[LeanRoute, LeanRoute]:
    """An endpoint that browser clients call from their own origin (R-14)."""
    return LeanRoute(path, endpoint, methods=methods), LeanRoute(path, preflight, methods=["OPTIONS"])


routes = [
    LeanRoute("/authorize", authorize, methods=["GET", "POST"]),
    *_readable_across_origins("/token", token, ["POST"]),
    LeanRoute("/introspect", introspect, methods=["POST"]),
    *_readable_across_origins("/revoke", revoke, ["POST"]),
    *_readable_across_origins("/userinfo", userinfo, ["GET", "POST"]),
    *_readable_across_origins("/jwks", jwks, ["GET"]),
    *_readable_across_origins("/.well-known/openid-configuration", discovery, ["GET"]),
    *_readable_across_origins("/.well-known/oauth-authorization-server", discovery, ["GET"]),
]
