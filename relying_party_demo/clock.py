"""The only place of this package that asks what time it is."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant in whole seconds since the epoch, UTC."""

    def now(self) -> int: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> int:
        return int(time.time())
