"""The second step of a login and what belongs to it (pages.md §4.2 to §4.5): one record for each way to prove it.

`submit`, `resend`, `cancel` and `other` are addresses that take a POST; `other`, with an empty form, leads to the
choice of another method and is None where there is none. Instants are seconds since the epoch, lengths of time seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from idp.web.i18n import Duration, Text
from idp.web.views.parts import Method, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepPage(Page):
    """What the pages of the second step have in common. `paused_for` replaces the form and points to other methods.

    `recovering`: it renews a forgotten password, and logs nobody in.
    """

    submit: str
    cancel: str | None = None
    rp_name: str | None = None
    paused_for: int | None = None
    other: str | None = None
    recovering: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodOption:
    """One method a citizen may choose. `extension` marks what the real service does not have.

    `phone_ending` belongs to SMS, `codes_left` to backup codes. `paused_for` shows it without letting it be chosen.
    """

    method: Method
    value: str
    phone_ending: str | None = None
    codes_left: int | None = None
    paused_for: int | None = None
    last_used: bool = False
    extension: bool = False

    @property
    def detail(self) -> Text | None:
        """The line under its name: how long it is paused, else which phone or how many codes, else what it asks for."""
        if self.paused_for is not None:
            return Text("choose_method.paused", {"duration": Duration(self.paused_for)})
        if self.phone_ending is not None:
            return Text("choose_method.phone", {"nn": self.phone_ending})
        if self.codes_left is not None:
            return Text("backup_code.notice.left", {"n": self.codes_left})
        return _ASKS_FOR.get(self.method)


_ASKS_FOR = {
    Method.APP: Text("choose_method.app"),
    Method.TOTP: Text("choose_method.totp"),
    Method.PASSKEY: Text("choose_method.passkey"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseMethodPage(SecondStepPage):
    """Field: `method`, one of the options' values. The first that is not paused is chosen beforehand."""

    template: ClassVar[str] = "choose-method.html"
    h1: ClassVar[str] = "choose_method.h1"

    options: tuple[MethodOption, ...]

    @property
    def open_options(self) -> tuple[MethodOption, ...]:
        return tuple(option for option in self.options if option.paused_for is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppApprovalPage(SecondStepPage):
    """Waits for a registered device. No field: pressing the button asks whether the approval is there.

    `number` has two digits and is shown only while the approval lives. `sent` is False before the first request, which
    a button asks for; `valid_until` is None while none lives. `events` is an address of server-sent events named
    `approved`, `denied`, `expired`. `qr_svg` is markup for "Karekod ile Giriş" (`idp.web.qr`); `phone_url` leads to the
    virtual phone, in sandbox mode only. `too_many_sent` says that unanswered requests are why the method is paused.
    """

    template: ClassVar[str] = "app-approval.html"
    h1: ClassVar[str] = "app_approval.h1"
    scripts: ClassVar[tuple[str, ...]] = ("countdown.js", "app-wait.js")

    resend: str
    number: str
    valid_until: int | None
    now: int
    events: str
    sent: bool = True
    qr_svg: str | None = None
    phone_url: str | None = None
    too_many_sent: bool = False

    @property
    def waiting(self) -> bool:
        return self.sent and self.valid_until is not None and self.valid_until > self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpPage(SecondStepPage):
    """A code from an authenticator app. Field: `code`."""

    template: ClassVar[str] = "totp.html"
    h1: ClassVar[str] = "totp.h1"

    digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyPage(SecondStepPage):
    """Field: `credential`, the JSON of a WebAuthn `AuthenticationResponseJSON`, filled in by passkey.js.

    `options` is the JSON of `PublicKeyCredentialRequestOptionsJSON`. `ready` is False while no challenge lives; a
    button then asks for one at `resend`.
    """

    template: ClassVar[str] = "passkey.html"
    h1: ClassVar[str] = "passkey.h1"
    scripts: ClassVar[tuple[str, ...]] = ("passkey.js",)

    resend: str
    options: str
    ready: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCodePage(SecondStepPage):
    """Field: `code`, as printed: spaces, hyphens and case do not matter to the server."""

    template: ClassVar[str] = "backup-code.html"
    h1: ClassVar[str] = "backup_code.h1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyNeededPage(Page):
    """The service asks for a passkey and the citizen has none. Field `decision`: `continue` (look again) or `decline`.

    `add_url` (GET) is the account page that adds one.
    """

    template: ClassVar[str] = "passkey-needed.html"
    h1: ClassVar[str] = "passkey_needed.h1"

    submit: str
    rp_name: str
    add_url: str


class NewPasswordReason(StrEnum):
    """Why a new password is set before going on. The value is the key of the sentence that says so."""

    EXPIRED = "renewal.expired"
    FIRST = "renewal.first"
    RECOVERY = "renewal.recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasswordPage(Page):
    """Fields: `new_password`, `new_password_repeat`. `policy` is the name of the rules (`edevlet`, `modern`)."""

    template: ClassVar[str] = "new-password.html"
    h1: ClassVar[str] = "renewal.h1"
    scripts: ClassVar[tuple[str, ...]] = ("show-password.js", "password-rules.js")

    submit: str
    reason: NewPasswordReason
    rules: tuple[Text, ...]
    policy: str
    cancel: str | None = None
    rp_name: str | None = None
