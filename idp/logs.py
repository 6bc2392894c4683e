"""Structured logs: one record a line, and no field but those on the list.

A secret cannot slip in with a new field: what is not listed here is dropped, so that whoever adds one decides it here.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_FIELDS = frozenset(
    {
        "attempts",
        "channel",
        "error",
        "event",
        "exception",
        "level",
        "logger",
        "message_id",
        "method",
        "milliseconds",
        "reason",
        "request_id",
        "retry_after",
        "retry_in",
        "route",
        "seconds",
        "status",
        "timestamp",
    }
)


def configure(style: str, level: str) -> None:
    """Log to standard error as `json` lines or, for people at a terminal, `console` lines."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _only_listed,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _only_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in _FIELDS}

