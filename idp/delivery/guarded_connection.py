"""One connection to an address that was judged before: pinned, encrypted for the host asked for, and bounded."""

import io
import socket
import ssl
import threading
from collections.abc import Iterable

from idp.delivery.guarded_addresses import Address, Target


class Cut(OSError):
    """Somebody ended the connection from our side."""


class TooMuch(OSError):
    """The other side sends more than was wanted."""


class GuardedConnection:
    """Written to and read by one thread, and `cut` by any other at any moment, even before it stands.

    `timeout` is seconds for each single step; `most_bytes` is what may come in, everything together.
    """

    def __init__(self, tls: ssl.SSLContext, timeout: float, most_bytes: int) -> None:
        self._tls = tls
        self._timeout = timeout
        self._left = most_bytes
        self._socket: socket.socket | None = None
        self._is_cut = False
        self._lock = threading.Lock()

    def connect(self, target: Target, addresses: Iterable[Address]) -> None:
        """To the first of the addresses that answers. Raises OSError."""
        failure: OSError = OSError("no address")
        for address in addresses:
            try:
                self._reach(address, target.port)
                break
            except Cut:
                raise
            except OSError as error:
                failure = error
        else:
            raise failure
        if target.is_https:
            self._encrypt(target.host)

    def sendall(self, data: bytes) -> None:
        self._open().sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `http.client.HTTPResponse` reads from."""
        return io.BufferedReader(_Incoming(self))

    def receive(self, buffer: memoryview) -> int:
        count = self._open().recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise TooMuch
        return count

    def cut(self) -> None:
        """End it now: whoever reads or writes gets an error or the end of the stream."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                _shut(self._socket)

    def close(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                self._socket.close()

    def _reach(self, address: Address, port: int) -> None:
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        self._hold(socket.socket(family, socket.SOCK_STREAM))
        self._open().connect((str(address), port))

    def _encrypt(self, host: str) -> None:
        """The certificate must be the host's (RFC 9110 §4.3.4), whatever address it was found at."""
        wrapped = self._tls.wrap_socket(self._open(), server_hostname=host, do_handshake_on_connect=False)
        self._hold(wrapped)
        wrapped.do_handshake()

    def _hold(self, opened: socket.socket) -> None:
        opened.settimeout(self._timeout)
        with self._lock:
            former, self._socket = self._socket, opened
            if former is not None:
                former.close()
            if self._is_cut:
                opened.close()

    def _open(self) -> socket.socket:
        with self._lock:
            if self._is_cut or self._socket is None:
                raise Cut
            return self._socket


class _Incoming(io.RawIOBase):
    """The connection as the standard library's readers want it."""

    def __init__(self, connection: GuardedConnection) -> None:
        super().__init__()
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return self._connection.receive(memoryview(buffer))  # type: ignore[arg-type]  # typeshed's Buffer is newer than 3.11


def _shut(opened: socket.socket) -> None:
    """Not `SSLSocket.shutdown`, which would take the encryption away under the reader's hands."""
    try:
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
    except OSError:
        opened.close()
