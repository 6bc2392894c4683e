"""Our cookies: their names, how they are set, and reading them without being fooled.

On an https issuer every name begins with `__Host-`, so no other host and no plain-http page can plant one. A name that
comes twice counts as absent: one of the two was planted (C07).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

_MOST_LOGINS = 10
_LOGIN_SECONDS = 3600
_DEVICE_SECONDS = 365 * 86_400
_LANGUAGE_SECONDS = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of one issuer."""

    https: bool

    def session(self, request: Request) -> str | None:
        return self._read(request, "sid")

    def device(self, request: Request) -> str | None:
        return self._read(request, "device")

    def language(self, request: Request) -> str | None:
        return self._read(request, "lang")

    def visit(self, request: Request) -> str | None:
        """A random value for forms of people who are not logged in."""
        return self._read(request, "visit")

    def login(self, request: Request, login_id: str) -> str | None:
        """What binds this login to the browser that began it. Never taken over from a cookie that was there before."""
        return self._read(request, _login_name(login_id))

    def set_session(self, response: Response, value: str) -> None:
        self._set(response, "sid", value, None)

    def set_device(self, response: Response, value: str) -> None:
        self._set(response, "device", value, _DEVICE_SECONDS)

    def set_language(self, response: Response, value: str) -> None:
        self._set(response, "lang", value, _LANGUAGE_SECONDS)

    def set_visit(self, response: Response, value: str) -> None:
        self._set(response, "visit", value, None)

    def set_login(self, request: Request, response: Response, login_id: str, value: str) -> None:
        """Bind a new login. Browsers send the oldest cookie first: past ten open logins the oldest go."""
        open_logins = [name for name, _ in _pairs(request) if name.startswith(self._name("txn-"))]
        for name in open_logins[: max(0, len(open_logins) + 1 - _MOST_LOGINS)]:
            self._delete(response, name)
        self._set(response, _login_name(login_id), value, _LOGIN_SECONDS)

    def drop_session(self, response: Response) -> None:
        self._delete(response, self._name("sid"))

    def drop_login(self, response: Response, login_id: str) -> None:
        self._delete(response, self._name(_login_name(login_id)))

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.https else name

    def _read(self, request: Request, name: str) -> str | None:
        found = [value for given, value in _pairs(request) if given == self._name(name)]
        return found[0] if len(found) == 1 else None

    def _set(self, response: Response, name: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self._name(name), value, max_age=max_age, path="/", secure=self.https, httponly=True, samesite="lax"
        )

    def _delete(self, response: Response, full_name: str) -> None:
        response.set_cookie(full_name, "", max_age=0, path="/", secure=self.https, httponly=True, samesite="lax")


def _login_name(login_id: str) -> str:
    return f"txn-{login_id[:12]}"


def _pairs(request: Request) -> Iterator[tuple[str, str]]:
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            name, equals, value = part.strip().partition("=")
            if equals:
                yield name, value
