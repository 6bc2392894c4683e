"""What a citizen said yes to, for each client: scopes, and claims named one by one. One row for each, so that saying
yes to more never loses any."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.store.tables import consents

_GIVEN = select(consents.c.asked).where(
    consents.c.citizen_id == bindparam("citizen"), consents.c.client_id == bindparam("client")
)
_ADD = upsert(consents).inline().on_conflict_do_nothing()


class Consents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def given(self, citizen_id: str, client_id: str) -> frozenset[str]:
        return frozenset(self._connection.execute(_GIVEN, {"citizen": citizen_id, "client": client_id}).scalars())

    def add(self, citizen_id: str, client_id: str, asked: frozenset[str], now: int) -> None:
        """Remember this besides what was given before. What no database can hold is asked for again each time."""
        rows = [
            {"citizen_id": citizen_id, "client_id": client_id, "asked": value, "given_at": now}
            for value in sorted(asked)
            if value.isprintable()
        ]
        if rows:
            self._connection.execute(_ADD, rows)
