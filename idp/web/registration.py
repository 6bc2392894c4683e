"""Relying parties that register themselves: `/register` (RFC 7591), and each client's own address below (RFC 7592).

Programs call these, not browsers of other origins: no CORS, so that no page can register a client from its visitors.
"""

from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.messages import JsonAnswer
from idp.protocol.registration.answers import PATH
from idp.web.documents import answered
from idp.web.forms import whole_body
from idp.web.headers import received
from idp.web.house import UnitOfWork, house, origin
from idp.web.lean import LeanRoute


async def register(request: Request) -> Response:
    body = await whole_body(request)
    provider, came_from, headers = house(request).provider, origin(request), received(request)
    return _response(await answered(request, lambda uow: provider.register(uow, headers, body, came_from)))


async def manage(request: Request) -> Response:
    body = await whole_body(request)
    provider, came_from, headers = house(request).provider, origin(request), received(request)
    client_id: str = request.path_params["client_id"]

    def verb(uow: UnitOfWork) -> JsonAnswer:
        match request.method:
            case "PUT":
                return provider.replace_client(uow, client_id, headers, body, came_from)
            case "DELETE":
                return provider.remove_client(uow, client_id, headers, came_from)
        return provider.read_client(uow, client_id, headers, came_from)

    return _response(await answered(request, verb))


def _response(answer: JsonAnswer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))


routes = [
    LeanRoute(PATH, register, methods=["POST"]),
    LeanRoute(f"{PATH}/{{client_id}}", manage, methods=["GET", "PUT", "DELETE"]),
]
