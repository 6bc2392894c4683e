"""Codes of digits, as people type and paste them (B06, S-15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.factors import digits
from idp.factors.second_factor import NotAnAnswer


@pytest.mark.parametrize(
    "typed", ["012345", " 012345 ", "012 345", "0 1 2 3 4 5", "012\u00a0345", "012345\n", "\t012\r\n345\u2003"]
)
def test_spaces_are_dropped_and_leading_zeros_stay(typed: str) -> None:
    assert digits.read(typed, 6) == "012345"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "empty"),
        (" \u00a0\n", "empty"),
        ("\uff11\uff12\uff13\uff14\uff15\uff16", "not_digits"),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", "not_digits"),
        ("12345\u00b2", "not_digits"),
        ("12345\u2460", "not_digits"),
        ("12345x", "not_digits"),
        ("-12345", "not_digits"),
        ("+12345", "not_digits"),
        ("1_2345", "not_digits"),
        ("123.45", "not_digits"),
        ("0x1234", "not_digits"),
        ("12345\0", "not_digits"),
        ("12345\u200b6", "not_digits"),
        ("\ud80012345", "not_digits"),
        ("12345", "length"),
        ("1234567", "length"),
        ("1" * 1_000_000, "length"),
    ],
)
def test_b06_what_is_no_code_is_named(typed: str, fault: str) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        digits.read(typed, 6)
    assert refused.value.fault == fault
    assert str(refused.value) == fault


@given(st.text(max_size=12), st.integers(min_value=1, max_value=8))
def test_b06_nothing_is_read_but_ascii_digits(typed: str, length: int) -> None:
    try:
        code = digits.read(typed, length)
    except NotAnAnswer as refused:
        assert refused.fault in {"empty", "not_digits", "length"}
    else:
        assert len(code) == length
        assert set(code) <= set("0123456789")
