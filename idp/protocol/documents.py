"""Documents that relying parties publish and a verb needs: their keys, request objects, redirect URI lists.

A verb runs inside a transaction, where nothing may wait for another host. So a verb that lacks a document raises
`DocumentNeeded`; its caller rolls back, has the document fetched, and runs the verb again from the start.
"""

from dataclasses import dataclass

from idp.protocol.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a copy may be, in seconds: `young` serves as it is, `usable` where its host does not answer.

    `pause` is the shortest time between two attempts at one address.
    """

    young: int
    usable: int
    pause: int


LASTING = Freshness(young=3600, usable=86_400, pause=60)
"""What changes seldom: keys, lists of redirect URIs."""

FLEETING = Freshness(young=5, usable=5, pause=5)
"""What may be made anew for each use, and says so nowhere."""


class DocumentNeeded(Exception):
    """The verb did nothing: it cannot go on before somebody asked for the document at `uri`."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self.uri = uri


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
    was_just_tried = 0 <= now - known.tried_at < freshness.pause
    serves = is_usable and not lacks
    if not was_just_tried or (known.is_being_fetched(now) and not serves):
        raise DocumentNeeded(uri)
    return known.body if is_usable else None
