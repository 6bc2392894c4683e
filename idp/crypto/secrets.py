"""Random values and keyed digests."""

import base64
import hashlib
import hmac
import secrets


def sha256_hex(value: str) -> str:
    """The stored form of a value with at least 128 random bits (a code, a token, a cookie, a client secret)."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


class HouseSecrets:
    """Random values, and digests under keys derived from the house's one secret key."""

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("an empty key keeps no secret")
        self._key = key

    def token(self) -> str:
        """43 URL-safe characters from 256 random bits."""
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()

    def reference(self) -> str:
        """16 hex digits to find a request by: short enough to read aloud, and no secret."""
        return secrets.token_hex(8)

    def code(self, digits: int) -> str:
        """Decimal digits, each equally likely."""
        return f"{secrets.randbelow(10**digits):0{digits}d}"

    def mac(self, purpose: str, *parts: str) -> str:
        """Hex HMAC-SHA256 of the parts, separated by purpose.

        Each part is length-prefixed, so that none can run into the next.
        """
        message = b"".join(
            len(encoded).to_bytes(4) + encoded for encoded in (part.encode("utf-8", "surrogatepass") for part in parts)
        )
        return hmac.digest(self.derived(purpose), message, hashlib.sha256).hex()

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF-Expand of RFC 5869 §2.3 with a single block)."""
        return hmac.digest(self._key, b"esik:" + purpose.encode() + b"\x01", hashlib.sha256)
