"""Which addresses the provider may meet, and how strictly a URL is read (SET-03, R-13, D15)."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.delivery.guarded_addresses import AllowList, Forbidden, is_public, target_of

FORBIDDEN = [
    *("0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1"),
    *("192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::7f00:1", "64:ff9b::7f00:1"),
    *("64:ff9b::5db8:d822", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::1", "2001:db8::1", "2002:7f00:1::"),
    *("2001:20::1", "2001:30::1", "2620:4f:8000::1", "5f00::1", "100:0:0:1::1", "192.31.196.1", "192.52.193.1"),
    *("192.175.48.1", "2002:a9fe:a9fe::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0"),
    *("fec0::1", "ff02::1"),
]
PUBLIC = ["93.184.216.34", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2a00:1450::1"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_d15_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(Forbidden):
        AllowList().judge(target_of("https://rp.example/"), ["93.184.216.34", address])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))
    assert AllowList().judge(target_of("https://rp.example/"), [address]) == (ip_address(address),)


def test_the_allow_list_opens_what_it_names_and_nothing_else() -> None:
    allowed = AllowList.of(frozenset({"rp.internal", "10.1.0.0/16", "fd00::5", "http://localhost:8001"}))
    assert allowed.judge(target_of("https://rp.internal/"), ["10.9.9.9"])
    assert allowed.judge(target_of("https://other.internal/"), ["10.1.2.3", "fd00::5", "93.184.216.34"])
    assert allowed.judge(target_of("http://localhost:8001/x"), ["127.0.0.1", "::1"])
    for url, address in (
        ("https://other.internal/", "10.2.0.1"),
        ("https://sub.rp.internal/", "10.9.9.9"),
        ("https://rp.internal.example/", "10.9.9.9"),
        ("https://localhost:8001/", "127.0.0.1"),
        ("http://localhost:8002/", "127.0.0.1"),
        ("http://rp.internal/", "10.9.9.9"),
        ("http://localhost:8001/", "10.1.0.1"),
    ):
        with pytest.raises(Forbidden):
            allowed.judge(target_of(url), [address])


@pytest.mark.parametrize("answers", [[], ["not an address"], ["127.1"]])
def test_a_resolver_that_says_nothing_of_use(answers: list[str]) -> None:
    with pytest.raises(Forbidden):
        AllowList().judge(target_of("https://rp.example/"), answers)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rp.example",
        "//rp.example/",
        "ftp://rp.example/",
        "file:///etc/passwd",
        "gopher://rp.example/",
        "https://",
        "https:///path",
        "https://user@rp.example/",
        "https://user:secret@rp.example/",
        "https://@rp.example/",
        "https://rp.example:0/",
        "https://rp.example:99999/",
        "https://rp.example:x/",
        "https://rp.example/a b",
        "https://rp.example/\r\nHost: other",
        "https://rp.example/\t",
        "https://rp.example\\@127.0.0.1/",
        "https://rp.exämple/",
        "https://rp.example/ş",
        "https://[::1%25lo]/",
        "https://[rp.example]/",
        "https://rp%2eexample/",
        "https://a/" + "a" * 2048,
    ],
)
def test_d15_an_address_with_anything_odd_is_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        target_of(url)


def test_capital_letters_stand_where_they_may() -> None:
    assert target_of("https://rp.example/JWKS?A=B").path == "/JWKS?A=B"


def test_an_address_is_taken_apart() -> None:
    target = target_of("HTTPS://RP.example:8443/a?b=c#fragment")
    assert (target.is_https, target.host, target.port, target.path) == (True, "rp.example", 8443, "/a?b=c")
    assert target.authority == "rp.example:8443"
    assert target_of("https://[2a00:1450::1]").authority == "[2a00:1450::1]"
    assert target_of("http://localhost:8001/x").origin == "http://localhost:8001"
    assert target_of("https://rp.example:443?x").path == "/?x"


@given(st.text(max_size=60) | st.text("htps:/@.#?[]%\\1:", max_size=30).map(lambda rest: f"https://{rest}"))
def test_d15_any_text_is_read_or_refused(url: str) -> None:
    try:
        target = target_of(url)
    except Forbidden:
        return
    assert target.host
    assert "@" not in target.host
    assert all("!" <= character <= "~" for character in target.path)
