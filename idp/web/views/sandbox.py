"""The front page, and what exists only in sandbox mode: sample people and their virtual phones (pages.md §4.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from idp.web.i18n import Text
from idp.web.views.parts import Method, Page


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """A sample person as the front page lists them. `methods`: the second steps they can take."""

    name: str
    national_id: str
    password: str
    two_step: bool
    methods: tuple[Method, ...]
    note: str
    phone_number: str | None = None
    phone_url: str | None = None


@dataclass(frozen=True, slots=True)
class SandboxLinks:
    """Where the front page of the sandbox leads. `demo` is the relying party's start page, on another origin."""

    demo: str
    phones: str
    account: str
    api_docs: str
    discovery: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage(Page):
    """What Eşik is. In production mode there are no links and no people."""

    template: ClassVar[str] = "start.html"
    h1: ClassVar[str] = "start.h1"

    account: str
    links: SandboxLinks | None = None
    personas: tuple[PersonaRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One demo phone. `number` is written for people ("0500 000 00 01"); the last message is None when empty."""

    name: str
    number: str
    url: str
    messages: int
    verified: bool
    last_message_at: int | None = None
    last_message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonesPage(Page):
    """All demo phones, the one with the newest message first. `refresh` is this page's own address."""

    template: ClassVar[str] = "phones.html"
    h1: ClassVar[str] = "phones.h1"
    scripts: ClassVar[tuple[str, ...]] = ("phones-live.js",)

    refresh: str = "/telefon"

    rows: tuple[PhoneRow, ...]


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """One SMS. `code` and `valid_until` are None when the text holds no code."""

    id: str
    text: str
    sent_at: int
    code: str | None = None
    valid_until: int | None = None


@dataclass(frozen=True, slots=True)
class SmsDelay:
    """The page with messages that appear `seconds` late, at `url`; `current` is the one that is shown."""

    seconds: int
    url: str
    current: bool


MESSAGES_DELETED = Text("phone.notice.deleted")


@dataclass(frozen=True, slots=True)
class PhoneDevice:
    """What the phone's own program must know to be a registered device: nothing that another device could not.

    `number` (E.164) is what the browser keeps the key under, `issuer` whom signatures are made for. `sample` is a
    published device as JSON, `{"id", "private_key"}`, of a sample person who has one: the phone takes it over.
    `asked_first`: the owner has a registered device, so that requests stand before messages.
    """

    number: str
    issuer: str
    sample: str | None = None
    asked_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePage(Page):
    """One virtual phone, messages newest first.

    `owner` is None for a number to which something was sent before it is anybody's; such a phone registers nowhere.
    `live` is the long-polling address of the sandbox contract (`…/messages/wait`): the script asks it with `after`
    and `timeout`, and on an answer fetches this page again. `verify` (None without an owner) and `clear` (None without
    messages) take a POST. `manifest` makes the page an app of its own. `delays` are the choices of how late it shows a
    message.
    """

    template: ClassVar[str] = "phone.html"
    scripts: ClassVar[tuple[str, ...]] = (
        "countdown.js",
        "copy-code.js",
        "phone-clock.js",
        "phone-asking.js",
        "phone-live.js",
        "phone-key.js",
        "phone-device-api.js",
        "phone-card.js",
        "phone-approvals.js",
        "phone-pairing.js",
        "phone-device.js",
    )

    owner: str | None
    number: str
    messages: tuple[PhoneMessage, ...]
    now: int
    live: str
    refresh: str
    phones: str
    verified: bool
    verify: str | None = None
    clear: str | None = None
    device: PhoneDevice | None = None
    manifest: str | None = None
    delays: tuple[SmsDelay, ...] = ()

    @property
    def heading(self) -> Text:
        return Text("phone.h1", {"name": self.owner or self.number})
