"""What is never accepted again."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.store.tables import spent

_SPEND = upsert(spent).inline().on_conflict_do_nothing()
_IS_SPENT = select(spent.c.name).where(spent.c.name == bindparam("key"))


class Spent:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def spend(self, name: str, expires_at: int) -> bool:
        """Use the name up in one statement; False if it was. It need not be known after `expires_at`."""
        return self._connection.execute(_SPEND, {"name": name, "expires_at": expires_at}).rowcount == 1

    def is_spent(self, name: str) -> bool:
        return self._connection.execute(_IS_SPENT, {"key": name}).one_or_none() is not None
