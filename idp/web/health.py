"""Whether the process lives, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from idp.domain.errors import OutOfService
from idp.web.house import house

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The one word that orchestrators need."""

    status: Literal["ok", "unavailable"]


@router.get("/livez", summary="Is the process alive?", response_model=Health)
async def livez() -> Health:
    """Answers without touching the database, so that a slow database never restarts the process."""
    return Health(status="ok")


@router.get(
    "/readyz",
    summary="Can the process serve?",
    response_model=Health,
    responses={503: {"model": Health, "description": "Database or keys do not answer, or the process is stopping."}},
)
def readyz(request: Request) -> Response:
    """Asks the database, and whether there are keys to sign with. 503 takes the process out of a load balancer."""
    if request.app.state.stopping.is_set():
        return JSONResponse({"status": "unavailable"}, 503)  # leave the load balancer before anything is refused
    try:
        house(request).store.ping()
        house(request).provider.jwks()
    except OutOfService:
        return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": "ok"})
