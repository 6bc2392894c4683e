"""Copies of documents that relying parties publish: what every process sees, and when it was last asked for."""

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.document import FetchedDocument
from idp.store.tables import documents

_BY_URI = select(documents).where(documents.c.uri == bindparam("key"))
_insert = upsert(documents).values(uri=bindparam("key"), body=None, fetched_at=None, tried_at=bindparam("now"))
_TRY = _insert.on_conflict_do_update(
    index_elements=[documents.c.uri],
    set_={"tried_at": _insert.excluded.tried_at},
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
        },
    )
)


class Documents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_uri(self, uri: str) -> FetchedDocument | None:
        """What is known of this address. None if nobody asked for it yet."""
        row = self._connection.execute(_BY_URI, {"key": uri}).one_or_none()
        return None if row is None else FetchedDocument(row.uri, row.body, row.fetched_at, row.tried_at)

    def may_try(self, uri: str, now: int, pause: int) -> bool:
        """Take the right to ask for it now, in one statement; False where that was done in the last `pause` seconds."""
        parameters = {"key": uri, "now": now, "before": now - pause}
        return self._connection.execute(_TRY, parameters).rowcount == 1

    def keep(self, uri: str, body: str, now: int) -> None:
        """Take the fetched document in, in the place of the former one; when it was tried stays as it was."""
        self._connection.execute(_KEEP, {"uri": uri, "body": body, "fetched_at": now, "tried_at": now})
