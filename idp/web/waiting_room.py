"""Requests that are kept until something happens: a device that waits to be asked, a browser that waits for a device.

Nobody waits once the process is stopping, and beyond a number of places nobody waits at all: they are answered as
things stand and come back. So waiting costs a bounded number of looks at the database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import cast

from starlette.requests import Request

LOOK_EVERY = 0.5
"""Seconds between two looks; a look costs a fraction of a millisecond."""

_PLACES = 500


class WaitingRoom:
    """One for each process, used on its event loop only. `pause` waits for some seconds."""

    def __init__(
        self,
        is_stopping: Callable[[], bool],
        *,
        places: int = _PLACES,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._is_stopping = is_stopping
        self._free = places
        self._pause = pause

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Whether there is a place to wait in; it is free again when the block ends."""
        has_place = self._free > 0
        self._free -= has_place
        try:
            yield has_place
        finally:
            self._free += has_place

    async def waits(self, request: Request) -> bool:
        """Wait until the next look; False, at once, if the client went away or the process is stopping."""
        if self._is_stopping() or await request.is_disconnected():
            return False
        await self._pause(LOOK_EVERY)
        return True


def waiting_room(request: Request) -> WaitingRoom:
    """The one that `app` put on the application."""
    return cast(WaitingRoom, request.app.state.waiting_room)
