"""How an address is counted: by what one household or one attacker cheaply has, not by what one machine shows."""

import ipaddress


def counted(ip: str) -> tuple[str, str] | None:
    """The address and its network, as limits count them; None for what is no address.

    IPv4: the address and its /24. IPv6: the /64, which one household has whole, and its /48. An IPv4 address in IPv6
    clothing (`::ffff:…`) counts as what it is.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    own, network = (32, 24) if address.version == 4 else (64, 48)
    return _network(address, own), _network(address, network)


def is_loopback(ip: str) -> bool:
    """Whether the request came from this very machine."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address, prefix: int) -> str:
    return str(ipaddress.ip_network((address, prefix), strict=False))
