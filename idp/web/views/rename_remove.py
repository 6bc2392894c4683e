"""Another name for a device or a passkey, and the question before a method is removed."""

from dataclasses import dataclass
from typing import ClassVar

from idp.web.views.account import SecurityPage, Tab
from idp.web.views.parts import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMethodPage(SecurityPage):
    """The question before a method, device or passkey is removed. Field `decision`: `remove` or `keep`.

    `name` is the device's or passkey's. `last`: it is the only one while two-step login is on, so the page explains
    and offers no button.
    """

    template: ClassVar[str] = "method-remove.html"
    h1: ClassVar[str] = "method_remove.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    method: Method
    name: str | None
    last: bool
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDevicePage(RemoveMethodPage):
    """The same about a registered device, which has a tab of its own."""

    tab: ClassVar[Tab] = Tab.DEVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePage(SecurityPage):
    """A new name for a device or passkey. Field: `name`."""

    template: ClassVar[str] = "rename.html"
    h1: ClassVar[str] = "rename.h1"
    tab: ClassVar[Tab] = Tab.TWO_STEP

    submit: str
    name: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameDevicePage(RenamePage):
    """The same for a registered device, which has a tab of its own."""

    tab: ClassVar[Tab] = Tab.DEVICES
