"""`/login/{id}/app/events`: tells the browser that asks when its approval was answered, by server-sent events.

One word at most, and nothing else: what it means is decided when the page is sent. Without it, a button does the same.
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.secrets import sha256_hex
from idp.domain.errors import LoginNotFound, OutOfService
from idp.journey.approvals import Seen, seen_by_browser
from idp.web.house import UnitOfWork, house
from idp.web.presentation import cookies
from idp.web.waiting_room import waiting_room

router = APIRouter(include_in_schema=False)

_LOOKS = 1200  # ten minutes, longer than any approval lives: the clock ends it before
_LOOKS_BETWEEN_COMMENTS = 30  # some proxies close what is silent for a minute
_RETRY_MILLISECONDS = 3000
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@router.get("/login/{login_id}/app/events")
async def approval_events(request: Request, login_id: str) -> Response:
    """404 without the login's own cookie (B18)."""
    binding = cookies(request).login(request, login_id)
    if binding is None:
        raise HTTPException(404)
    try:
        seen = await _look(request, login_id, sha256_hex(binding))
    except LoginNotFound as error:
        raise HTTPException(404) from error
    return EventSourceResponse(_events(request, login_id, sha256_hex(binding), seen), headers=_HEADERS)


async def _events(request: Request, login_id: str, browser_hash: str, seen: Seen) -> AsyncIterator[bytes]:
    room = waiting_room(request)
    yield format_sse_event(retry=_RETRY_MILLISECONDS)
    with room.place() as may_wait:
        for look in range(1, _LOOKS):
            if seen != "waiting":
                yield format_sse_event(event=seen, data_str=seen)
                return
            if not (may_wait and await room.waits(request)):
                return
            if look % _LOOKS_BETWEEN_COMMENTS == 0:
                yield KEEPALIVE_COMMENT
            try:
                seen = await _look(request, login_id, browser_hash)
            except (LoginNotFound, OutOfService):
                return  # the browser asks again by itself, and is told then


async def _look(request: Request, login_id: str, browser_hash: str) -> Seen:
    home = house(request)

    def look(uow: UnitOfWork) -> Seen:
        return seen_by_browser(home.world, uow, login_id, browser_hash)

    return await home.store.run_lean(look, read_only=True)
