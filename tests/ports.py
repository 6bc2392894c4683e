"""Ports for programs that are told where to listen."""

import secrets
import socket
from contextlib import suppress

_FIRST, _LAST = 20_000, 32_000
"""Below those that the kernel gives to whoever asks for any (32768 and above, on Linux): a port of those may be taken,
by a connection of some other test, between the moment it was free and the moment a program listens."""

_given: set[int] = set()


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens, and which this process has not given before."""
    while True:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
