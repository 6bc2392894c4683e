"""Turkish mobile numbers: the vectors of domain.md §6.2, and libphonenumber as the oracle."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.phone_number import InvalidPhoneNumber, PhoneNumber


def read(text: str) -> str | None:
    try:
        return PhoneNumber.parse(text).value
    except InvalidPhoneNumber:
        return None


@pytest.mark.parametrize(
    "text",
    [
        "0532 123 45 67",
        "5321234567",
        "00905321234567",
        "905321234567",
        "+905321234567",
        "+90 (532) 123-45.67",
        "\t0532\u00a0123 45 67 ",
    ],
)
def test_every_way_people_write_it_is_one_number(text: str) -> None:
    assert read(text) == "+905321234567"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0212 123 45 67",
        "532123456",
        "53212345678",
        "+1 532 123 45 67",
        "005321234567",
        "++905321234567",
        "0532123456\u0667",
        "\uff10\uff15321234567",
        "0532\n1234567x",
        "\ud800",
        "5" * 100_000,
    ],
)
def test_b06_what_is_no_mobile_number_is_refused(text: str) -> None:
    assert read(text) is None


def test_a_range_that_no_operator_has_is_refused() -> None:
    """domain.md §6.2: `+905991234567` is invalid."""
    assert read("+905991234567") is None


@pytest.mark.parametrize("ending", range(16))
def test_every_persona_has_a_number_that_relying_parties_accept(ending: int) -> None:
    value = read(f"0500 000 00 {ending:02d}")
    assert value == f"+905000000{ending:03d}"
    assert phonenumbers.is_valid_number(phonenumbers.parse(value))


def is_mobile(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_valid_number(number) and (
        phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    )


@given(st.from_regex(r"5[0-9]{9}", fullmatch=True))
def test_every_number_of_an_operator_is_read(digits: str) -> None:
    oracle = phonenumbers.parse(f"+90{digits}")
    if is_mobile(oracle):
        assert read(digits) == phonenumbers.format_number(oracle, phonenumbers.PhoneNumberFormat.E164)


@given(st.from_regex(r"(\+90|0090|0)?[2-58][0-9]{9}", fullmatch=True))
def test_what_is_read_is_what_the_oracle_reads(text: str) -> None:
    value = read(text)
    if value is not None:
        oracle = phonenumbers.parse(text, "TR")
        assert value == phonenumbers.format_number(oracle, phonenumbers.PhoneNumberFormat.E164)


def test_only_the_ending_shows() -> None:
    number = PhoneNumber.parse("05000000001")
    assert (number.national, number.ending, number.masked) == ("0500 000 00 01", "01", "+90 *** *** ** 01")
    assert "500" not in f"{number!r} {number}"
