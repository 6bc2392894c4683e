"""Where a session or a login was, in words, as far as its address says: nothing is looked up anywhere."""

import ipaddress

from idp.policy import addresses
from idp.web.devices import masked_address
from idp.web.i18n import Language, Translator
from idp.web.views import Place

_LOCAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
        *("169.254.0.0/16", "fe80::/10"),  # RFC 3927, RFC 4291 §2.5.6
        "fc00::/7",  # RFC 4193
    )
)


def place(ip: str, lang: Language) -> str:
    """`Bu bilgisayar`, `Yerel ağ (192.168.1.*)`, `IP: 203.0.113.*`; for what is no address that it is not known."""
    words, plain = Translator(lang), _without_clothing(ip)
    if addresses.is_loopback(plain):
        return words.t(Place.THIS_COMPUTER)
    shown = masked_address(plain)
    if not shown:
        return words.t("sessions.unknown_place")
    return words.t("sessions.local_network" if _is_local(plain) else "sessions.address", address=shown)


def _without_clothing(ip: str) -> str:
    """An IPv4 address that came as `::ffff:…` is shown as what it is."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    return str(getattr(address, "ipv4_mapped", None) or address)


def _is_local(ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    return any(address in network for network in _LOCAL)
