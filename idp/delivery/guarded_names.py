"""Asking what addresses a host has, where the host's owner may keep us waiting for the answer (R-13, D15).

The system's resolver cannot be interrupted: it waits half a minute for a name server that is silent. So each question
has a thread of its own, which is left behind when its caller goes. There are as many as callers can leave behind in
that time, and a few for the names of one party, whose silence is thus answered for its own names only.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from idp.delivery.parties import Seats, party_of

Resolver = Callable[[str, int], Iterable[str]]
"""The addresses of a host, for a port. May raise OSError or UnicodeError. Asked once for each request."""

Addresses = Future[tuple[str, ...]]
"""What is known sooner or later. Cancelling it sends whoever waits for it away."""

_MOST_QUESTIONS = 64
_MOST_OF_ONE_PARTY = 4


def system_resolver(host: str, port: int) -> Iterable[str]:
    """What the operating system says, each address once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return dict.fromkeys(str(entry[4][0]) for entry in found)


class Names:
    """Safe to use from several threads."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._seats = Seats(_MOST_QUESTIONS, _MOST_OF_ONE_PARTY)

    def ask(self, host: str, port: int, into: Addresses) -> None:
        """Have `into` told the addresses of a host, or the resolver's failure. Does not wait.

        Raises OSError where too many questions are unanswered.
        """
        party = party_of(host)
        if not self._seats.take(party):
            raise OSError("too many names that nobody answers for")
        try:
            threading.Thread(target=self._resolve, args=(host, port, into, party), name="names", daemon=True).start()
        except RuntimeError as error:
            self._seats.leave(party)
            raise OSError("no thread for a name") from error

    def _resolve(self, host: str, port: int, into: Addresses, party: str) -> None:
        addresses: tuple[str, ...] = ()
        failure: Exception | None = None
        try:
            addresses = tuple(self._resolver(host, port))
        except Exception as error:  # whatever it is, it is the asker's
            failure = error
        finally:
            self._seats.leave(party)
        if not into.set_running_or_notify_cancel():
            return  # nobody waits any more
        if failure is None:
            into.set_result(addresses)
        else:
            into.set_exception(failure)
