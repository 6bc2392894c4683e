"""What people hold: a password, a phone, keys, an app, a sheet of codes. Their own copies, not the provider's rows."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pyotp
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from idp.testing.device import Device
from tests.people import Person
from tests.town import IDP

STEP_SECONDS = 30


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
    """A software authenticator at our origin (WebAuthn §6.3.3). Its counter stays at 0, as synced passkeys do.

    `row` is what the account pages call it.
    """

    id: str = ""
    row: str = ""
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def assertion(self, challenge: str, key: EllipticCurvePrivateKey | None = None) -> str:
        """The answer that a page posts; signed by another `key` where given."""
        client_data = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": IDP}).encode()
        data = hashlib.sha256(b"localhost").digest() + bytes([0b101]) + bytes(4)
        signature = (key or self.key).sign(data + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))
        parts = {"clientDataJSON": client_data, "authenticatorData": data, "signature": signature}
        response = {name: encoded(value) for name, value in parts.items()}
        return json.dumps({"id": self.id, "rawId": self.id, "type": "public-key", "response": response})


@dataclass
class Account:
    """One person's belongings, and the switch of two-step login as that person left it."""

    password: Password
    two_step: bool
    held: list[Credential]
    dropped: list[Credential] = field(default_factory=list)
    """What was removed or replaced, and proves nothing any more."""

    def of(self, method: str) -> list[Any]:
        """What stands of one method; backup codes that are not used up."""
        return [one for one in self.held if one.method == method and one.stands and not getattr(one, "used", False)]

    def drop(self, credential: Credential) -> None:
        """It proves nothing any more, and never will again."""
        credential.stands = False
        self.held.remove(credential)
        self.dropped.append(credential)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
