"""The store as the rest of the house holds it: where units of work begin."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from sqlalchemy import Engine, text

from idp.domain.errors import OutOfService
from idp.domain.message import Channel
from idp.store import engine as databases
from idp.store.protection import Mac, Sealer
from idp.store.unit_of_work import UnitOfWork

T = TypeVar("T")

_LONGEST_QUEUE_SECONDS = 1.0
_PING = text("SELECT 1")


class Store:
    """Opens units of work. Holds no state of its own but connections, and whom to tell of messages.

    `begin` and `read` are for threads: on SQLite they may wait seconds for another writer. The lean routes of the event
    loop call `run_lean`, which never blocks it for longer than 100 ms.
    """

    def __init__(self, engine: Engine, inline: Engine | None, *, sealer: Sealer, mac: Mac, workers: int) -> None:
        self.engine = engine
        self._reading = databases.read_only(engine)
        self._inline = inline
        self._inline_reading = None if inline is None else databases.read_only(inline)
        self._sealer = sealer
        self._mac = mac
        self._nudges: dict[Channel, Callable[[], None]] = {}
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="store")

    @classmethod
    def connect(cls, url: str, *, sealer: Sealer, mac: Mac, durable: bool = True, pool_size: int = 10) -> "Store":
        """A store on `url`; connections are made when first needed. `durable=False` trades power-cut safety for speed.

        Raises ValueError for a URL that is neither an SQLite file nor PostgreSQL, OSError if the file cannot be made.
        """
        parsed = databases.parse_url(url)
        if databases.is_sqlite(parsed):
            patient, inline = (
                databases.sqlite_engine(parsed, durable=durable, busy_milliseconds=busy, pool_size=size)
                for busy, size in (
                    (databases.THREAD_BUSY_MILLISECONDS, pool_size),
                    (databases.INLINE_BUSY_MILLISECONDS, 1),
                )
            )
            return cls(patient, inline, sealer=sealer, mac=mac, workers=min(4, pool_size))
        engine = databases.postgresql_engine(parsed, durable=durable, pool_size=pool_size)
        # Work that holds a row may need a second connection, for keys, while all the others wait for that very row.
        return cls(engine, None, sealer=sealer, mac=mac, workers=max(1, pool_size - 2))

    def when_put(self, channel: Channel, nudge: Callable[[], None]) -> None:
        """Call `nudge` after each commit that put a message for this channel into the outbox. It must not block."""
        self._nudges[channel] = nudge

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that may write. Raises OutOfService."""
        return self._unit_of_work(self.engine)

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that only reads: on SQLite it neither waits for writers nor holds them up."""
        return self._unit_of_work(self._reading)

    async def run_lean(self, work: Callable[[UnitOfWork], T], *, read_only: bool = False) -> T:
        """Run `work` in a unit of work of its own, from the event loop, and commit it; answer what it answers.

        On SQLite inline, where a thread would cost more than the work; if another writer holds the file, in a thread
        after all. On PostgreSQL in a bounded pool of threads. Raises OutOfService, also when no thread was free for a
        second.
        """
        inline = self._inline_reading if read_only else self._inline
        if inline is not None:
            try:
                return self._run(inline, work)
            except databases.Busy:
                pass  # `work` has not run: the transaction could not even begin
        return await self._run_in_thread(self._reading if read_only else self.engine, work)

    def ping(self) -> None:
        """Raises OutOfService if the database does not answer."""
        with databases.transaction(self._reading) as connection:
            connection.execute(_PING)

    def close(self) -> None:
        self._threads.shutdown()
        for engine in (self.engine, self._inline):
            if engine is not None:
                engine.dispose()

    def _run(self, engine: Engine, work: Callable[[UnitOfWork], T]) -> T:
        with self._unit_of_work(engine) as uow:
            return work(uow)

    @contextmanager
    def _unit_of_work(self, engine: Engine) -> Iterator[UnitOfWork]:
        with databases.transaction(engine) as connection:
            uow = UnitOfWork(connection, self._sealer, self._mac)
            yield uow
        for channel in uow.outbox.channels & self._nudges.keys():
            self._nudges[channel]()

    async def _run_in_thread(self, engine: Engine, work: Callable[[UnitOfWork], T]) -> T:
        job = self._threads.submit(self._run, engine, work)
        done = asyncio.wrap_future(job)
        await asyncio.wait((done,), timeout=_LONGEST_QUEUE_SECONDS)
        if not done.done() and job.cancel():  # cancelled means it has never begun
            raise OutOfService("every database thread is busy")
        return await done
