"""How long the store waits in tests: long enough for a machine that is busy with other work.

In production a second in a queue is answered 503. A test of a race asks who wins, not how quick the machine is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from idp.store import engine, store

_SECONDS = 20
_LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
_PATIENT = (
    (engine, "THREAD_BUSY_MILLISECONDS", _SECONDS * 1000),
    (engine, "_POOL_WAIT_SECONDS", float(_SECONDS)),
    (engine, "_POSTGRESQL_LIMITS", engine._POSTGRESQL_LIMITS | dict.fromkeys(_LIMITS, f"{_SECONDS}s")),
    (store, "_LONGEST_QUEUE_SECONDS", float(_SECONDS)),
)
_PROMPT = tuple((module, name, getattr(module, name)) for module, name, _ in _PATIENT)


@contextmanager
def patient() -> Iterator[None]:
    """Stores that are connected from now on wait."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in _PATIENT:
            patch.setattr(*limit)
        yield


@contextmanager
def prompt() -> Iterator[None]:
    """Stores have the limits of production again: for tests of just those."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in _PROMPT:
            patch.setattr(*limit)
        yield
