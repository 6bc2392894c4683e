"""How addresses are counted (B11, B14): by what one household or one attacker cheaply has."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.policy import addresses


@pytest.mark.parametrize(
    ("ip", "own", "network"),
    [
        ("192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::1", "::/64", "::/48"),
    ],
)
def test_b11_one_household_is_one_address(ip: str, own: str, network: str) -> None:
    assert addresses.counted(ip) == (own, network)


@pytest.mark.parametrize("ip", ["", "x", "192.0.2", "192.0.2.256", "192.0.2.1/24", " 192.0.2.1", "1" * 5000, "\ud800"])
def test_b14_what_is_no_address_is_not_counted_as_one(ip: str) -> None:
    assert addresses.counted(ip) is None
    assert addresses.is_loopback(ip) is False


@pytest.mark.parametrize(
    ("ip", "is_it"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("192.0.2.1", False)]
)
def test_this_very_machine(ip: str, is_it: bool) -> None:
    assert addresses.is_loopback(ip) is is_it


@given(st.ip_addresses(v=6) | st.ip_addresses(v=4))
def test_b11_an_address_lies_in_what_it_is_counted_as(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    found = addresses.counted(str(ip))
    assert found is not None
    plain = getattr(ip, "ipv4_mapped", None) or ip
    own, network = (ipaddress.ip_network(one) for one in found)
    assert plain in own
    assert own.subnet_of(network)  # type: ignore[arg-type]  # both of one version
