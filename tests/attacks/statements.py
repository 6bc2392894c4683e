"""Counting what an answer costs, instead of timing it: statements to the database, and passwords hashed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import event

from idp.domain.evidence import Method
from idp.factors.backup_code import BackupCode
from idp.journey.ports import PasswordHasher
from tests.town import Town


@dataclass
class Cost:
    """The statements of one answer, in order and without their parameters, and how many passwords were hashed."""

    statements: list[str] = field(default_factory=list)
    hashes: int = 0


@dataclass
class CountingHasher:
    """The hasher it wraps, counted."""

    inner: PasswordHasher
    cost: Cost

    def matches(self, password: str, password_hash: str | None) -> bool:
        self.cost.hashes += 1
        return self.inner.matches(password, password_hash)

    def hash(self, password: str) -> str:
        self.cost.hashes += 1
        return self.inner.hash(password)

    def is_weaker_than_policy(self, password_hash: str) -> bool:
        return self.inner.is_weaker_than_policy(password_hash)


@contextmanager
def counted(town: Town) -> Iterator[Cost]:
    """What everything inside the block costs."""
    cost = Cost()
    house = town.idp.state.house
    engine = town.store.engine

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        cost.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    hasher = CountingHasher(house.world.hasher, cost)
    factors = {**house.world.factors, Method.BACKUP_CODE: BackupCode(hasher)}
    town.idp.state.house = replace(house, world=replace(house.world, hasher=hasher, factors=factors))
    try:
        yield cost
    finally:
        town.idp.state.house = house
        event.remove(engine, "before_cursor_execute", note)
