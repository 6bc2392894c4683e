"""The keys of sample people: public, as their password is, so that a test program can take every second step.

Derived from the person's id alone, so that seeding again gives the same. They open nothing but a sandbox.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from idp.crypto.secrets import HouseSecrets
from idp.factors import backup_code, totp

_SEED = "Eşik, sample people: this key is published and protects nothing".encode()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186 §3.2.1.3)
_COSE_ES256 = bytes.fromhex("a5010203262001215820"), bytes.fromhex("225820")  # {kty EC2, alg ES256, crv P-256, x, y}


class _Published(HouseSecrets):
    """A source that gives the same values in the same order to everyone who asks for the same purpose."""

    def __init__(self, purpose: str) -> None:
        super().__init__(_SEED)
        self._purpose, self._asked = purpose, 0

    def token(self) -> str:
        self._asked += 1
        return encoded(self.derived(f"{self._purpose} {self._asked}"))


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device: its id at the device API, and its P-256 key as a JWK (RFC 7517)."""

    id: str
    private_key: dict[str, str] = field(repr=False)

    @property
    def public_key(self) -> str:
        """The public half as JSON, its members in the order of RFC 7638."""
        public = {name: self.private_key[name] for name in ("crv", "kty", "x", "y")}
        return json.dumps(public, separators=(",", ":"))

    @property
    def thumbprint(self) -> str:
        return encoded(hashlib.sha256(self.public_key.encode()).digest())


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential, in base64url: ids, the PKCS#8 private key, and the COSE public key (RFC 9053 §7.1)."""

    credential_id: str
    user_handle: str
    private_key: str = field(repr=False)
    public_key: str


def authenticator_id(persona_id: str, method: str) -> str:
    return _Published(f"{persona_id} {method} id").token()


def totp_secret(persona_id: str) -> str:
    """Base32, 160 bits."""
    return totp.new_seed(_Published(f"{persona_id} totp"))


def backup_codes(persona_id: str) -> tuple[str, ...]:
    """Ten codes of 16 characters."""
    return backup_code.new_codes(_Published(f"{persona_id} backup codes"))


def device(persona_id: str) -> Device:
    key = _key(f"{persona_id} device")
    x, y = _point(key.public_key())
    secret = key.private_numbers().private_value.to_bytes(32)
    jwk = {"kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y), "d": encoded(secret)}
    return Device(authenticator_id(persona_id, "app"), jwk)


def passkey(persona_id: str) -> Passkey:
    key, ids = _key(f"{persona_id} passkey"), _Published(f"{persona_id} passkey ids")
    x, y = _point(key.public_key())
    before_x, before_y = _COSE_ES256
    return Passkey(
        credential_id=ids.token(),
        user_handle=ids.token(),
        private_key=encoded(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        public_key=encoded(before_x + x + before_y + y),
    )


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _key(purpose: str) -> EllipticCurvePrivateKey:
    drawn = int.from_bytes(HouseSecrets(_SEED).derived(purpose))
    return derive_private_key(drawn % (_ORDER - 1) + 1, SECP256R1())


def _point(key: EllipticCurvePublicKey) -> tuple[bytes, bytes]:
    numbers = key.public_numbers()
    return numbers.x.to_bytes(32), numbers.y.to_bytes(32)
