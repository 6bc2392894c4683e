"""Random values and keyed digests (R-54, R-75)."""

import hashlib
import hmac
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.crypto.secrets import HouseSecrets, sha256_hex

SECRETS = HouseSecrets(b"k" * 32)
texts = st.text(max_size=8)


def test_d05_tokens_have_256_bits_are_url_safe_and_never_come_twice() -> None:
    tokens = {SECRETS.token() for _ in range(10_000)}
    assert len(tokens) == 10_000
    assert {len(token) for token in tokens} == {43}
    assert "".join(tokens).replace("-", "").replace("_", "").isalnum()


def test_every_character_of_a_token_varies() -> None:
    places = list(zip(*(SECRETS.token() for _ in range(2000)), strict=True))
    assert all(len(set(place)) > 32 for place in places[:-1])
    assert len(set(places[-1])) == 16  # 256 bits leave four for the last character


def test_r54_a_code_keeps_its_leading_zeros() -> None:
    codes = [SECRETS.code(6) for _ in range(2000)]
    assert {len(code) for code in codes} == {6}
    assert all(code.isascii() and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)


def test_r54_every_digit_of_a_code_is_equally_likely() -> None:
    """Chi-squared over 10 cells, 9 degrees of freedom: above 50 once in 10⁷ runs for each of the six places."""
    count = 6000
    codes = [SECRETS.code(6) for _ in range(count)]
    for place in zip(*codes, strict=True):
        seen = Counter(place)
        chi_squared = sum((seen[digit] - count / 10) ** 2 / (count / 10) for digit in "0123456789")
        assert chi_squared < 50


def test_a_mac_is_stable_and_depends_on_key_purpose_and_every_part() -> None:
    mac = SECRETS.mac("sms", "challenge", "123456")
    assert mac == SECRETS.mac("sms", "challenge", "123456")
    assert len(bytes.fromhex(mac)) == 32
    others = {
        HouseSecrets(b"j" * 32).mac("sms", "challenge", "123456"),
        SECRETS.mac("session", "challenge", "123456"),
        SECRETS.mac("sms", "challenge", "123457"),
        SECRETS.mac("sms", "challenge2", "123456"),
        SECRETS.mac("sms", "challenge"),
        SECRETS.mac("sms", "challenge", "123456", ""),
        SECRETS.mac("sms", "123456", "challenge"),
    }
    assert len(others) == 7
    assert mac not in others


@given(st.lists(texts, max_size=3), st.lists(texts, max_size=3))
def test_no_two_lists_of_parts_share_a_mac(one: list[str], other: list[str]) -> None:
    assert (SECRETS.mac("p", *one) == SECRETS.mac("p", *other)) is (one == other)


def test_a_mac_is_no_plain_hash_of_its_parts() -> None:
    """A dump of the database without the key gives no code back (E04)."""
    mac = SECRETS.mac("sms", "id", "123456")
    assert mac not in {sha256_hex("id123456"), sha256_hex("123456"), hmac.digest(b"", b"123456", hashlib.sha256).hex()}


def test_derived_keys_are_apart_and_never_the_house_key() -> None:
    derived = {SECRETS.derived(purpose) for purpose in ("sms", "session", "device", "")}
    assert len(derived) == 4
    assert {len(key) for key in derived} == {32}
    assert b"k" * 32 not in derived


@pytest.mark.parametrize("text", ["", "ş", "\ud800", "\0", "x" * 100_000])
def test_b06_no_text_breaks_a_digest(text: str) -> None:
    assert len(sha256_hex(text)) == len(SECRETS.mac("p", text)) == 64


def test_sha256_is_the_stored_form_of_a_token() -> None:
    assert sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
