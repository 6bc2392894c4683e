"""Rows are locked in one order (ADR 0010): what finishes a login takes the client before the citizen (L-05)."""

import re

from sqlalchemy import event

from tests.people import AYSE, Visitor
from tests.stand_in import StandIn, came_back
from tests.town import Town

_LOCKS = re.compile(r"(?:FROM (\w+)\b.*\bFOR (?:UPDATE|NO KEY UPDATE|KEY SHARE|SHARE))|(?:^UPDATE (\w+))", re.DOTALL)


def test_l05_a_login_takes_the_client_first(any_town: Town) -> None:
    """`esik client disable` and a PUT hold the client and then its grants; the other way round, both would wait."""
    citizen, locked = Visitor(any_town), []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if found := _LOCKS.search(statement):
            locked.append(found[1] or found[2])

    citizen.open(StandIn(any_town).asks().url)
    citizen.two_steps(AYSE)
    citizen.approves()
    asked = StandIn(any_town).asks()
    event.listen(any_town.store.engine, "before_cursor_execute", note)
    try:
        assert "code" in came_back(citizen.open(asked.url))
    finally:
        event.remove(any_town.store.engine, "before_cursor_execute", note)
    first = "clients" if any_town.store.engine.dialect.name == "postgresql" else "citizens"  # SQLite has one writer
    assert locked[0] == first
    assert "citizens" in locked
