"""How single settings are read from text, and what makes one unusable. Each raises ValueError with what to do."""

import re
import ssl
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from idp import key_files

Network = IPv4Network | IPv6Network


def key(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return key_files.decoded(str(value))
    except key_files.UnusableKey as error:
        raise ValueError(str(error)) from None


def networks(value: object) -> object:
    if isinstance(value, str):
        return tuple(_network(part) for part in value.replace(",", " ").split())
    return tuple(_network(str(part)) for part in value) if isinstance(value, Iterable) else value


def _network(text: str) -> Network:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise ValueError("must name the addresses or networks of your own proxies; * is never right") from None
    if network.prefixlen == 0:
        raise ValueError("must not trust every address there is")
    return network


def origin(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not address.isascii():
        raise ValueError("must be an address such as https://giris.example.org")
    if parts.username is not None or parts.path or parts.query or parts.fragment or "?" in address or "#" in address:
        raise ValueError("must be an origin such as https://giris.example.org: no path, no trailing slash, no query")
    if address != _as_browsers_write_it(parts):
        raise ValueError("must be in lower case and without the default port, as browsers write it")
    return address


def _as_browsers_write_it(parts: SplitResult) -> str:
    """The serialised origin of RFC 6454 §6.2. Raises ValueError for a port that is none."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    is_default = parts.port is None or (parts.scheme, parts.port) in {("http", 80), ("https", 443)}
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{parts.port}"


def gateway(address: str) -> str:
    parts = urlsplit(address)
    if not parts.hostname or (parts.scheme != "https" and not is_loopback(parts.hostname)):
        raise ValueError("must be an https address: codes travel over it")
    return address


def is_loopback(host: str) -> bool:
    """Whether a host name leads to this very machine (RFC 6761 §6.3 for `localhost`)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def allowed_hosts(value: object) -> object:
    """Host names, networks, and origins `http://host:port` on this machine, separated by commas or spaces."""
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    return frozenset(_allowed_host(str(part)) for part in parts) if isinstance(parts, Iterable) else value


def authorities(path: Path) -> Path:
    """A file with at least one certificate in PEM."""
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError("must name a file with certificates in PEM") from error
    return path


def _allowed_host(text: str) -> str:
    if "://" in text:
        parts = urlsplit(origin(text))
        if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
            raise ValueError("an origin must be http on this machine; https needs only the host's name")
        return text
    if _is_network(text):
        return text
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", text):
        raise ValueError("must name hosts in lower case, or networks such as 10.1.0.0/16")
    return text


def _is_network(text: str) -> bool:
    try:
        return ip_network(text, strict=False).prefixlen > 0
    except ValueError:
        return False
