"""How long the store waits in tests: long enough for a machine that is busy with other work.

In production a second in a queue is answered 503. A test of a race asks who wins, not how quick the machine is.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType

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


def patient() -> AbstractContextManager[None]:
    """Stores that are connected within wait."""
    return _limits(_PATIENT)


def prompt() -> AbstractContextManager[None]:
    """Stores that are connected within have the limits of production: for tests of just those."""
    return _limits(_PROMPT)


@contextmanager
def _limits(limits: tuple[tuple[ModuleType, str, object], ...]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for limit in limits:
            patch.setattr(*limit)
        yield
