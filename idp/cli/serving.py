"""The server around the application: its limits, and how it stops."""

import logging
import signal
from asyncio import TimerHandle
from threading import Event
from types import FrameType
from typing import Any

import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 65_536
"""Bytes of a request line and headers that may come in before they are complete (SET-15 asks for at least 16 KiB)."""

_ARRIVAL_SECONDS = 20
_LIMITS: dict[str, Any] = {
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,  # `Envelope` reads them, from trusted proxies only
    "log_config": None,
    "ws": "none",
    "timeout_keep_alive": 15,
    "limit_concurrency": 1000,
    "backlog": 2048,
}


class BoundedHttp(HttpToolsProtocol):
    """HTTP/1.1 whose requests must arrive within bounds: the parser itself has none (E05)."""

    _head_bytes = 0
    _head_is_open = False
    _deadline: TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._head_is_open or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > LARGEST_HEAD:
            self.send_400_response("Request head too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes, self._head_is_open = 0, True
        self._deadline = self.loop.call_later(_ARRIVAL_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        self._head_is_open = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._forget_deadline()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Server(uvicorn.Server):
    """Says that it stops before it does, so that nobody is kept waiting, and ends with status 0 when asked to end."""

    def __init__(self, config: uvicorn.Config, stopping: Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


class _ToStructlog(logging.Handler):
    """Warnings of libraries, in the form of our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        log.log(record.levelno, "library", error=record.getMessage()[:500], exc_info=record.exc_info)


def log_libraries() -> None:
    """Let warnings of libraries into our log, and nothing below a warning."""
    logging.basicConfig(handlers=[_ToStructlog()], level=logging.WARNING, force=True)


def config(app: Any, *, host: str, port: int, graceful_seconds: int = 20, **more: Any) -> uvicorn.Config:
    """How we serve, whatever is served: `app` is an application, or the import string of a factory."""
    log_libraries()
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedHttp,
        timeout_graceful_shutdown=graceful_seconds,
        factory=isinstance(app, str),
        **_LIMITS,
        **more,
    )
