"""Browsers and addresses as people may see them in lists: enough to recognise one's own, no more."""

import ipaddress

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """`Firefox, Windows`; empty when neither is recognised."""
    found = (next((name for mark, name in table if mark in user_agent), None) for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name is not None)


def masked_address(ip: str) -> str:
    """The network an address is in: `203.0.113.*`, `2001:db8:1::*`; a loopback address as it is."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    if address.is_loopback:
        return ip
    if address.version == 4:
        return f"{ip.rpartition('.')[0]}.*"
    return f"{ipaddress.ip_network((address, 48), strict=False).network_address}*"
