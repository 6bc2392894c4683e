"""What people hold: a password, a phone, keys, an app, a sheet of codes. Their own copies, not the provider's rows."""

import json
from dataclasses import dataclass, field
from typing import Any

import pyotp

from idp.testing.device import Device
from tests.people import Person
from tests.software_authenticator import Answering, SoftwareAuthenticator
from tests.town import IDP

STEP_SECONDS = 30
RP_ID = "localhost"


@dataclass(eq=False)
class Credential:
    """Something that one person can prove. `stands` until it is removed, replaced or changed."""

    method: str
    owner: Person
    stands: bool = True


@dataclass(eq=False)
class Password(Credential):
    text: str = ""


@dataclass(eq=False)
class TotpApp(Credential):
    """An authenticator app. `last_step` is the newest time step of it that was accepted anywhere."""

    seed: str = ""
    last_step: int = 0

    def code(self, step: int) -> str:
        return pyotp.TOTP(self.seed).generate_otp(step)


@dataclass(eq=False)
class BackupCode(Credential):
    text: str = ""
    used: bool = False


@dataclass(eq=False)
class Phone(Credential):
    """A registered device: a program that speaks the device API."""

    device: Device = field(default_factory=lambda: Device(IDP))


@dataclass(eq=False)
class Passkey(Credential):
    """A software authenticator at our origin. `row` is what the account pages call it."""

    made_by: SoftwareAuthenticator = field(default_factory=lambda: SoftwareAuthenticator(IDP, RP_ID))
    row: str = ""

    def assertion(self, challenge: str, *, tampered: bool = False) -> str:
        """The answer that a page posts."""
        return self.made_by.sign_in(json.dumps({"challenge": challenge}), Answering(tampered_signature=tampered))


@dataclass
class Account:
    """One person's belongings, and the switch of two-step login as that person left it."""

    password: Password
    two_step: bool
    held: list[Credential]
    number: str = ""
    """Of the phone, E.164; empty without one."""
    dropped: list[Credential] = field(default_factory=list)
    """What was removed or replaced, and proves nothing any more."""
    consents: set[str] = field(default_factory=set)
    """The clients that this person said yes to, and did not take it back from."""

    def of(self, method: str) -> list[Any]:
        """What stands of one method; backup codes that are not used up."""
        return [one for one in self.held if one.method == method and one.stands and not getattr(one, "used", False)]

    def drop(self, credential: Credential) -> None:
        """It proves nothing any more, and never will again."""
        credential.stands = False
        self.held.remove(credential)
        self.dropped.append(credential)
