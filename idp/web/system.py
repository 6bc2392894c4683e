"""The front page, health, and what crawlers may read (nothing)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from idp.web.house import house
from idp.web.pages import STATIC_FILES
from idp.web.presentation import page

router = APIRouter(include_in_schema=False)

_FOREVER = "public, max-age=31536000, immutable"


@router.get("/robots.txt")
def robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@router.get("/static/{name}")
def static(name: str) -> Response:
    """A static file; its address changes with its content, so it may be kept for ever."""
    file = STATIC_FILES / name
    if file.parent != STATIC_FILES or not file.is_file():
        return Response(status_code=404)
    return FileResponse(file, headers={"cache-control": _FOREVER})


@router.get("/favicon.ico")
def favicon() -> Response:
    return FileResponse(STATIC_FILES / "mark.svg", headers={"cache-control": "public, max-age=86400"})


@router.get("/")
def start(request: Request) -> Response:
    return page(request, house(request).start_page(request))
