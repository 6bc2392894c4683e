"""Structured logs: one record a line, and no field but those on the list.

A secret cannot slip in with a new field: what is not listed here is dropped, so that whoever adds one decides it here.
"""

import logging
import re
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
            _without_numbers,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


_PERSONAL = re.compile(r"(?<![0-9])(?:\+90[0-9]{10}|[1-9][0-9]{10})(?![0-9])")


def _without_numbers(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A driver's error text may quote the row it is about: kimlik and phone numbers are taken out (R-80)."""
    for name in ("exception", "error", "reason"):
        if isinstance(event.get(name), str):
            event[name] = _PERSONAL.sub("[number]", event[name])
    return event


def _only_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in _FIELDS}
