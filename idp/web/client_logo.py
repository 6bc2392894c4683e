"""The logo of a relying party, from our own address: pages load no picture from anywhere else (SET-13)."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from idp.domain.client import Client
from idp.web.documents import answered
from idp.web.house import house
from idp.web.i18n import Language
from idp.web.lean import LeanRoute

_PREFIX = "/client-logo"
_HEADERS = {
    "cache-control": "private, max-age=600",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": "inline",
}


def address(client: Client, language: Language) -> str | None:
    """Where the copy of its logo is; None if it registered none."""
    if client.told("logo_uri", language) is None:
        return None
    return f"{_PREFIX}/{language}/{quote(client.client_id, safe='')}"


async def client_logo(request: Request) -> Response:
    """404 without a page: nobody reads it. It is fetched when the first citizen is shown it."""
    language, client_id = request.path_params["language"], request.path_params["client_id"]
    provider = house(request).provider
    picture = await answered(request, lambda uow: provider.logo(uow, client_id, language))
    if picture is None:
        return Response(status_code=404)
    return Response(picture.body, media_type=picture.media_type, headers=_HEADERS)


routes = [LeanRoute(f"{_PREFIX}/{{language}}/{{client_id}}", client_logo, methods=["GET"])]
