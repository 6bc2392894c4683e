"""The citizen's own pages (pages.md §4.8). `submit` addresses take a POST; instants are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from idp.web.i18n import Text
from idp.web.views.login import ConsentLabel
from idp.web.views.parts import LoginOutcome, Method, Page


class Tab(StrEnum):
    """The parts of "Şifre ve Güvenlik Ayarlarım", in their order; the value is the label's catalogue key."""

    PASSWORD = "tabs.password"
    TWO_STEP = "tabs.two_step"
    DEVICES = "tabs.devices"
    SESSIONS = "tabs.sessions"
    HISTORY = "tabs.history"
    CONSENTS = "tabs.consents"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHomePage(Page):
    """`last_login_at` is the one before this; None the first time. `sessions` counts live ones, this one included.

    `methods` are the active second steps, `codes_left` the unused backup codes, None where none were ever made.
    `password_due_at` is when the password must be changed at the latest; None where the policy names no age.
    """

    template: ClassVar[str] = "account-home.html"

    citizen_name: str
    two_step: bool
    sessions: int
    password_changed_at: int
    last_login_at: int | None = None
    methods: tuple[Method, ...] = ()
    codes_left: int | None = None
    password_due_at: int | None = None

    @property
    def heading(self) -> Text:
        return Text("home.h1", {"name": self.citizen_name})


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPage(Page):
    """One tab of "Şifre ve Güvenlik Ayarlarım"."""

    h1: ClassVar[str] = "security.h1"
    tab: ClassVar[Tab]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChangePage(SecurityPage):
    """Fields: `new_password`, `new_password_repeat`. The old password was proved on the way here."""

    template: ClassVar[str] = "password-change.html"
    scripts: ClassVar[tuple[str, ...]] = ("show-password.js", "password-rules.js")
    tab: ClassVar[Tab] = Tab.PASSWORD

    submit: str
    rules: tuple[Text, ...]
    changed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChangePage(SecurityPage):
    """Field: `phone_number`. `typed` keeps it when the form comes back; `phone_ending` is the number that leaves."""

    template: ClassVar[str] = "phone-change.html"
    h1: ClassVar[str] = "phone_change.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    back: str
    phone_ending: str | None = None
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneProofPage(SecurityPage):
    """What comes before another number: a proof of the present one or of a passkey. `prove` (POST) leads to a login.

    `prove` is None where no number is verified, so that only identity helps. `phone_url` leads to the virtual phone,
    in sandbox mode only.
    """

    template: ClassVar[str] = "phone-proof.html"
    h1: ClassVar[str] = "phone_change.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    prove: str | None
    back: str
    phone_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChangeCodePage(SecurityPage):
    """The code that went to the new number, which comes masked as `number`. Field: `code`.

    `valid_until` is None while no code is live.
    """

    template: ClassVar[str] = "phone-change-code.html"
    h1: ClassVar[str] = "code.h1"
    scripts: ClassVar[tuple[str, ...]] = ("countdown.js",)
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    resend: str
    number: str
    digits: int
    valid_until: int | None
    now: int
    back: str
    phone_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChangedPage(SecurityPage):
    """That the number changed. `phone_ending` is the new one's. `go_on` is a link, behind which it may be proved."""

    template: ClassVar[str] = "phone-changed.html"
    h1: ClassVar[str] = "phone_changed.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    phone_ending: str
    go_on: str


class Place(StrEnum):
    """Where a session is, where a word says more than its address. The value is the catalogue key."""

    THIS_COMPUTER = "sessions.this_computer"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One live session. `device` is the browser in a few words, empty if unknown.

    `place` is where it is as far as its address says, written out in the page's language.
    """

    id: str
    device: str
    place: str
    started_at: int
    last_seen_at: int
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage(SecurityPage):
    """`end` takes a POST with `session_id`; `end_all` takes a POST and ends this session too."""

    template: ClassVar[str] = "sessions.html"
    tab: ClassVar[Tab] = Tab.SESSIONS

    end: str
    end_all: str
    rows: tuple[SessionRow, ...]


class AccountEvent(StrEnum):
    """What happened to the account besides logins. The value is the catalogue key of the words."""

    PASSWORD_CHANGED = "history.event.password_changed"
    TWO_STEP_ON = "history.event.two_step_on"
    TWO_STEP_OFF = "history.event.two_step_off"
    METHOD_ADDED = "history.event.method_added"
    METHOD_REMOVED = "history.event.method_removed"
    METHOD_PREFERRED = "history.event.method_preferred"
    PHONE_CHANGED = "history.event.phone_changed"
    DEVICE_ADDED = "history.event.device_added"
    DEVICE_REMOVED = "history.event.device_removed"
    CODES_MADE = "history.event.codes_made"
    CONSENT_REVOKED = "history.event.consent_revoked"
    RECOVERY = "history.event.recovery"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One attempt to log in (`outcome`), or one change of the account (`event`): exactly one of the two is set.

    `methods` are those proved in a login, or the one that a change is about. `service` is None for our own pages;
    `place` is written out as in `SessionRow`. `not_me` is the address (GET) for "that was not me"; None where saying
    so would change nothing. `current`: the login that made the session at hand.
    """

    at: int
    outcome: LoginOutcome | None
    methods: tuple[Method, ...]
    device: str
    place: str
    service: str | None = None
    event: AccountEvent | None = None
    not_me: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage(SecurityPage):
    """The last logins, failed ones too, and changes of the account, newest first."""

    template: ClassVar[str] = "history.html"
    tab: ClassVar[Tab] = Tab.HISTORY

    rows: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMePage(SecurityPage):
    """The question before other sessions end and a new password is chosen. Field `decision`: `not_me`.

    `back` is an address for GET.
    """

    template: ClassVar[str] = "not-me.html"
    h1: ClassVar[str] = "not_me.h1"
    tab: ClassVar[Tab] = Tab.HISTORY

    submit: str
    row: HistoryRow
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One service that may receive `items` without asking again, since `given_at`; if `offline`, without a login too.

    `visit` is where a login at the service begins; None where it named no such address.
    """

    client_id: str
    service: str
    items: tuple[ConsentLabel, ...]
    given_at: int
    visit: str | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentsPage(SecurityPage):
    """The consents that stand. `revoke` takes a POST with `client_id`."""

    template: ClassVar[str] = "consents.html"
    tab: ClassVar[Tab] = Tab.CONSENTS

    rows: tuple[ConsentRow, ...]
    revoke: str
