"""What machines ask: is it alive, is it ready, may I index it; and the description of the API, readable offline."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from relying_party_demo import pages
from relying_party_demo.services import Caller, House

router = APIRouter()


class Health(BaseModel):
    """How the service is."""

    status: Annotated[Literal["ok", "unavailable"], Field(examples=["ok"])]


_OPEN: dict[str, object] = {"security": []}


@router.get(
    "/livez",
    tags=["Sistem"],
    summary="The process runs",
    response_description="It does",
    openapi_extra=_OPEN,
)
def livez() -> Health:
    """Answers without asking anything else."""
    return Health(status="ok")


@router.get(
    "/readyz",
    tags=["Sistem"],
    summary="The process can serve: its data file answers",
    response_description="It can",
    openapi_extra=_OPEN,
    responses={503: {"model": Health, "description": "Not now; try again soon"}},
    response_model=Health,
)
def readyz(services: House) -> Response:
    """The provider is not asked: without it MHRS still answers, and says so on its pages."""
    is_ready = services.store.is_ready()
    health = Health(status="ok" if is_ready else "unavailable")
    return JSONResponse(health.model_dump(), status_code=200 if is_ready else 503)


@router.get("/robots.txt", include_in_schema=False)
def robots() -> PlainTextResponse:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


@router.get("/docs", include_in_schema=False)
def docs(request: Request, services: House, visitor: Caller) -> Response:
    return pages.render(request, services, visitor, "docs.html")
