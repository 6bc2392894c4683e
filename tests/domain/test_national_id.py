"""T.C. kimlik numbers: the vectors of domain.md §6.1, and an oracle nobody here wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.tr import tckimlik

from idp.domain.national_id import InvalidNationalId, NationalId

VALID = [
    "10000000146",
    "17291716060",
    "64211142102",
    "12345678950",
    "10000008098",  # the difference is -1: the modulo must never be negative
    "19090909018",  # the difference is -29
    "99000000110",
    "99000000288",
    "99000000356",
]
PERSONAS = [
    "98765430170",
    "98765430248",
    "98765430316",
    "98765430484",
    "98765430552",
    "98765430620",
    "98765430798",
    "98765430866",
    "98765430934",
    "98765431092",
    "98765431160",
    "98765431238",
    "98765431306",
    "98765431474",
]
ARABIC_INDIC = "".join(chr(0x660 + int(digit)) for digit in "17291716060")
FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in "17291716060")


def is_valid(text: str) -> bool:
    try:
        NationalId.parse(text)
    except InvalidNationalId:
        return False
    return True


@pytest.mark.parametrize("number", VALID + PERSONAS)
def test_a_valid_number_is_read(number: str) -> None:
    assert NationalId.parse(number).value == number


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        (" \u00a0\t ", "empty"),
        ("17291716050", "checksum"),
        ("07291716092", "checksum"),
        ("1729171606", "length"),
        ("172917160600", "length"),
        (ARABIC_INDIC, "length"),
        (FULL_WIDTH, "length"),
        ("1729171606\u0660", "length"),
        ("17291716060\n17291716060", "length"),
        ("17291716o60", "length"),
        ("-7291716060", "length"),
        ("1729171\x006060", "length"),
        ("\ud800" * 11, "length"),
        ("1" * 100_000, "length"),
    ],
)
def test_b06_a_wrong_number_names_its_fault(text: str, fault: str) -> None:
    with pytest.raises(InvalidNationalId) as refused:
        NationalId.parse(text)
    assert refused.value.fault == fault


@pytest.mark.parametrize("text", [" 987 654 301 70 ", "987\u00a0654\u00a0301\u202f70", "\t98765430170\n"])
def test_b13_pasted_spaces_do_not_make_another_number(text: str) -> None:
    assert NationalId.parse(text) == NationalId.parse("98765430170")


@given(st.from_regex(r"[0-9]{9,12}", fullmatch=True))
def test_any_digits_are_judged_as_the_oracle_judges_them(text: str) -> None:
    assert is_valid(text) is tckimlik.is_valid(text)


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_exactly_one_pair_of_check_digits_is_right(first_nine: str) -> None:
    right = [pair for pair in range(100) if is_valid(f"{first_nine}{pair:02d}")]
    assert right == [int(tckimlik.calc_check_digits(first_nine))]


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_and_what_it_reads_is_ascii(text: str) -> None:
    if is_valid(text):
        value = NationalId.parse(text).value
        assert value.isascii()
        assert tckimlik.is_valid(value)


def test_r80_only_the_masked_form_shows() -> None:
    number = NationalId.parse("98765430170")
    assert number.masked == "987******70"
    assert number.value not in f"{number!r} {number}"
    with pytest.raises(InvalidNationalId) as refused:
        NationalId.parse("98765430171")
    assert "98765430171" not in str(refused.value)
