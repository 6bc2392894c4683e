"""`make bench`: start the provider, drive it, print a table. Bounded in time and count; it ends what it started."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import scenarios, stage
from bench.load import Job, Measured, connected, drive
from bench.server import HOST, settings

_CONSOLE = Console()
_SERVER_CORE = 0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running provider."""

    pid: int
    port: int
    data_dir: Path

    @property
    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def rss_megabytes(self) -> float:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def started(data_dir: Path, *, hashing: bool) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "bench.server", "--data-dir", str(data_dir), "--port", str(port)]
    command += ["--core", str(_SERVER_CORE), *(["--hashing"] if hashing else [])]
    process = subprocess.Popen(command)
    try:
        _wait_until_it_answers(port, process)
        yield Server(process.pid, port, data_dir)
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    """Everything in turn, on one database in a temporary folder."""
    cores = os.cpu_count() or 1
    if cores > 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(range(1, cores)))
    table = Table(title="Eşik on one core, SQLite, sandbox mode (synchronous=NORMAL)")
    for heading in ("scenario", "per second", "p50 ms", "p99 ms", "CPU ms each", "RSS MB"):
        table.add_column(heading, justify="left" if heading == "scenario" else "right")
    with tempfile.TemporaryDirectory(prefix="esik-bench-") as folder:
        data_dir = Path(folder)
        stage.prepare(settings(data_dir, 8000))
        with started(data_dir, hashing=False) as server:
            _endpoints(table, server)
            _row(table, server, "two-step login, no hashing", scenarios.whole_login("ES256"), 400, 8)
        with started(data_dir, hashing=True) as server:
            _row(table, server, "two-step login, argon2id 19 MiB", scenarios.whole_login("ES256"), 160, 8)
    _CONSOLE.print(table)


def _endpoints(table: Table, server: Server) -> None:
    _row(table, server, "discovery", scenarios.get("/.well-known/openid-configuration"), 4000, 8)
    _row(table, server, "key set", scenarios.get("/jwks"), 4000, 8)
    for alg in stage.ALGORITHMS:
        own, count = settings(server.data_dir, server.port), 3000
        warm_up = scenarios.exchange(alg, stage.codes(own, alg, 200))
        asyncio.run(drive(HOST, server.port, warm_up, times=200, at_once=8))
        job = scenarios.exchange(alg, stage.codes(own, alg, count))
        _row(table, server, f"code exchange, {alg} ID token", job, count, 8, warm_up=0)
    token = asyncio.run(_access_token(server))
    _row(table, server, "userinfo", scenarios.get("/userinfo", [("authorization", f"Bearer {token}")]), 3000, 8)
    lasting = stage.codes(settings(server.data_dir, server.port), "ES256", 40, "offline_access")
    _row(table, server, "refresh, ES256 ID token", scenarios.refresh(lasting), 3000, 8)
    _row(table, server, "client credentials", scenarios.client_credentials(), 3000, 8)
    _row(table, server, "introspection", scenarios.introspect(token), 3000, 8)


def _row(
    table: Table, server: Server, name: str, job: Job, times: int, at_once: int, *, warm_up: int | None = None
) -> None:
    _CONSOLE.print(f"… {name}")
    asyncio.run(drive(HOST, server.port, job, times=min(40, times) if warm_up is None else warm_up, at_once=at_once))
    cpu = server.cpu_seconds
    measured: Measured = asyncio.run(drive(HOST, server.port, job, times=times, at_once=at_once))
    each = (server.cpu_seconds - cpu) / times * 1000
    table.add_row(
        name,
        f"{measured.per_second:,.0f}",
        f"{measured.quantile(0.5):.1f}",
        f"{measured.quantile(0.99):.1f}",
        f"{each:.2f}",
        f"{server.rss_megabytes:.0f}",
    )


async def _access_token(server: Server) -> str:
    code = stage.codes(settings(server.data_dir, server.port), "ES256", 1)[0]
    async with connected(HOST, server.port) as connection:
        return await scenarios.access_token(connection, code)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit("the provider did not start")
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the provider does not answer")


if __name__ == "__main__":
    main()
