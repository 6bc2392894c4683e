"""Counters that grow with every change of something that others cache."""

from sqlalchemy import Connection, bindparam, select, update

from idp.store.tables import revisions

_GET = select(revisions.c.number).where(revisions.c.name == bindparam("what"))
_RAISE = update(revisions).where(revisions.c.name == bindparam("what")).values(number=revisions.c.number + 1)

CLIENTS = "clients"
KEYS = "keys"


def revision(connection: Connection, what: str) -> int:
    number: int = connection.execute(_GET, {"what": what}).scalar_one()
    return number


def raise_revision(connection: Connection, what: str) -> None:
    connection.execute(_RAISE, {"what": what})
