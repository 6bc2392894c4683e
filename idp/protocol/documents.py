"""Documents that relying parties publish and a verb needs: their keys, request objects, redirect URI lists.

A verb runs inside a transaction, where nothing may wait for another host. So a verb that lacks a document raises
`DocumentNeeded`; its caller rolls back, has the document fetched, and runs the verb again from the start (`Attempts`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from idp.domain.errors import TooBusy
from idp.protocol.ports import UnitOfWork

U = TypeVar("U", bound=UnitOfWork)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a copy may be, in seconds: `young` serves as it is, `usable` where its host does not answer.

    `pause` is the shortest time from the end of an attempt to the next one at that address.
    """

    young: int
    usable: int
    pause: int


LASTING = Freshness(young=3600, usable=86_400, pause=60)
"""What changes seldom: keys, lists of redirect URIs."""

FLEETING = Freshness(young=5, usable=5, pause=5)
"""What may be made anew for each use, and says so nowhere."""


class DocumentNeeded(Exception):
    """The verb did nothing: it cannot go on before somebody asked for the document at `uri`.

    `has_copy`: there is one that serves where nobody can ask.
    """

    def __init__(self, uri: str, *, has_copy: bool = False) -> None:
        super().__init__(uri)
        self.uri = uri
        self.has_copy = has_copy


class Attempts(Generic[U, T]):
    """One verb, run until it has its documents. `obtain` has one fetched, or raises TooBusy.

    Others who wait for slow hosts take nothing from a client whose copy can be used: then it is (D15).
    """

    def __init__(self, verb: Callable[[U], T], obtain: Callable[[str], None]) -> None:
        self._verb = verb
        self._obtain = obtain
        self._out_of_reach: frozenset[str] = frozenset()

    def run(self, uow: U) -> T:
        """In a unit of work of its own each time. Raises DocumentNeeded, and what the verb raises."""
        uow.documents.out_of_reach = self._out_of_reach
        return self._verb(uow)

    def have(self, needed: DocumentNeeded) -> None:
        """What `run` asked for. Outside of any unit of work: it waits for another host. Raises TooBusy."""
        try:
            self._obtain(needed.uri)
        except TooBusy:
            if not needed.has_copy:
                raise
            self._out_of_reach |= {needed.uri}


def document(uow: UnitOfWork, uri: str, now: int, *, lacks: bool = False, freshness: Freshness = LASTING) -> str | None:
    """The text behind an address that a client registered; None if it cannot be had.

    `lacks`: the copy was looked at and does not hold what is needed, such as a key of this id (TOKEN-17). Raises
    DocumentNeeded: for one address not again before its pause is over, but for everybody whom no copy helps while it
    is being fetched.
    """
    known = uow.documents.by_uri(uri)
    if known is None:
        raise DocumentNeeded(uri)
    age = None if known.fetched_at is None else now - known.fetched_at
    is_young, is_usable = (age is not None and age < limit for limit in (freshness.young, freshness.usable))
    if is_young and not lacks:
        return known.body
    was_just_tried = 0 <= now - known.last_at < freshness.pause
    serves = is_usable and not lacks
    if serves and uri in uow.documents.out_of_reach:
        return known.body
    if not was_just_tried or (known.is_being_fetched(now) and not serves):
        raise DocumentNeeded(uri, has_copy=serves)
    return known.body if is_usable else None
