"""The headers every answer carries (security.md §6.3), and the reference under which the log knows a request."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), publickey-credentials-get=()",
}


def content_security_policy(*form_targets: str) -> str:
    """The policy of a page. `form_targets` are the origins its forms may lead to, through redirects too."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        + " ".join(("form-action 'self'", *form_targets))
    )


class SecurityHeaders:
    """ASGI middleware, outermost, so that errors carry the headers as well."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["reference"] = secrets.token_hex(5)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in FIXED.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", content_security_policy())
                is_static = scope["path"].startswith(("/static/", "/docs-assets/"))
                headers.setdefault("Cache-Control", "public, max-age=3600" if is_static else "no-store")
                if self._is_https:  # a browser ignores it over http: RFC 6797 §8.1
                    headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
            await send(message)

        await self._app(scope, receive, send_with_headers)
