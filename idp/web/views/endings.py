"""The pages where something ends: a login that cannot go on, and logout (pages.md §4.9, §4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from idp.web.i18n import Duration, Text
from idp.web.views.parts import Page


class ErrorKind(StrEnum):
    """Every dead end. The value is the catalogue's prefix: `….h1` and `….text`."""

    EXPIRED = "error.expired"
    MOVED_ON = "error.moved_on"
    BAD_REQUEST = "error.bad_request"
    STALE_FORM = "error.stale_form"
    STOPPED = "error.stopped"
    TOO_MANY = "error.too_many"
    NOT_FOUND = "error.not_found"
    FAULT = "error.fault"
    DENIED = "error.denied"
    DISOWNED = "error.disowned"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """`return_url` only where going back is safe (never for an unchecked redirect URI, R-02), with `rp_name`.

    `retry` is an address for GET. `wait` (seconds) is needed by `TOO_MANY`. `developer` are name and value pairs
    of the technical error, given only in sandbox mode.
    """

    template: ClassVar[str] = "error.html"

    kind: ErrorKind
    reference: str
    rp_name: str | None = None
    return_url: str | None = None
    retry: str | None = None
    wait: int = 0
    developer: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> Text:
        return Text(f"{self.kind}.h1")

    @property
    def message(self) -> Text:
        return Text(f"{self.kind}.text", {"duration": Duration(self.wait)})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPage(Page):
    """A QR code for the app was read by a camera. `approves`: it asks for an approval, else it registers a device.

    `phones` leads to the virtual phones, in sandbox mode only.
    """

    template: ClassVar[str] = "scanned.html"
    h1: ClassVar[str] = "scanned.h1"

    approves: bool
    phones: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPostPage(Page):
    """An authorization response on its way: `fields` are posted to `action`, by a script or by the button."""

    template: ClassVar[str] = "form-post.html"
    scripts: ClassVar[tuple[str, ...]] = ("form-post.js",)

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def heading(self) -> Text:
        return Text("form_post.h1")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutPage(Page):
    """The question before logging out. Field `decision`: `logout` or `stay`.

    `hidden` are fields the form must carry unchanged, such as the relying party's `state` (LOGOUT-04).
    """

    template: ClassVar[str] = "logout.html"
    h1: ClassVar[str] = "logout.h1"

    submit: str
    rp_name: str | None = None
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOutPage(Page):
    """Logged out. `return_url` is a registered address of `rp_name`; `goes_on`: the browser goes there by itself.

    `frames` are addresses of relying parties that are told by being loaded (Front-Channel Logout §2).
    """

    template: ClassVar[str] = "logged-out.html"
    h1: ClassVar[str] = "logged_out.h1"
    scripts: ClassVar[tuple[str, ...]] = ("logged-out.js",)

    rp_name: str | None = None
    return_url: str | None = None
    goes_on: bool = False
    others_may_remain: bool = False
    frames: tuple[str, ...] = ()
