"""Running a verb that may need a document which a relying party publishes (`idp.protocol.documents`).

Nothing is fetched on the event loop, and nothing inside a transaction: the verb's is rolled back first.
"""

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from idp.domain.errors import OutOfService
from idp.protocol.documents import Attempts, DocumentNeeded
from idp.web.house import UnitOfWork, house

T = TypeVar("T")

_MOST_DOCUMENTS = 3
"""No request needs more: a client's keys, its request object, its list of redirect URIs."""


async def answered(request: Request, verb: Callable[[UnitOfWork], T], *, read_only: bool = False) -> T:
    """What the verb answers in a lean unit of work of its own. Raises OutOfService, TooBusy."""
    home = house(request)
    attempts = Attempts(verb, home.obtain)
    for _ in range(_MOST_DOCUMENTS + 1):
        try:
            return await home.store.run_lean(attempts.run, read_only=read_only)
        except DocumentNeeded as needed:
            await run_in_threadpool(attempts.have, needed)
    raise OutOfService("documents are needed without end")


def answered_in_thread(request: Request, verb: Callable[[UnitOfWork], T]) -> T:
    """The same for a route that runs in a thread already."""
    home = house(request)
    attempts = Attempts(verb, home.obtain)
    for _ in range(_MOST_DOCUMENTS + 1):
        try:
            with home.store.begin() as uow:
                return attempts.run(uow)
        except DocumentNeeded as needed:
            attempts.have(needed)
    raise OutOfService("documents are needed without end")
