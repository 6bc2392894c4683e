"""Doing something several times at the same instant, over two nodes of the provider."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(doings: Sequence[Callable[[], T]]) -> list[T]:
    """What each answered; all of them started together. What one raises is raised."""
    barrier = threading.Barrier(len(doings))

    def started_together(doing: Callable[[], T]) -> T:
        barrier.wait(10)
        return doing()

    with ThreadPoolExecutor(len(doings)) as threads:
        return list(threads.map(started_together, doings))
