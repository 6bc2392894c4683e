"""Time as the tests tell it."""


class FakeClock:
    """Stands still until it is advanced. Starts at a round instant in November 2023."""

    def __init__(self, now: int = 1_700_000_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, seconds: int) -> None:
        self._now += seconds
