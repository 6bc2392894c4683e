"""Fetching what relying parties publish, for everybody: the copies are in the store (SET-03, TOKEN-17).

Nothing is fetched inside a transaction, no address twice at a time, and no party holds up the house: whoever comes when
too many wait already is told to come back.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import structlog

from idp.clock import Clock
from idp.delivery.guarded_http import NotFetched
from idp.delivery.parties import Seats, party_at
from idp.domain.document import LONGEST_FETCH_SECONDS, FetchedDocument
from idp.domain.errors import TooBusy

_PAUSE_SECONDS = 5
"""Between two attempts at one address, of all processes. Who needs the document may want a longer one."""

_MOST_CALLERS = 8
_MOST_OF_ONE_PARTY = 4
_LOOK_SECONDS = 0.25
"""Between two looks at whether another process has fetched it."""

_log = structlog.get_logger("esik.delivery")


class Copies(Protocol):
    def may_try(self, uri: str, now: int, pause: int) -> bool:
        """Take the right to ask for it now, in one statement; False where that was done in the last `pause` seconds."""
        ...

    def keep(self, uri: str, body: str, now: int) -> None: ...

    def give_up(self, uri: str, began_at: int, now: int) -> None:
        """The attempt that began then came to nothing."""
        ...

    def by_uri(self, uri: str) -> FetchedDocument | None: ...


class UnitOfWork(Protocol):
    @property
    def documents(self) -> Copies: ...


class Http(Protocol):
    def get(self, url: str) -> str:
        """Raises NotFetched."""
        ...

    def close(self) -> None: ...


Begin = Callable[[], AbstractContextManager[UnitOfWork]]


class Documents:
    """Safe to use from several threads, and never from the event loop."""

    def __init__(
        self, begin: Begin, http: Http, clock: Clock, *, pause: Callable[[float], object] = time.sleep
    ) -> None:
        self._pause = pause
        self._begin = begin
        self._http = http
        self._clock = clock
        self._lock = threading.Lock()
        self._running: dict[str, threading.Event] = {}
        self._seats = Seats(_MOST_CALLERS, _MOST_OF_ONE_PARTY)

    def obtain(self, uri: str) -> None:
        """Have the document fetched, unless that was tried a moment ago. What could not be had stays as it was.

        A fragment makes another document of it, and is not sent (OpenID Connect Core §6.2). Raises TooBusy.
        """
        with self._admitted(party_at(uri)):
            with self._lock:
                others = self._running.get(uri)
                if others is None:
                    mine = self._running[uri] = threading.Event()
            if others is not None:
                others.wait(LONGEST_FETCH_SECONDS)
                return
            try:
                self._fetch(uri)
            finally:
                with self._lock:
                    del self._running[uri]
                mine.set()

    def close(self) -> None:
        self._http.close()

    def _fetch(self, uri: str) -> None:
        began_at = self._clock.now()
        with self._begin() as uow:
            is_mine = uow.documents.may_try(uri, began_at, _PAUSE_SECONDS)
        if not is_mine:
            self._wait_for_another_process(uri)
            return
        body = self._read(uri)
        with self._begin() as uow:
            if body is None:
                uow.documents.give_up(uri, began_at, self._clock.now())
            else:
                uow.documents.keep(uri, body, self._clock.now())

    def _read(self, uri: str) -> str | None:
        try:
            body = self._http.get(uri)
        except NotFetched as error:
            _log.warning("document_not_fetched", uri=uri, reason=str(error))
            return None
        if "\0" in body:  # which no database text can hold
            _log.warning("document_not_fetched", uri=uri, reason="a null character")
            return None
        return body

    def _wait_for_another_process(self, uri: str) -> None:
        for _ in range(int(LONGEST_FETCH_SECONDS / _LOOK_SECONDS)):
            with self._begin() as uow:
                known = uow.documents.by_uri(uri)
            if known is None or not known.is_being_fetched(self._clock.now()):
                return
            self._pause(_LOOK_SECONDS)

    @contextmanager
    def _admitted(self, party: str) -> Iterator[None]:
        """One of the few who may wait for this party, and for all parties together."""
        if not self._seats.take(party):
            raise TooBusy(retry_after=1)
        try:
            yield
        finally:
            self._seats.leave(party)
