"""The pieces that pages are made of: errors beside fields, rows of lists, and the closed sets of things a page can say.

The value of every member of these sets is its key in the catalogues, so a member without words fails a test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
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
    WRONG_PASSWORD = "password.error.wrong_again"
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


class PasswordRule(StrEnum):
    """One line of the list above a new password (domain.md §3.2)."""

    LENGTH = "new_password.rule.length"  # n: least characters
    CLASSES = "new_password.rule.classes"
    PERSONAL = "new_password.rule.personal"
    HISTORY = "new_password.rule.history"  # n: passwords remembered
    COMMON = "new_password.rule.common"


class Notice(StrEnum):
    """One sentence above the page, in `role=status`: something was done, or nothing is wrong but wait."""

    CODE_RESENT = "code.notice.resent"
    CODE_TOO_EARLY = "code.notice.too_early"  # duration: Duration
    SAMPLE_FILLED = "password.notice.sample"
    TWO_STEP_ON = "settings.notice.on"
    TWO_STEP_OFF = "settings.notice.off"
    PASSWORD_CHANGED = "new_password.notice.changed"
    SESSION_ENDED = "sessions.notice.ended"
    PHONE_VERIFIED = "phone.notice.verified"


class Method(StrEnum):
    """A way of proving who one is, as lists name it."""

    PASSWORD = "method.password"
    SMS = "method.sms"


class Level(StrEnum):
    """How sure a login is (design.md §3), as people read it."""

    PASSWORD = "level.password"
    TWO_STEP = "level.two_step"


class LoginOutcome(StrEnum):
    """How one line of the login history ended."""

    SUCCEEDED = "history.outcome.succeeded"
    WRONG_PASSWORD = "history.outcome.wrong_password"
    WRONG_CODE = "history.outcome.wrong_code"
    REFUSED = "history.outcome.refused"
    CANCELLED = "history.outcome.cancelled"

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
class Page(ABC):
    """What every page has; the layouts read nothing else of a view.

    `template` is a file under `templates/`, and its stem names the page in `data-testid="page-…"`. `scripts` are
    files under `static/` that improve a page which works without them. `heading` is the one `h1` and begins the title.
    """

    template: ClassVar[str]
    scripts: ClassVar[tuple[str, ...]] = ()

    errors: tuple[FieldError, ...] = ()
    notice: Text | None = None

    @property
    @abstractmethod
    def heading(self) -> Text: ...

    def errors_of(self, field: str) -> tuple[FieldError, ...]:
        return tuple(error for error in self.errors if error.field == field)
