"""The cookies of MHRS. All are HttpOnly and Lax; on https they are `__Host-` and Secure (security.md §6.3).

Their names start with `mhrs_`, because on localhost the provider shares the cookie jar: cookies ignore ports.
"""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class CookieJar:
    """Reads and writes our cookies by their short names: `session`, `browser`, `language`, `logout`."""

    is_https: bool

    def name(self, short: str) -> str:
        return f"__Host-mhrs_{short}" if self.is_https else f"mhrs_{short}"

    def read(self, request: Request, short: str) -> str | None:
        """The value, or None when there is none. A doubled name was planted by somebody, so it counts as none."""
        pairs = [
            pair.strip().partition("=") for header in request.headers.getlist("cookie") for pair in header.split(";")
        ]
        values = [value for name, _, value in pairs if name == self.name(short)]
        return values[0] if len(values) == 1 and re.fullmatch(r"[\w-]{1,200}", values[0], re.ASCII) else None

    def write(self, response: Response, short: str, value: str, max_age: int | None = None) -> None:
        response.set_cookie(
            self.name(short), value, max_age=max_age, path="/", secure=self.is_https, httponly=True, samesite="lax"
        )

    def clear(self, response: Response, short: str) -> None:
        response.delete_cookie(self.name(short), path="/", secure=self.is_https, httponly=True, samesite="lax")
