"""What the house does for itself.

Every few seconds: seal new audit rows into their chain. Every minute: purge what is over, and rotate the signing keys
whose time has come.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import structlog

from idp.clock import Clock
from idp.domain.errors import OutOfService

_ROUND_SECONDS = 5.0
_ROUNDS_IN_A_MINUTE = 12
_log = structlog.get_logger("esik.upkeep")


class Audit(Protocol):
    def seal(self, now: int) -> int:
        """Link the rows that no link names yet; how many were linked."""
        ...


class UnitOfWork(Protocol):
    @property
    def audit(self) -> Audit: ...

    def purge(self, now: int) -> int: ...


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Upkeep:
    """One quiet thread. Any number of processes may run it on one database; each round is safe to repeat."""

    def __init__(self, begin: Begin, clock: Clock, rotate_keys: Callable[[], None]) -> None:
        self._begin = begin
        self._clock = clock
        self._rotate_keys = rotate_keys
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(5.0)

    def round(self, number: int) -> None:
        """Do what is due in this round. Raises OutOfService."""
        now = self._clock.now()
        with self._begin() as uow:
            uow.audit.seal(now)
        if number % _ROUNDS_IN_A_MINUTE == 0:
            with self._begin() as uow:
                uow.purge(now)
            self._rotate_keys()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(_ROUND_SECONDS):
            number += 1
            try:
                self.round(number)
            except OutOfService as error:
                _log.warning("upkeep_put_off", error=str(error))
            except Exception:
                _log.exception("upkeep_failed")
