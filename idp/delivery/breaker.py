"""When to leave a failing gateway alone."""

import threading
from collections import deque


class Breaker:
    """Opens after `failures` within `window` seconds, for `rest` seconds; then it is tried again.

    Instants are the caller's. A clock that was set back cannot keep it open for longer than `rest`.
    """

    def __init__(self, failures: int = 5, window: int = 30, rest: int = 15) -> None:
        self._failures = failures
        self._window = window
        self._rest = rest
        self._recent: deque[int] = deque(maxlen=failures)
        self._opened_at: int | None = None
        self._lock = threading.Lock()

    def may_try(self, now: int) -> bool:
        """Whether to try now. After a rest tries are let through, and the first failure of them begins a new rest."""
        with self._lock:
            return not self._rests(now)

    def succeeded(self) -> bool:
        """The gateway works. True if it was thought not to."""
        with self._lock:
            was_open, self._opened_at = self._opened_at is not None, None
            self._recent.clear()
            return was_open

    def failed(self, now: int) -> bool:
        """One more failure. True if a rest begins with it."""
        with self._lock:
            if self._rests(now):
                return False
            self._recent.append(now)
            too_many = len(self._recent) == self._failures and now - self._recent[0] <= self._window
            if self._opened_at is None and not too_many:
                return False
            self._opened_at = now
            return True

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is held against the gateway."""
        with self._lock:
            return self._opened_at is None and not self._recent

    def _rests(self, now: int) -> bool:
        return self._opened_at is not None and 0 <= now - self._opened_at < self._rest
