"""Password hashing: argon2id behind a bounded gate.

Hashing is the house's load limit and its denial-of-service lever: at most one hash a core runs, a few wait, and the
rest are told to come back, so that the token endpoint and the key set stay quick.
"""

import os
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import argon2
from passlib.hash import argon2 as passlib_argon2

from idp.domain.errors import TooBusy

MEMORY_KIB = 19_456
TIME_COST = 2
PARALLELISM = 1
_MOST_BYTES = 1024
_WAITING_PER_RUNNING = 16
_POLICY = passlib_argon2.using(type="ID", memory_cost=MEMORY_KIB, time_cost=TIME_COST, parallelism=PARALLELISM)


class Gate:
    """At most `running` at once and `waiting` in the queue; past that `TooBusy`."""

    def __init__(self, running: int, waiting: int) -> None:
        self._slots = threading.BoundedSemaphore(running)
        self._places = threading.BoundedSemaphore(running + waiting)

    @contextmanager
    def entered(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooBusy(retry_after=2)
        try:
            with self._slots:
                yield
        finally:
            self._places.release()


class Argon2Hasher:
    """argon2id with the parameters of OWASP's first choice: 19 MiB, two passes, one lane."""

    def __init__(self, gate: Gate | None = None) -> None:
        cores = os.cpu_count() or 1
        self._gate = gate or Gate(running=cores, waiting=cores * _WAITING_PER_RUNNING)
        # Threads of its own: an allocator keeps what a thread used, so the 19 MiB of a hash stay with a few of them.
        self._threads = ThreadPoolExecutor(cores, thread_name_prefix="hashing")
        self._nobody = self.hash("nobody has this password")

    def matches(self, password: str, password_hash: str | None) -> bool:
        """False for None too, after the same work: an unknown citizen costs what a known one costs."""
        readable = _readable(password)
        with self._gate.entered():
            right = self._threads.submit(passlib_argon2.verify, readable or b"", password_hash or self._nobody).result()
        return right and password_hash is not None and readable is not None

    def hash(self, password: str) -> str:
        """Raises ValueError for what is no text or longer than 1024 bytes."""
        readable = _readable(password)
        if readable is None:
            raise ValueError("not a password that can be hashed")
        with self._gate.entered():
            return str(self._threads.submit(_POLICY.hash, readable).result())

    def is_weaker_than_policy(self, password_hash: str) -> bool:
        """Only upwards: a hash stronger than ours is left alone (an older node must not weaken it)."""
        found = argon2.extract_parameters(password_hash)
        is_cheaper = found.memory_cost < MEMORY_KIB or found.time_cost < TIME_COST
        return is_cheaper or found.type is not argon2.Type.ID or found.version < argon2.low_level.ARGON2_VERSION


def _readable(password: str) -> bytes | None:
    """The password as hashed: NFKC and nothing else; None for what no honest person types."""
    try:
        encoded = unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:  # a lone surrogate
        return None
    return encoded if len(encoded) <= _MOST_BYTES and b"\0" not in encoded else None
