"""A WebAuthn authenticator and its browser in software, written from the specification, honest or faulty on request.

Nothing here is shared with the code under test: authenticator data, client data, COSE keys and CBOR are made by hand.
What `register` and `sign_in` take is what a page hands to the browser (`PublicKeyCredential…OptionsJSON`), and what
they give is what the page posts (`RegistrationResponseJSON`, `AuthenticationResponseJSON`; WebAuthn §5.1).
"""

import base64
import hashlib
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_USER_PRESENT, _USER_VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey


class Algorithm(Enum):
    """COSE algorithm identifiers (RFC 9053 §2, RFC 8812 §2)."""

    ES256 = -7
    EDDSA = -8
    RS256 = -257


@dataclass(frozen=True, slots=True)
class Answering:
    """How one answer is made. Every field but `user_verified` is a fault when it is set.

    `challenge` (bytes), `origin`, `rp_id`, `credential_id` (bytes) and `type` stand in for the right ones;
    `signed_by` signs in place of the credential's own key; `counter` is what the authenticator claims; `client_data`
    members are added or replace the honest ones.
    """

    challenge: bytes | None = None
    origin: str | None = None
    rp_id: str | None = None
    credential_id: bytes | None = None
    type: str | None = None
    counter: int | None = None
    user_present: bool = True
    user_verified: bool = True
    cross_origin: bool = False
    tampered_signature: bool = False
    signed_by: PrivateKey | None = None
    client_data: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class SoftwareAuthenticator:
    """One authenticator with one credential, in a browser at `origin`. `counts`: each use raises its counter."""

    origin: str
    rp_id: str
    key: PrivateKey = field(default_factory=lambda: new_key(Algorithm.ES256), repr=False)
    counts: bool = True
    counter: int = 0
    user_handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def handle(self) -> str:
        """The credential id in base64url, as servers store it."""
        return encoded(self.credential_id)

    @property
    def public_key(self) -> str:
        """The COSE key in base64url, as servers store it."""
        return encoded(cbor(_cose(self.key)))

    def register(self, options: str, how: Answering | None = None) -> str:
        """Answer `navigator.credentials.create()` for this credential, without attestation (WebAuthn §7.1, §8.7)."""
        how, asked = how or Answering(), json.loads(options)
        self.user_handle = decoded(asked["user"]["id"])
        credential_id = how.credential_id or self.credential_id
        attested = bytes(16) + struct.pack(">H", len(credential_id)) + credential_id + cbor(_cose(self.key))
        data = self._authenticator_data(how, _ATTESTED) + attested
        response = {
            "clientDataJSON": encoded(self._client_data("webauthn.create", asked["challenge"], how)),
            "attestationObject": encoded(cbor({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal"],
        }
        return self._posted(credential_id, response)

    def sign_in(self, options: str, how: Answering | None = None) -> str:
        """Answer `navigator.credentials.get()` (WebAuthn §7.2). It does not ask whether it is among those allowed."""
        how, asked = how or Answering(), json.loads(options)
        if self.counts and how.counter is None:
            self.counter += 1
        data = self._authenticator_data(how, 0)
        client_data = self._client_data("webauthn.get", asked["challenge"], how)
        signature = signed(how.signed_by or self.key, data + hashlib.sha256(client_data).digest())
        if how.tampered_signature:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        response = {
            "clientDataJSON": encoded(client_data),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
            "userHandle": encoded(self.user_handle) or None,
        }
        return self._posted(how.credential_id or self.credential_id, response)

    def _authenticator_data(self, how: Answering, flags: int) -> bytes:
        """WebAuthn §6.1: hash of the RP id, flags, counter."""
        flags |= _USER_PRESENT * how.user_present | _USER_VERIFIED * how.user_verified
        rp_id_hash = hashlib.sha256((how.rp_id or self.rp_id).encode()).digest()
        return rp_id_hash + struct.pack(">BI", flags, self.counter if how.counter is None else how.counter)

    def _client_data(self, kind: str, challenge: str, how: Answering) -> bytes:
        """WebAuthn §5.8.1."""
        members: dict[str, object] = {
            "type": how.type or kind,
            "challenge": challenge if how.challenge is None else encoded(how.challenge),
            "origin": how.origin or self.origin,
            "crossOrigin": how.cross_origin,
        }
        return json.dumps(members | dict(how.client_data)).encode()

    @staticmethod
    def _posted(credential_id: bytes, response: dict[str, Any]) -> str:
        name = encoded(credential_id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}
        )


def faults(at: SoftwareAuthenticator) -> dict[str, Answering]:
    """Answers that no server may accept, by name. A falling counter is not here: it depends on what was stored."""
    evil, own = at.origin.replace("//", "//evil-"), Algorithm(_cose(at.key)[3])
    return {
        "wrong origin": Answering(origin=evil),
        "origin with a port": Answering(origin=f"{at.origin}:8443"),
        "origin over http": Answering(origin=at.origin.replace("https:", "http:")),
        "wrong rp id": Answering(rp_id=f"evil-{at.rp_id}"),
        "wrong challenge": Answering(challenge=os.urandom(32)),
        "empty challenge": Answering(challenge=b""),
        "other credential": Answering(credential_id=os.urandom(32)),
        "wrong type": Answering(type="webauthn.create"),
        "unknown type": Answering(type="payment.get"),
        "user not present": Answering(user_present=False),
        "in a foreign frame": Answering(cross_origin=True),
        "tampered signature": Answering(tampered_signature=True),
        "signed by another key": Answering(signed_by=new_key(own)),
        "signed by a key of another kind": Answering(
            signed_by=new_key(Algorithm.EDDSA if own is Algorithm.ES256 else Algorithm.ES256)
        ),
    }


def new_key(algorithm: Algorithm) -> PrivateKey:
    if algorithm is Algorithm.ES256:
        return generate_private_key(SECP256R1())
    if algorithm is Algorithm.EDDSA:
        return Ed25519PrivateKey.generate()
    return _rsa_key(os.urandom(1))


@cache
def _rsa_key(_: bytes) -> RSAPrivateKey:
    """Slow to make, so a process makes at most 256."""
    return generate_rsa_key(public_exponent=65537, key_size=2048)


def signed(key: PrivateKey, message: bytes) -> bytes:
    if isinstance(key, EllipticCurvePrivateKey):
        return key.sign(message, ECDSA(SHA256()))
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(message)
    return key.sign(message, PKCS1v15(), SHA256())


def _cose(key: PrivateKey) -> dict[int, object]:
    """The public half as a COSE_Key (RFC 9053 §7, RFC 8230 §4)."""
    if isinstance(key, EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        return {1: 2, 3: Algorithm.ES256.value, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
    if isinstance(key, Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {1: 1, 3: Algorithm.EDDSA.value, -1: 6, -2: raw}
    numbers = key.public_key().public_numbers()
    return {1: 3, 3: Algorithm.RS256.value, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}


def cbor(value: object) -> bytes:
    """Integers, byte strings, texts, lists and maps (RFC 8949 §3), which is all that WebAuthn needs here."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(cbor(one) for one in value)
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(cbor(one) for pair in value.items() for one in pair)
    raise TypeError(type(value))


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for extra, size in ((24, 1), (25, 2), (26, 4)):
        if number < 1 << 8 * size:
            return bytes([kind << 5 | extra]) + number.to_bytes(size)
    raise ValueError("too long for any credential")


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def without(answer: str, member: str) -> str:
    """The answer without one member of its response."""
    parsed = json.loads(answer)
    del parsed["response"][member]
    return json.dumps(parsed)


def copy_of(authenticator: SoftwareAuthenticator) -> SoftwareAuthenticator:
    """A cloned authenticator: the same credential, with a counter of its own from here on (WebAuthn §6.1.1)."""
    return replace(authenticator)
