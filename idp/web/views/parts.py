"""The pieces that pages are made of: errors beside fields, rows of lists, and the closed sets of things a page can say.

The value of every member of these sets is its key in the catalogues, so a member without words fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from enum import StrEnum
from typing import ClassVar

from idp.web.i18n import Text, Value


class Problem(StrEnum):
    """What can be wrong with something a person typed. Values a sentence needs are named in the comment."""

    EMPTY_NATIONAL_ID = "password.error.empty_national_id"
    NATIONAL_ID_LENGTH = "password.error.length_national_id"
    NATIONAL_ID_CHECKSUM = "password.error.checksum_national_id"
    EMPTY_PASSWORD = "password.error.empty_password"
    WRONG_CREDENTIALS = "password.error.wrong"
    MUST_WAIT = "password.error.wait"  # duration: Duration
    BUSY = "password.error.busy"
    METHOD_PAUSED = "password.error.method_paused"  # duration: Duration

    EMPTY_CODE = "code.error.empty"
    CODE_NOT_DIGITS = "code.error.not_digits"
    CODE_LENGTH = "code.error.length"  # n: digits of a code
    WRONG_CODE = "code.error.wrong"  # n: attempts left
    CODE_EXPIRED = "code.error.expired"
    CODE_USED_UP = "code.error.used_up"

    TERMS_NOT_ACCEPTED = "settings.error.terms"
    PHONE_NOT_VERIFIED = "settings.error.phone"

    EMPTY_NEW_PASSWORD = "new_password.error.empty"
    TOO_SHORT = "new_password.error.too_short"  # n: least characters
    TOO_LONG = "new_password.error.too_long"  # n: most characters
    NO_LOWER_CASE = "new_password.error.lower"
    NO_UPPER_CASE = "new_password.error.upper"
    NO_DIGIT = "new_password.error.digit"
    NO_SYMBOL = "new_password.error.symbol"
    HOLDS_NATIONAL_ID = "new_password.error.national_id"
    HOLDS_PHONE_NUMBER = "new_password.error.phone_number"
    HOLDS_BIRTH_YEAR = "new_password.error.birth_year"
    USED_BEFORE = "new_password.error.history"  # n: passwords remembered
    UNREADABLE = "new_password.error.unreadable"
    TOO_COMMON = "new_password.error.common"
    REPEAT_DIFFERS = "new_password.error.repeat"

    # The second step and recovery.
    NO_METHOD = "choose_method.error.none"
    METHOD_GONE = "choose_method.error.gone"
    NOT_APPROVED_YET = "app_approval.error.early"
    APPROVAL_DENIED = "app_approval.error.denied"
    APPROVAL_EXPIRED = "app_approval.error.expired"
    TOTP_USED = "totp.error.used"
    WRONG_TOTP = "totp.error.wrong"
    EMPTY_BACKUP_CODE = "backup_code.error.empty"
    WRONG_BACKUP_CODE = "backup_code.error.wrong"
    PASSKEY_FAILED = "passkey.error.failed"
    PASSKEY_EXPIRED = "passkey.error.expired"
    NO_PASSKEY_YET = "passkey_needed.error.none"
    WRONG_RECOVERY_CODE = "recovery_code.error.wrong"
    NOT_IDENTIFIED_YET = "recovery_identity.error.none"

    # The account pages.
    LAST_METHOD = "methods.error.last"
    EMPTY_NAME = "rename.error.empty"
    NAME_TOO_LONG = "rename.error.too_long"  # n: most characters
    PHONE_NUMBER_INVALID = "phone_change.error.invalid"
    PHONE_NUMBER_UNCHANGED = "phone_change.error.unchanged"
    PAIRING_EXPIRED = "pairing.error.expired"
    TOO_MANY_DEVICES = "devices.error.too_many"  # n: most devices
    TOTP_SETUP_OVER = "totp_setup.error.over"
    TOO_MANY_PASSKEYS = "passkeys.error.too_many"  # n: most passkeys
    PASSKEY_NOT_ACCEPTED = "passkey_add.error.not_accepted"
    PASSKEY_ALREADY_REGISTERED = "passkey_add.error.already_registered"


class PasswordRule(StrEnum):
    """One line of the list above a new password (domain.md §3.2)."""

    LENGTH = "new_password.rule.length"  # n: least characters
    CLASSES = "new_password.rule.classes"
    PERSONAL = "new_password.rule.personal"
    HISTORY = "new_password.rule.history"  # n: passwords remembered
    COMMON = "new_password.rule.common"


class Notice(StrEnum):
    """One sentence above the page, in `role=status`: something was done, or was not, or nothing is wrong but wait."""

    CODE_RESENT = "code.notice.resent"
    CODE_TOO_EARLY = "code.notice.too_early"  # duration: Duration
    SAMPLE_FILLED = "password.notice.sample"
    TWO_STEP_ON = "settings.notice.on"
    TWO_STEP_OFF = "settings.notice.off"
    PASSWORD_CHANGED = "new_password.notice.changed"
    SESSION_ENDED = "sessions.notice.ended"
    PHONE_VERIFIED = "phone.notice.verified"

    # The second step and recovery.
    APPROVAL_SENT = "app_approval.notice.sent"
    APPROVAL_TOO_EARLY = "app_approval.notice.too_early"  # duration: Duration
    BACKUP_CODES_LEFT = "backup_code.notice.left"  # n: unused backup codes
    CONSENT_CHANGED = "consent.notice.changed"
    RECOVERY_CODE_SENT = "recovery_code.notice.sent"

    # The account pages.
    METHOD_ADDED = "methods.notice.added"
    METHOD_REMOVED = "methods.notice.removed"
    METHOD_PREFERRED = "methods.notice.preferred"
    DEVICE_RENAMED = "rename.notice.done"
    CODES_MADE = "backup_codes.notice.made"
    PHONE_CHANGED = "phone_change.notice.done"
    CONSENT_REVOKED = "consents.notice.revoked"
    NOT_ME_DONE = "not_me.notice.done"


_TONES: dict[str, str] = {
    Notice.CODE_TOO_EARLY: "wait",
    Notice.APPROVAL_TOO_EARLY: "wait",
    Notice.CONSENT_CHANGED: "bad",
}
"""How a notice looks that tells of nothing done."""


class Method(StrEnum):
    """A way of proving who one is, as lists name it."""

    PASSWORD = "method.password"
    SMS = "method.sms"
    APP = "method.app"
    TOTP = "method.totp"
    PASSKEY = "method.passkey"
    BACKUP_CODE = "method.backup_code"


class Level(StrEnum):
    """How sure a login is (design.md §3), as people read it."""

    PASSWORD = "level.password"
    TWO_STEP = "level.two_step"
    PHISHING_RESISTANT = "level.phishing_resistant"


class LoginOutcome(StrEnum):
    """How one line of the login history ended."""

    SUCCEEDED = "history.outcome.succeeded"
    WRONG_PASSWORD = "history.outcome.wrong_password"
    WRONG_CODE = "history.outcome.wrong_code"
    REFUSED = "history.outcome.refused"
    CANCELLED = "history.outcome.cancelled"
    DENIED = "history.outcome.denied"
    METHOD_PAUSED = "history.outcome.method_paused"

    @property
    def succeeded(self) -> bool:
        return self is LoginOutcome.SUCCEEDED


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with the field whose `name` is `field`. Shown in the summary and beside the field."""

    field: str
    key: Problem
    values: Mapping[str, Value] = with_default(default_factory=dict)

    @property
    def text(self) -> Text:
        return Text(self.key, self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has; the layouts read nothing else of a view.

    `template` is a file under `templates/`, and its stem names the page in `data-testid="page-…"`. `scripts` are
    files under `static/` that improve a page which works without them. `heading` is the one heading of the first level
    and begins the title; `h1` is its key where no value belongs into it.
    """

    template: ClassVar[str]
    h1: ClassVar[str]
    scripts: ClassVar[tuple[str, ...]] = ()

    errors: tuple[FieldError, ...] = ()
    notice: Text | None = None

    @property
    def heading(self) -> Text:
        return Text(self.h1)

    @property
    def notice_tone(self) -> str:
        return _TONES.get(self.notice.key, "") if self.notice is not None else ""

    def errors_of(self, field: str) -> tuple[FieldError, ...]:
        return tuple(error for error in self.errors if error.field == field)
