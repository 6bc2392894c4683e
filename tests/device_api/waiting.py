"""Waiting without time: the pauses between two looks, counted, with something done in one of them."""

from collections.abc import Awaitable, Callable

from idp.web.waiting_room import WaitingRoom
from tests.town import Town


class Pauses:
    """Counts the pauses between two looks, and does something in the nth."""

    def __init__(self, nth: int = 0, doing: Callable[[], object] = lambda: None) -> None:
        self.count = 0
        self._nth = nth
        self._doing = doing

    async def __call__(self, _: float) -> None:
        self.count += 1
        if self.count == self._nth:
            self._doing()


def room(town: Town, pause: Callable[[float], Awaitable[None]], **given: int) -> None:
    town.idp.state.waiting_room = WaitingRoom(town.idp.state.stopping.is_set, pause=pause, **given)
