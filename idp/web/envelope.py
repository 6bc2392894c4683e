"""Around every request: an id, where it came from, the headers every answer carries, and one line in the access log.

Plain ASGI, so that the lean routes pay for nothing else. The line names the route's template, never a path with a
number in it and never a query.
"""

import ipaddress
import time
from collections.abc import Callable, Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.domain.audit import Origin

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action {targets}"
)
_ALWAYS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "permissions-policy": (
        "camera=(), microphone=(), geolocation=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
}
_LONGEST_AGENT = 256


def content_security_policy(*form_targets: str, frames: Sequence[str] = ()) -> str:
    """The policy of a page whose forms may end at these origins, besides our own, and that may show these in frames.

    A browser applies `form-action` to the whole redirect chain after a form, so the relying party's origin must be in
    it, and only where a form can end there.
    """
    policy = _POLICY.format(targets=" ".join(("'self'", *form_targets)))
    return f"{policy}; frame-src {' '.join(dict.fromkeys(frames))}" if frames else policy


class Envelope:
    """`reference` makes request ids. `trusted_proxies`: whose `X-Forwarded-For` is believed; nobody else's is (B14)."""

    def __init__(
        self, app: ASGIApp, *, reference: Callable[[], str], https: bool, trusted_proxies: Sequence[Network] = ()
    ) -> None:
        self._app = app
        self._reference = reference
        self._log = structlog.get_logger("esik.access").bind()
        self._trusted = tuple(trusted_proxies)
        headers = dict(_ALWAYS, **{"content-security-policy": content_security_policy()})
        if https:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        self._headers = tuple((name.encode(), value.encode()) for name, value in headers.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began = self._reference(), time.perf_counter()
        scope["esik.origin"] = origin = self._origin(scope, request_id)
        status = 500

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(message, request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        finally:
            route = scope.get("route")
            self._log.info(
                "request",
                method=scope["method"],
                route=getattr(route, "path", "-"),
                status=status,
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
                request_id=origin.request_id,
            )

    def _dress(self, message: Message, request_id: str) -> None:
        own = message["headers"]
        given = {name for name, _ in own}
        own.extend(header for header in self._headers if header[0] not in given)
        headers = MutableHeaders(raw=own)
        headers["x-request-id"] = request_id
        if b"cache-control" not in given:
            headers["cache-control"] = "no-store"

    def _origin(self, scope: Scope, request_id: str) -> Origin:
        headers = Headers(scope=scope)
        agent = headers.get("user-agent", "")[:_LONGEST_AGENT]
        return Origin(self._address(scope, headers), agent, request_id)

    def _address(self, scope: Scope, headers: Headers) -> str:
        """The nearest address that no trusted proxy has: from the right, since anyone can write on the left."""
        client = scope.get("client")
        nearest = _parsed(client[0]) if client else None
        if nearest is None or not self._trusts(nearest):
            return str(nearest or "")
        for hop in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")[-20:]):
            address = _parsed(hop.strip())
            if address is None:
                break
            nearest = address
            if not self._trusts(address):
                break
        return str(nearest)

    def _trusts(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address.version == network.version and address in network for network in self._trusted)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
