"""Whose a host is, and room for each: so that what one party holds up is its own and nobody else's (D15)."""

import re
import threading
from collections import Counter
from ipaddress import ip_address, ip_network

from idp.delivery.guarded_addresses import Forbidden, target_of

_NOBODYS = re.compile(
    r"(ac|av|bel|biz|co|com|dr|edu|gen|go|gob|gouv|gov|info|k12|mil|name|ne|net|nom|or|org|pol|tel|tsk|tv|web)\.[a-z]{2}"
)
"""What stands below a country's name for a kind of hosts: gov.tr, co.uk."""


def party_of(host: str) -> str:
    """The domain that somebody registered, as far as a name can tell: that of `a.b.rp.example` is `rp.example`.

    Names below it cost nothing, so they count together; so do the addresses of one IPv6 site.
    """
    host = host.rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        labels = host.split(".")
        return ".".join(labels[-3 if _NOBODYS.fullmatch(".".join(labels[-2:])) else -2 :])
    return str(address) if address.version == 4 else str(ip_network(f"{host}/48", strict=False))


def party_at(url: str) -> str:
    """Whose the host of an address is; of one that is never asked, nobody's: the empty text."""
    try:
        return party_of(target_of(url).host)
    except Forbidden:
        return ""


class Seats:
    """At most `most` are taken at once, and at most `most_of_one` by one party. Safe to use from several threads."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, party: str) -> bool:
        """Whether there was one. Who took it leaves it."""
        with self._lock:
            if self._taken.total() >= self._most or self._taken[party] >= self._most_of_one:
                return False
            self._taken[party] += 1
            return True

    def leave(self, party: str) -> None:
        with self._lock:
            self._taken[party] -= 1
            if not self._taken[party]:
                del self._taken[party]
