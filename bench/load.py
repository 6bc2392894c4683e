"""Requests over kept-alive connections, each timed. As little client as possible, so that the server is measured."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers by lower-case name (`set-cookie` lines joined by newlines), body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Sequence[tuple[str, str]] = ()
    ) -> Answer:
        head = [f"{method} {path} HTTP/1.1", f"host: {self._host}", *(f"{n}: {v}" for n, v in headers)]
        if method == "POST":
            head += ["content-type: application/x-www-form-urlencoded", f"content-length: {len(body)}"]
        self._writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        raw = await self._reader.readuntil(b"\r\n\r\n")
        status_line, *lines = raw.decode("latin-1").split("\r\n")
        found: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            name = name.lower()
            found[name] = f"{found[name]}\n{value}" if name in found else value
        content = await self._reader.readexactly(int(found.get("content-length", "0")))
        return Answer(int(status_line.split()[1]), found, content)


@asynccontextmanager
async def connected(host: str, port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield Connection(reader, writer, f"localhost:{port}")
    finally:
        writer.close()
        await writer.wait_closed()


@dataclass(slots=True)
class Measured:
    """`seconds` for all of it, `latencies` (seconds) one by one."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds under which this share of the requests stayed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


Job = Callable[[Connection, int], Awaitable[None]]


async def drive(host: str, port: int, job: Job, *, times: int, at_once: int) -> Measured:
    """Do `job(connection, n)` for n in 0…times-1, `at_once` at a time. Raises what a job raises."""
    measured, numbers = Measured(), iter(range(times))

    async def one_after_another() -> None:
        async with connected(host, port) as connection:
            for number in numbers:
                began = time.perf_counter()
                await job(connection, number)
                measured.latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
    measured.seconds = time.perf_counter() - began
    return measured
