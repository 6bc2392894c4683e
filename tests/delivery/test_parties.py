"""Whose a host is, and that one party's share stays its own (D15)."""

import pytest

from idp.delivery.parties import Seats, party_at, party_of


@pytest.mark.parametrize(
    ("host", "party"),
    [
        ("rp.example", "rp.example"),
        ("a.b.rp.example", "rp.example"),
        ("a.rp.example.", "rp.example"),
        ("mhrs.gov.tr", "mhrs.gov.tr"),
        ("api.mhrs.gov.tr", "mhrs.gov.tr"),
        ("x.shop.co.uk", "shop.co.uk"),
        ("a.web.de", "a.web.de"),
        ("a.gov.example", "gov.example"),
        ("gov.tr", "gov.tr"),
        ("localhost", "localhost"),
        ("", ""),
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7.", "192.0.2.7"),
        ("2a00:1:2:3::4", "2a00:1:2::/48"),
        ("2a00:1:2:ffff::5", "2a00:1:2::/48"),
    ],
)
def test_d15_names_below_a_domain_are_its_owners(host: str, party: str) -> None:
    assert party_of(host) == party


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://A.rp.example:8443/x?y#z", "rp.example"),
        ("https://[2a00:1:2:3::4]/", "2a00:1:2::/48"),
        ("https://[::1/", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_d15_neither_port_nor_path_makes_another_party(url: str, party: str) -> None:
    assert party_at(url) == party


def test_d15_one_party_takes_its_share_and_no_more() -> None:
    seats = Seats(3, 2)
    assert [seats.take("a"), seats.take("a"), seats.take("a")] == [True, True, False]
    assert [seats.take("b"), seats.take("c")] == [True, False]
    seats.leave("a")
    assert [seats.take("c"), seats.take("a")] == [True, False]
