"""What the house does for itself, and when."""

from collections.abc import Iterator
from contextlib import contextmanager

from idp.upkeep import Upkeep
from tests.clock import FakeClock


class Work:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    @property
    def audit(self) -> "Work":
        return self

    def seal(self, now: int) -> int:
        self.done.append("seal")
        return 0

    def purge(self, now: int) -> int:
        self.done.append("purge")
        return 0

    @contextmanager
    def begin(self) -> Iterator["Work"]:
        yield self


def test_l_20_keys_are_looked_at_every_minute_and_the_audit_is_sealed_every_round() -> None:
    work = Work()
    upkeep = Upkeep(work.begin, FakeClock(), lambda: work.done.append("rotate"))
    for number in range(1, 25):
        upkeep.round(number)
    assert work.done == (["seal"] * 12 + ["purge", "rotate"]) * 2
