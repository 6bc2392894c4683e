"""Where "now" comes from. Every instant in the program is a whole number of seconds since the epoch, in UTC."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the present second. Injected everywhere, so that tests decide what time it is."""

    def now(self) -> int: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        return int(time.time())
