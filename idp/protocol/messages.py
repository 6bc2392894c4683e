"""Plain values in and out: what a web route gives the protocol and what it gets back.

A request is pairs of decoded parameters, in the order they came and with every repetition, and headers in which
repetitions are seen too. An answer is complete: the route sends it as it is and decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client import Client

Pairs = Sequence[tuple[str, str]]
"""Decoded parameters of one request, repetitions included (`parse_qsl(..., keep_blank_values=True)`)."""

Headers = Mapping[str, str]
"""Looked up by lower-case name. Lines of one that came twice are joined by line feeds, which no single line holds."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the browser to `location` with 303. `error` names the OAuth error it carries; None for success."""

    location: str = field(repr=False)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FormPost:
    """Let the browser post these fields to `action` (Form Post Response Mode §2). `error` is as in `Redirect`."""

    action: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Answer on our own host with status 400; nothing goes to any redirect URI.

    `error` is the OAuth error code and `description` a fixed ASCII text, both for the developer's details only. They
    never hold anything of the request.
    """

    error: str
    description: str


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """A whole response. `body` is UTF-8 JSON, `headers` include Content-Type and Cache-Control.

    An answer may tell of an error and still have changed something (a replay revokes its grant), so the route
    commits whatever the status is.
    """

    status: int
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A public document, made once: `application/json`, cacheable for `max_age` seconds; `etag` is quoted."""

    body: bytes = field(repr=False)
    etag: str
    max_age: int


@dataclass(frozen=True, slots=True)
class Acceptable:
    """An authorization request with nothing wrong in it, and who sent it. The citizen's journey may begin."""

    request: AuthorizationRequest
    client: Client


@dataclass(frozen=True, slots=True)
class EndSession:
    """A logout request, judged (OpenID Connect RP-Initiated Logout 1.0).

    `client` is who asks, known only through a valid `id_token_hint`. `subject` and `sid` are the hint's.
    `return_to` is where to send the browser after the logout, `state` included; None unless the hint is valid and
    the address registered. `carried` are the parameters to repeat as hidden fields of a question: the answered
    question is judged again from them. `reason` is a short code for the audit when something was not accepted.
    """

    carried: tuple[tuple[str, str], ...] = field(repr=False)
    client: Client | None = None
    subject: str | None = None
    sid: str | None = None
    return_to: str | None = field(default=None, repr=False)
    ui_locales: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LogoutReach:
    """Which relying parties of a session hear of its end.

    `frames` are the addresses to load in the browser, one for each that wants to be told there (Front-Channel Logout
    §2). `others_may_remain`: somebody can be told neither there nor behind it.
    """

    frames: tuple[str, ...] = field(default=(), repr=False)
    others_may_remain: bool = False


Answer = Redirect | FormPost | ErrorPage
"""A finished authorization request."""
