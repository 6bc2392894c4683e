"""The one client for addresses that relying parties chose (SET-03, R-13, D15).

It speaks TLS to public hosts only, or to those that the operator names; follows no redirect, knows no proxy, keeps no
cookie and takes nothing compressed; and ends within its time, however slowly the other side drips.
"""

import http.client
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from idp.delivery.guarded_addresses import AllowList, Forbidden, target_of
from idp.delivery.guarded_connection import GuardedConnection
from idp.delivery.guarded_names import Addresses, Names, Resolver, system_resolver

LONGEST_BODY = 262_144
_LONGEST_HEAD = 65_536
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MOST_ADDRESSES = 4
_MOST_AT_ONCE = 8
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Esik"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotFetched(Exception):
    """No usable answer. The text is for the log, and holds nothing that the other side sent."""


class GuardedHttp:
    """`allow` is the operator's allow-list, `ca_file` further certificate authorities (PEM).

    `timeout` is seconds for everything together: the name, the connection, the question and the answer. At most
    eight exchanges run at once; the time spent in waiting for one of them counts too. Safe to use from several
    threads. Raises OSError where `ca_file` cannot be read.
    """

    def __init__(
        self,
        allow: frozenset[str],
        ca_file: Path | None,
        timeout: float = 5.0,
        *,
        resolver: Resolver = system_resolver,
    ) -> None:
        self._allowed = AllowList.of(allow)
        self._timeout = timeout
        self._names = Names(resolver)
        self._tls = _trusting(ca_file)
        self._workers = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="guarded-http")

    def get(self, url: str) -> str:
        """The text behind the address: status 200, at most 256 KiB of UTF-8. Raises NotFetched.

        An image comes as a `data:` URL, which is text too (RFC 2397).
        """
        return self._within_time("GET", url)[1]

    def post_form(self, url: str, fields: Mapping[str, str]) -> int:
        """Post a form and say with which status it was answered, a redirect's included. Raises NotFetched."""
        return self._within_time("POST", url, urlencode(fields).encode("ascii"))[0]

    def close(self) -> None:
        """Begin nothing more; what runs ends in its own time."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _within_time(self, method: str, url: str, body: bytes = b"") -> tuple[int, str]:
        addresses: Addresses = Future()
        connection = GuardedConnection(self._tls, self._timeout, LONGEST_BODY + _LONGEST_HEAD)
        try:
            running = self._workers.submit(self._exchange, addresses, connection, method, url, body)
        except RuntimeError as error:
            raise NotFetched("closed") from error
        try:
            return running.result(self._timeout)
        except TimeoutError as late:
            running.cancel()
            addresses.cancel()
            connection.cut()
            raise NotFetched("too slow") from late
        except CancelledError as error:
            raise NotFetched("closed") from error

    def _exchange(
        self, addresses: Addresses, connection: GuardedConnection, method: str, url: str, body: bytes
    ) -> tuple[int, str]:
        try:
            target = target_of(url)
            self._names.ask(target.host, target.port, into=addresses)
            judged = self._allowed.judge(target, addresses.result())
            connection.connect(target, judged[:_MOST_ADDRESSES])
            headers = {"Host": target.authority, **_HEADERS}
            if method == "POST":
                headers |= {**_FORM, "Content-Length": str(len(body))}
            lines = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
            connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + body)
            with http.client.HTTPResponse(cast(socket.socket, connection), method=method) as response:
                response.begin()
                return response.status, "" if method == "POST" else _text(response)
        except Forbidden as error:
            raise NotFetched(str(error)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:  # what ssl and the codecs raise is among them
            raise NotFetched(type(error).__name__) from error
        finally:
            connection.close()


@lru_cache(maxsize=4)
def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies certificates and names, always. Made once: reading the system's authorities takes a while."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def _text(response: http.client.HTTPResponse) -> str:
    if response.status != http.HTTPStatus.OK:
        raise NotFetched(f"status {response.status}")
    if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
        raise NotFetched("an encoded body")
    body = response.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        raise NotFetched("too long")
    if response.length:
        raise NotFetched("cut short")
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return body.decode("utf-8") if kind not in _IMAGES else f"data:{kind};base64,{b64encode(body).decode('ascii')}"
