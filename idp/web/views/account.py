"""The citizen's own pages (pages.md §4.8). `submit` addresses take a POST; instants are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from idp.web.i18n import Text
from idp.web.views.parts import LoginOutcome, Method, Page


class Tab(StrEnum):
    """The parts of "Şifre ve Güvenlik Ayarlarım"; the value is the label's catalogue key."""

    PASSWORD = "tabs.password"
    TWO_STEP = "tabs.two_step"
    SESSIONS = "tabs.sessions"
    HISTORY = "tabs.history"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHomePage(Page):
    """`last_login_at` is the one before this; None the first time. `sessions` counts live ones, this one included."""

    template: ClassVar[str] = "account-home.html"

    citizen_name: str
    two_step: bool
    sessions: int
    password_changed_at: int
    last_login_at: int | None = None

    @property
    def heading(self) -> Text:
        return Text("home.h1", {"name": self.citizen_name})


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPage(Page):
    """One tab of "Şifre ve Güvenlik Ayarlarım"."""

    tab: ClassVar[Tab]

    @property
    def heading(self) -> Text:
        return Text("security.h1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStepSettingsPage(SecurityPage):
    """Fields: `two_step` (`on`, `off`), `method` (`sms`), `accept_terms`.

    `phone_ending` is None without a verified phone. `chosen` keeps what was chosen when the form comes back with an
    error. `phone_url` leads to the virtual phone and is set only in sandbox mode.
    """

    template: ClassVar[str] = "two-step-settings.html"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    two_step: bool
    phone_ending: str | None
    chosen: bool | None = None
    terms_accepted: bool = False
    phone_url: str | None = None

    @property
    def shows_on(self) -> bool:
        return self.two_step if self.chosen is None else self.chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOffPage(SecurityPage):
    """The question before two-step login is switched off. Field `decision`: `off` or `keep`."""

    template: ClassVar[str] = "switch-off.html"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str

    @property
    def heading(self) -> Text:
        return Text("switch_off.h1")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChangePage(SecurityPage):
    """Fields: `new_password`, `new_password_repeat`. The old password was proved on the way here."""

    template: ClassVar[str] = "password-change.html"
    scripts: ClassVar[tuple[str, ...]] = ("show-password.js",)
    tab: ClassVar[Tab] = Tab.PASSWORD

    submit: str
    rules: tuple[Text, ...]
    changed_at: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One live session. `ip` comes masked; `device` is the browser in a few words, empty if unknown."""

    id: str
    device: str
    ip: str
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


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One attempt to log in. `service` is None for our own pages; `ip` comes masked."""

    at: int
    outcome: LoginOutcome
    methods: tuple[Method, ...]
    device: str
    ip: str
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage(SecurityPage):
    """The last attempts, newest first, failed ones too."""

    template: ClassVar[str] = "history.html"
    tab: ClassVar[Tab] = Tab.HISTORY

    rows: tuple[HistoryRow, ...]
