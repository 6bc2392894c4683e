"""Where the provider may connect to when somebody else chose the address (SET-03, R-13, D15). Pure decisions.

A name proves nothing: it can mean this machine, its neighbours, or a cloud's metadata service, and something else a
second later. So it is resolved once, every address that it has is judged, and the connection goes to one of these.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_LONGEST_URL = 2048
_URL = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]{0,252}[a-z0-9.])?|[0-9a-f]{0,4}:[0-9a-f:.]{1,40}")

_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a provider's customers; one cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # one cloud's wire server
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo and other assignments of the IETF
        "2001:db8::/32",
        "2002::/16",  # 6to4: any IPv4 address may be inside
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
"""The special-purpose registries of IANA (RFC 6890), and what stands among public addresses without being public."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""RFC 4291 §2.4. Outside are loopback, unique local, link-local, multicast, and IPv4 inside IPv6 (mapped, NAT64)."""


class Forbidden(Exception):
    """Not an address to connect to. The text is for the log."""


@dataclass(frozen=True, slots=True)
class Target:
    """An absolute address, taken apart. `path` holds the query too, and never a fragment (RFC 9110 §7.1)."""

    is_https: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_https else 80) else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self.is_https else 'http'}://{self.authority}"


def target_of(url: str) -> Target:
    """Read an http(s) URL as strictly as it can be read. Raises Forbidden."""
    if len(url) > _LONGEST_URL or not _URL.fullmatch(url):
        raise Forbidden("an address with odd characters, or too long")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Forbidden("the host or the port") from error
    if parts.scheme not in {"https", "http"}:
        raise Forbidden("not an http or https address")
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        raise Forbidden("user information, or no proper host")
    is_https = parts.scheme == "https"
    if port == 0:
        raise Forbidden("the port")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_https, host, port or (443 if is_https else 80), path)


@dataclass(frozen=True, slots=True)
class AllowList:
    """What an operator names although it is not public: hosts, networks, and http origins on this machine."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    origins: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "AllowList":
        """As the setting holds them, which was judged when it was read."""
        origins = frozenset(entry for entry in entries if "://" in entry)
        networks = {entry: network for entry in entries if (network := _network(entry)) is not None}
        return cls(frozenset(entries) - origins - networks.keys(), tuple(networks.values()), origins)

    def judge(self, target: Target, addresses: Iterable[str]) -> tuple[Address, ...]:
        """Those of the host's addresses, in their order. Raises Forbidden unless every single one may be met."""
        found = tuple(_address(text) for text in addresses)
        if not found:
            raise Forbidden("the host has no address")
        if not target.is_https:
            if target.origin not in self.origins or not all(address.is_loopback for address in found):
                raise Forbidden("http, and no allowed origin on this machine")
            return found
        if target.host in self.hosts or all(self._may_meet(address) for address in found):
            return found
        raise Forbidden("an address that is not public")

    def _may_meet(self, address: Address) -> bool:
        return is_public(address) or any(address in network for network in self.networks)


def is_public(address: Address) -> bool:
    """Whether it belongs to a host on the Internet, as far as an address can tell."""
    if isinstance(address, IPv6Address) and (address not in _GLOBAL_UNICAST or address.scope_id is not None):
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError as error:
        raise Forbidden("a resolver that answers with no address") from error


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
