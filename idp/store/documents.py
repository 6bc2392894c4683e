"""Copies of documents that relying parties publish: what every process sees, and when it was last asked for."""

from sqlalchemy import Connection, bindparam, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.document import FetchedDocument
from idp.store.tables import documents

_BY_URI = select(documents).where(documents.c.uri == bindparam("key"))
_insert = upsert(documents).values(
    uri=bindparam("key"), body=None, fetched_at=None, tried_at=bindparam("now"), ended_at=None
)
_TRY = _insert.on_conflict_do_update(
    index_elements=[documents.c.uri],
    set_={"tried_at": _insert.excluded.tried_at, "ended_at": null()},
    where=or_(
        documents.c.tried_at <= bindparam("before"),
        documents.c.tried_at > _insert.excluded.tried_at,  # a clock that was set back
    ),
)
_KEEP = (
    upsert(documents)
    .inline()
    .on_conflict_do_update(
        index_elements=[documents.c.uri],
        set_={
            "body": upsert(documents).excluded.body,
            "fetched_at": upsert(documents).excluded.fetched_at,
            "ended_at": upsert(documents).excluded.ended_at,
        },
    )
)
_GIVE_UP = (
    update(documents)
    .where(documents.c.uri == bindparam("key"), documents.c.tried_at == bindparam("began_at"))
    .values(ended_at=bindparam("now"))
)


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.out_of_reach: frozenset[str] = frozenset()

    def by_uri(self, uri: str) -> FetchedDocument | None:
        """What is known of this address. None if nobody asked for it yet."""
        row = self._connection.execute(_BY_URI, {"key": uri}).one_or_none()
        return None if row is None else FetchedDocument(row.uri, row.body, row.fetched_at, row.tried_at, row.ended_at)

    def may_try(self, uri: str, now: int, pause: int) -> bool:
        """Take the right to ask for it now, in one statement; False where that was done in the last `pause` seconds."""
        parameters = {"key": uri, "now": now, "before": now - pause}
        return self._connection.execute(_TRY, parameters).rowcount == 1

    def keep(self, uri: str, body: str, now: int) -> None:
        """Take the fetched document in, in the place of the former one; when it was tried stays as it was."""
        parameters = {"uri": uri, "body": body, "fetched_at": now, "tried_at": now, "ended_at": now}
        self._connection.execute(_KEEP, parameters)

    def give_up(self, uri: str, began_at: int, now: int) -> None:
        """The attempt that began then came to nothing; a later one is none of its business."""
        self._connection.execute(_GIVE_UP, {"key": uri, "began_at": began_at, "now": now})
