"""Encryption at rest: AES-256-GCM under a key from settings, never from the database."""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class CannotOpen(Exception):
    """The sealed value was made under another key, for another place, or was altered."""


class Sealer:
    """Seals texts for one place each. `key_id` is stored with the value, so that a key can be replaced later."""

    def __init__(self, key: bytes, key_id: str) -> None:
        if len(key) != 32:
            raise ValueError("the encryption key has 32 bytes")
        if not key_id.isalnum():
            raise ValueError("a key id has letters and digits only")
        self._cipher = AESGCM(key)
        self._key_id = key_id

    def seal(self, text: str, *, table: str, row_id: str, purpose: str) -> str:
        """`v1.<key id>.<base64url of nonce and ciphertext>`, bound to table, row, purpose and key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), self._place(table, row_id, purpose))
        return f"v1.{self._key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, table: str, row_id: str, purpose: str) -> str:
        """The text again. Raises CannotOpen."""
        try:
            version, key_id, body = sealed.split(".", 2)
            raw = base64.urlsafe_b64decode(body)
            if version != "v1" or key_id != self._key_id:
                raise CannotOpen(f"sealed under key {key_id!r}, not {self._key_id!r}")
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], self._place(table, row_id, purpose))
        except (ValueError, binascii.Error, InvalidTag) as error:
            raise CannotOpen(f"{table} {row_id}: not what was sealed") from error
        return opened.decode()

    def _place(self, table: str, row_id: str, purpose: str) -> bytes:
        parts = (part.encode() for part in (table, row_id, purpose, self._key_id))
        return b"".join(len(part).to_bytes(4) + part for part in parts)
