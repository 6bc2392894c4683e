"""Rotating our signing keys by schedule, and making those that are missing. Any number of processes may do so at once.

A key is made outside of the transaction that stores it: an RSA key takes a while.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import structlog

from idp.clock import Clock
from idp.domain.audit import AuditRow, Event, Origin
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.key_life import CannotRotate, KeyWork, is_due, of_state, rotate
from idp.protocol.jose.keys import new_key

_DAY = 86_400
_log = structlog.get_logger("esik.keys")

Begin = Callable[[], AbstractContextManager[KeyWork]]


class KeyRotation:
    """`days` is the age at which a key is replaced; 0: never by schedule."""

    def __init__(self, begin: Begin, clock: Clock, days: int) -> None:
        self._begin = begin
        self._clock = clock
        self._every_seconds = days * _DAY

    def rotate_due(self) -> None:
        """Rotate every key whose time has come. Raises OutOfService."""
        if self._every_seconds == 0:
            return
        now = self._clock.now()
        with self._begin() as work:
            keys = work.keys.every()
        for alg in SIGNING:
            following = of_state(keys, alg, "next")
            if following is not None and is_due(following, now, self._every_seconds):
                self._rotate(alg, now)

    def _rotate(self, alg: str, now: int) -> None:
        fresh = replace(new_key(alg, now), state="next")
        try:
            with self._begin() as work:
                kid = rotate(work, fresh, now)
        except CannotRotate as reason:  # another process was faster
            _log.info("key_not_rotated", alg=alg, reason=str(reason))
        else:
            _log.info("key_rotated", alg=alg, kid=kid)


def make_missing(begin: Begin, clock: Clock) -> None:
    """See to it that every algorithm we sign with has an active key and a next one. Raises OutOfService."""
    with begin() as work:
        keys = work.keys.every()
    now = clock.now()
    for alg in SIGNING:
        for state in ("active", "next"):
            if of_state(keys, alg, state) is not None:
                continue
            key = replace(new_key(alg, now), state=state)
            with begin() as work:
                if work.keys.add(key):
                    work.audit.append(AuditRow(now, Event.KEY_ROTATED, True, Origin(), reason=f"{alg} {state} made"))
