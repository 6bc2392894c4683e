"""A forgotten password, step by step. Until the second proof nothing here may tell whether a person exists (A21).

The second factor is asked with the pages of `second_step`, the new password with `NewPasswordPage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from idp.web.views.parts import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryStartPage(Page):
    """Whose password was forgotten. Field: `national_id`, kept when the form comes back."""

    template: ClassVar[str] = "recovery-start.html"
    h1: ClassVar[str] = "recovery_start.h1"

    submit: str
    cancel: str | None = None
    national_id: str = ""
    rp_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodePage(Page):
    """A code that may have been sent. Field: `code`. The page is the same for a number nobody has.

    `valid_until` (seconds since the epoch) is then that of a code which does not exist; None where none can live.
    """

    template: ClassVar[str] = "recovery-code.html"
    h1: ClassVar[str] = "code.h1"
    scripts: ClassVar[tuple[str, ...]] = ("countdown.js",)

    submit: str
    resend: str
    digits: int
    valid_until: int | None
    now: int
    cancel: str | None = None
    phone_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryIdentityPage(Page):
    """Without another factor, the phone is verified with identity again (domain.md §3.4). No field: look again.

    `phone_url` leads to the virtual phone, in sandbox mode only; elsewhere the ways are in person.
    """

    template: ClassVar[str] = "recovery-identity.html"
    h1: ClassVar[str] = "recovery_identity.h1"

    submit: str
    phone_url: str | None = None
    cancel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryDonePage(Page):
    """The password is new; nobody was logged in by it (R-62). `login_url` (GET) goes on to the login."""

    template: ClassVar[str] = "recovery-done.html"
    h1: ClassVar[str] = "recovery_done.h1"

    login_url: str
