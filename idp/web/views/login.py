"""The pages of a login, in the order a person meets them (pages.md §4.1 to §4.7).

`submit` and `cancel` are addresses that take a POST; `rp_name` is the relying party's registered name, or None on
the way to our own account pages. Instants are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from idp.web.i18n import Text
from idp.web.views.parts import Level, Page


@dataclass(frozen=True, slots=True)
class PersonaChoice:
    """A sample person in the gallery of the sandbox. `url` is a plain GET link that fills the form."""

    name: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class AboutService:
    """What a service registered for people to look at (AUTH-28): addresses, or None where there is none.

    `logo` is our own copy; the other two are the service's own pages.
    """

    logo: str | None = None
    policy: str | None = None
    terms: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage(Page):
    """First step. Fields: `national_id`, `password`.

    `reauthenticating_as` is the masked number of someone already known, who is asked for the password alone;
    `somebody_else` is the address (GET) that asks for a number too.
    `forgot` is the address (GET) where a forgotten password is replaced.
    `sample_password` is set only in sandbox mode, after a sample person was chosen; a typed password never comes back.
    """

    template: ClassVar[str] = "password.html"
    h1: ClassVar[str] = "password.h1"
    scripts: ClassVar[tuple[str, ...]] = ("show-password.js",)

    submit: str
    cancel: str | None = None
    rp_name: str | None = None
    about: AboutService = AboutService()
    requires_two_step: bool = False
    national_id: str = ""
    sample_password: str = ""
    reauthenticating_as: str | None = None
    somebody_else: str | None = None
    forgot: str | None = None
    personas: tuple[PersonaChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectAccountPage(Page):
    """`prompt=select_account` while someone is logged in (AUTH-31). Field `decision`: `continue` or `other`."""

    template: ClassVar[str] = "select-account.html"
    h1: ClassVar[str] = "account_choice.h1"

    submit: str
    citizen_name: str
    national_id: str
    cancel: str | None = None
    rp_name: str | None = None
    about: AboutService = AboutService()


class CodePurpose(StrEnum):
    """What a code is asked for. The value is the catalogue key of the line that says so."""

    LOGIN = "code.purpose.login"
    ENABLE = "code.purpose.enable"
    CONFIRM = "code.purpose.confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage(Page):
    """A code from an SMS. Field: `code`. `resend` takes a POST and is always offered; the server says "too early".

    `phone_ending` are the last two digits. `sent` is False before the first code, which a button asks for;
    `valid_until` is None while no code is live. `now` lets the countdown run without trusting the browser's clock.
    `paused_for` (seconds) replaces the form while the method is paused. `other` takes a POST and leads to the choice of
    another method; None where there is none. `phone_url` leads to the virtual phone, in sandbox mode only.
    """

    template: ClassVar[str] = "code.html"
    h1: ClassVar[str] = "code.h1"
    scripts: ClassVar[tuple[str, ...]] = ("countdown.js",)

    submit: str
    resend: str
    phone_ending: str
    digits: int
    valid_until: int | None
    now: int
    sent: bool = True
    purpose: CodePurpose = CodePurpose.LOGIN
    cancel: str | None = None
    rp_name: str | None = None
    paused_for: int | None = None
    other: str | None = None
    phone_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStepOffPage(Page):
    """The service needs two steps and the citizen has them off (J3a, J4).

    Fields: `accept_terms`; `decision`: `enable` or `decline`.
    """

    template: ClassVar[str] = "two-step-off.html"
    h1: ClassVar[str] = "two_step_off.h1"

    submit: str
    rp_name: str
    phone_ending: str
    terms_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneUnverifiedPage(Page):
    """Two-step login cannot be switched on before the phone is verified with identity (domain.md §3.4).

    Field `decision`: `continue` (look again) or `decline`. `phone_url` is set only in sandbox mode.
    """

    template: ClassVar[str] = "phone-unverified.html"
    h1: ClassVar[str] = "phone_unverified.h1"

    submit: str
    rp_name: str
    phone_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStepOnPage(Page):
    """Two-step login was switched on inside the login; one button finishes it (J4)."""

    template: ClassVar[str] = "two-step-on.html"
    h1: ClassVar[str] = "two_step_on.h1"

    submit: str
    rp_name: str
    cancel: str | None = None


class ConsentLabel(StrEnum):
    """What a relying party may receive; one member for each claim that can be released."""

    NAME = "consent.item.name"
    GIVEN_NAME = "consent.item.given_name"
    FAMILY_NAME = "consent.item.family_name"
    BIRTHDATE = "consent.item.birthdate"
    PHONE_NUMBER = "consent.item.phone_number"
    NATIONAL_ID = "consent.item.national_id"
    MIDDLE_NAME = "consent.item.middle_name"
    NICKNAME = "consent.item.nickname"
    PREFERRED_USERNAME = "consent.item.preferred_username"
    PROFILE = "consent.item.profile"
    PICTURE = "consent.item.picture"
    WEBSITE = "consent.item.website"
    GENDER = "consent.item.gender"
    ZONEINFO = "consent.item.zoneinfo"
    LOCALE = "consent.item.locale"
    EMAIL = "consent.item.email"
    ADDRESS = "consent.item.address"


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """One value the relying party would receive; numbers come masked. None: there is none yet."""

    label: ConsentLabel
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage(Page):
    """What the relying party will receive, in real values. Field `decision`: `approve` or `cancel`.

    `shown` goes back with the form: who asks and for what, as the page told it (`policy.consent.seen`).
    `offline`: it may go on receiving that while the citizen is away (Core §11).
    """

    template: ClassVar[str] = "consent.html"

    submit: str
    shown: str
    rp_name: str
    items: tuple[ConsentItem, ...]
    level: Level
    about: AboutService = AboutService()
    offline: bool = False

    @property
    def not_yet(self) -> tuple[ConsentLabel, ...]:
        """What it would receive too, once it is there."""
        return tuple(item.label for item in self.items if item.value is None)

    @property
    def heading(self) -> Text:
        return Text("consent.h1", {"rp": self.rp_name})
