"""Addresses that a relying party may register, as text that browsers and we read alike (R-01, D01)."""

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

LONGEST = 2048

_CHARACTERS = re.compile(r"([A-Za-z0-9._~:/?@!$&'()+,;=\[\]-]|%[0-9A-Fa-f]{2})+")
"""RFC 3986 §2, without `*`, which is a legal character that some take for a wildcard, and without a fragment."""
_FRAGMENT = re.compile(r"([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
_AUTHORITY = re.compile(r"([a-z0-9]([a-z0-9_.-]*[a-z0-9])?|\[(?P<v6>[0-9a-f:.]+)\])(:[0-9]{1,5})?")
"""In lower case and without user information: what a person sees is where a browser goes."""
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")  # RFC 8252 §7.1: a reversed domain name
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""The last label of a host that browsers read as an IPv4 address, `127.1` too (URL Standard §3.5)."""


def read(uri: str) -> SplitResult | None:
    """The parts of an exact absolute address without a fragment; None for every other text."""
    if len(uri) > LONGEST or not _CHARACTERS.fullmatch(uri):
        return None
    try:
        parts = urlsplit(uri)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    has_scheme = parts.scheme and uri.startswith(f"{parts.scheme}:")  # and in lower case
    if not (is_port and has_scheme) or set("[]") & {*parts.path, *parts.query}:
        return None
    if parts.scheme in {"http", "https"} or parts.netloc:
        return parts if _is_authority(parts.netloc) else None
    return parts if parts.path else None


def is_web(parts: SplitResult, *, loopback: bool) -> bool:
    """https anywhere; http only where it never leaves this machine, if that is allowed."""
    return parts.scheme == "https" or (loopback and is_loopback(parts))


def is_loopback(parts: SplitResult) -> bool:
    """RFC 8252 §7.3; `localhost` by Registration §2."""
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def is_somebodys(host: str) -> bool:
    """Whether the host is a name that one party alone can have.

    No loopback name (RFC 6761 §6.3), no IP literal, and no name without a dot: that is a name of some network's own,
    and it could be a client's id.
    """
    before, _, last = host.rpartition(".")
    return bool(before) and last not in {"localhost", "localdomain"} and ":" not in host and not _NUMBER.fullmatch(last)


def is_own_scheme(parts: SplitResult) -> bool:
    return _OWN_SCHEME.fullmatch(parts.scheme) is not None


def is_fragment(text: str) -> bool:
    return _FRAGMENT.fullmatch(text) is not None


def origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Scheme, host and port, the default one filled in."""
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _is_authority(netloc: str) -> bool:
    found = _AUTHORITY.fullmatch(netloc)
    if found is None:
        return False
    try:
        return found["v6"] is None or bool(IPv6Address(found["v6"]))
    except ValueError:
        return False
