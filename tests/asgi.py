"""Calling an application in this process as a server would: one event loop in a thread of its own, no socket.

A test's own threads may call at the same time, so races meet in the application and not in the test client.
"""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

_LONGEST_SECONDS = 30.0


class Headers(Mapping[str, str]):
    """Response headers, looked up in any case; of repeated ones the last is found, and `all` gives every one."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = tuple((name.lower(), value) for name, value in pairs)
        self._last = dict(self._pairs)

    def __getitem__(self, name: str) -> str:
        return self._last[name.lower()]

    def __iter__(self) -> Any:
        return iter(self._last)

    def __len__(self) -> int:
        return len(self._last)

    def all(self, name: str) -> list[str]:
        return [value for given, value in self._pairs if given == name.lower()]


@dataclass(frozen=True)
class Answer:
    """One response. `body` is the raw content."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Loop:
    """An event loop in a thread. What a node of the provider is in production: its lean routes run one at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="asgi", daemon=True)
        self._thread.start()

    def call(
        self,
        app: ASGIApp,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        address: str = "127.0.0.1",
    ) -> Answer:
        """Send one request from `address` and wait for the whole answer. What the application raises is raised."""
        parts = urlsplit(url)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": parts.scheme,
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "root_path": "",
            "query_string": parts.query.encode(),
            "headers": [
                (b"host", parts.netloc.encode()),
                *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers),
            ],
            "client": (address, 50000),
            "server": (parts.hostname, parts.port or 80),
            "state": {},
        }
        called = asyncio.run_coroutine_threadsafe(_call(app, scope, body), self._loop)
        return called.result(_LONGEST_SECONDS)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5.0)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._stop.wait())
        finally:
            self._loop.close()


@cache
def shared_loop() -> Loop:
    """The loop of this process for tests that need no second node."""
    return Loop()


async def _call(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Answer:
    finished = asyncio.Event()
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    status, headers, content = 0, Headers(()), bytearray()

    async def receive() -> Message:
        if pending:
            return pending.pop()
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            headers = Headers(pairs)
        elif message["type"] == "http.response.body":
            content.extend(message.get("body", b""))
            if not message.get("more_body", False):
                finished.set()

    await app(scope, receive, send)
    return Answer(status, headers, bytes(content))
