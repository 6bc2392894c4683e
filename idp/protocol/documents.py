"""Documents that relying parties publish and a verb needs: their keys, request objects, redirect URI lists.

A verb runs inside a transaction, where nothing may wait for another host. So a verb that lacks a document raises
`DocumentNeeded`; its caller rolls back, has the document fetched, and runs the verb again from the start.
"""

from idp.protocol.ports import UnitOfWork

_YOUNG_SECONDS = 3600
_USABLE_SECONDS = 86_400
_PAUSE_SECONDS = 60


class DocumentNeeded(Exception):
    """The verb did nothing: it cannot go on before somebody asked for the document at `uri`."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self.uri = uri


def document(uow: UnitOfWork, uri: str, now: int, *, lacks: bool = False) -> str | None:
    """The text behind an address that a client registered; None if it cannot be had.

    A copy serves for an hour, and for a day where its host does not answer. `lacks`: the copy was looked at and does
    not hold what is needed, such as a key of this id (TOKEN-17). Raises DocumentNeeded, for one address at most once
    a minute.
    """
    known = uow.documents.by_uri(uri)
    if known is None:
        raise DocumentNeeded(uri)
    age = None if known.fetched_at is None else now - known.fetched_at
    is_young = age is not None and age < _YOUNG_SECONDS and not lacks
    if not is_young and not 0 <= now - known.tried_at < _PAUSE_SECONDS:
        raise DocumentNeeded(uri)
    return known.body if age is not None and age < _USABLE_SECONDS else None
