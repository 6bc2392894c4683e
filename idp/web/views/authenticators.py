"""The second steps of a citizen: what there is, and adding, naming, changing and removing each (pages.md §4.8).

`submit`, `prefer`, `make`, `confirm` and `reject` are addresses that take a POST; `add`, `manage`, `rename`,
`remove`, `check`, `back` and `cancel` are plain links (GET), and leaving by them changes nothing. Instants are seconds
since the epoch. `qr_svg` is inline markup and must come from `idp.web.qr`: it is the one value no template escapes.
`phone_url` leads to the virtual phone and is set only in sandbox mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from idp.web.i18n import Text
from idp.web.views.account import SecurityPage, Tab
from idp.web.views.parts import Method


def in_fours(secret: str) -> str:
    """A code as people read and type it: "ABCD EFGH". What separates groups already is written anew."""
    bare = "".join(character for character in secret if character not in " -")
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """One second step, whether the citizen has it or could have it.

    `detail` says which: the last two digits of the phone, the names of devices or passkeys, the number of codes left.
    `add` begins it, `manage` leads to what can be changed or removed; None where there is nothing to do. `prefer`
    takes a POST with `method`, which is `value`; None where it cannot be the preferred one or is already.
    `extension`: e-Devlet has no such method, Eşik added it.
    """

    method: Method
    detail: str | None
    active: bool
    preferred: bool
    last_used_at: int | None
    extension: bool
    add: str | None
    manage: str | None
    prefer: str | None
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStepSettingsPage(SecurityPage):
    """Fields: `two_step` (`on`, `off`), `method` (`sms`, `app`: what to begin with), `accept_terms`.

    `phone_ending` is None without a verified phone. `app_devices` counts registered devices. `chosen` keeps what was
    chosen when the form comes back with an error, and `chosen_method` the method's value.
    """

    template: ClassVar[str] = "two-step-settings.html"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    two_step: bool
    phone_ending: str | None
    app_devices: int = 0
    methods: tuple[MethodRow, ...] = ()
    chosen: bool | None = None
    chosen_method: str = "sms"
    terms_accepted: bool = False
    phone_url: str | None = None

    @property
    def shows_on(self) -> bool:
        return self.two_step if self.chosen is None else self.chosen

    @property
    def begins_with_app(self) -> bool:
        return self.chosen_method == "app" and self.app_devices > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOffPage(SecurityPage):
    """The question before two-step login is switched off. Field `decision`: `off` or `keep`."""

    template: ClassVar[str] = "switch-off.html"
    h1: ClassVar[str] = "switch_off.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredRow:
    """One registered device or passkey, by the name the citizen knows it by."""

    id: str
    name: str
    added_at: int
    last_used_at: int | None
    rename: str
    remove: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesPage(SecurityPage):
    """ "Kayıtlı Cihazlar"."""

    template: ClassVar[str] = "devices.html"
    tab: ClassVar[Tab] = Tab.DEVICES

    rows: tuple[RegisteredRow, ...]
    add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeysPage(SecurityPage):
    """The registered passkeys."""

    template: ClassVar[str] = "passkeys.html"
    h1: ClassVar[str] = "passkeys.title"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    rows: tuple[RegisteredRow, ...]
    add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDevice:
    """The device that showed the pairing code, by the name and the fingerprint which it shows on its own screen.

    `handle` is the whole thumbprint of its key, sent back with the yes, so that no other key is confirmed by it.
    """

    name: str
    fingerprint: str
    handle: str = ""

    @property
    def fingerprint_in_fours(self) -> str:
        return in_fours(self.fingerprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePairingPage(SecurityPage):
    """First the pairing code, as a QR code and as text; then, once a device has claimed it, whether that is yours.

    `check` looks again, and begins anew once the code has expired. `confirm` takes a POST with `handle`, `reject` one
    without fields.
    """

    template: ClassVar[str] = "device-pairing.html"
    scripts: ClassVar[tuple[str, ...]] = ("countdown.js",)
    tab: ClassVar[Tab] = Tab.DEVICES

    qr_svg: str
    pairing_code: str
    valid_until: int
    now: int
    check: str
    confirm: str
    reject: str
    phone_url: str | None = None
    claimed: ClaimedDevice | None = None

    @property
    def heading(self) -> Text:
        return Text("pairing.h1" if self.claimed is None else "pairing.claimed_h1")

    @property
    def expired(self) -> bool:
        return self.valid_until <= self.now

    @property
    def code_in_fours(self) -> str:
        return in_fours(self.pairing_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpSetupPage(SecurityPage):
    """The secret, shown once, and the first code, which proves that the app has it. Field: `code`.

    `account` is the name under which the app will list it.
    """

    template: ClassVar[str] = "totp-setup.html"
    h1: ClassVar[str] = "totp_setup.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    qr_svg: str
    secret: str
    account: str
    digits: int
    cancel: str

    @property
    def secret_in_fours(self) -> str:
        return in_fours(self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAddPage(SecurityPage):
    """Fields: `name`, and `credential`, which the script fills with the browser's answer (JSON).

    `options` is PublicKeyCredentialCreationOptionsJSON. `name` keeps what was typed when the form comes back.
    """

    template: ClassVar[str] = "passkey-add.html"
    h1: ClassVar[str] = "passkey_add.h1"
    scripts: ClassVar[tuple[str, ...]] = ("passkey.js",)
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    options: str
    cancel: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCodesPage(SecurityPage):
    """How many codes are left; right after `make`, the new `codes` themselves, which are shown this once.

    `made_at` is None before the first set.
    """

    template: ClassVar[str] = "backup-codes.html"
    h1: ClassVar[str] = "backup_codes.h1"
    scripts: ClassVar[tuple[str, ...]] = ("print.js",)
    tab: ClassVar[Tab] = Tab.TWO_STEP

    left: int
    made_at: int | None
    make: str
    codes: tuple[str, ...] = ()

    @property
    def codes_in_fours(self) -> tuple[str, ...]:
        return tuple(in_fours(code) for code in self.codes)
