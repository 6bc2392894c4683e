"""Keys that come from files: mounted by an operator, or made once for the sandbox.

Settings read keys through here, so that a key never has to stand in a command line or in a shell's history.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path

LEAST_BYTES = 32
_LEAST_DISTINCT_BYTES = 16  # of 32 random bytes about 30 differ; fewer than 16 has odds below 10⁻²⁰
_PLACEHOLDERS = ("change", "secret", "default", "example", "password", "insecure", "deadbeef", "sample")


class UnusableKey(Exception):
    """The key cannot be read, or nobody should rely on it. The text completes "ESIK_… " and names no key material."""


def decoded(text: str) -> bytes:
    """The bytes of a key written in base64, in either alphabet, with or without padding. Raises UnusableKey."""
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise UnusableKey("is not base64; make one with: openssl rand -base64 32") from None
    if len(key) < LEAST_BYTES:
        raise UnusableKey(f"holds {len(key)} bytes, not {LEAST_BYTES}; make one with: openssl rand -base64 32")
    if _is_guessable(plain, key):
        raise UnusableKey("is a placeholder or a text, not random; make one with: openssl rand -base64 32")
    return key


def read(path: Path) -> str:
    """The content of a mounted secret, without the line end that editors add. Raises UnusableKey."""
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableKey(f"cannot be read from {path}: {_reason(error)}") from None


def made_once(directory: Path, name: str) -> str:
    """The key `name` of a data directory, made by whoever comes first: directory 0700, file 0600.

    Safe when several processes start at once. Raises UnusableKey.
    """
    path = directory / name
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
    except OSError as error:
        raise UnusableKey(f"cannot be made in {directory}: {_reason(error)}") from None
    return read(path)


def _make(path: Path) -> None:
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(LEAST_BYTES) + "\n")
    try:
        path.hardlink_to(draft)  # appears whole, and only for the first who comes
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _is_guessable(text: str, key: bytes) -> bool:
    lowered = text.lower()
    return (
        len(set(key[:LEAST_BYTES])) < _LEAST_DISTINCT_BYTES
        or all(32 <= byte < 127 for byte in key)
        or any(word in lowered for word in _PLACEHOLDERS)
    )


def _reason(error: Exception) -> str:
    return error.strerror or "no answer" if isinstance(error, OSError) else "not ASCII text"
