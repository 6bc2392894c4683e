"""Passwords at the edge of a rule (R-50, R-51)."""

import pytest

from idp.policy.guessable import is_guessable
from idp.policy.passwords import MOST_BYTES, MOST_CHARACTERS, PasswordFault, PasswordPolicy, faults
from tests.policy.samples import AYSE


@pytest.mark.parametrize(("digits", "holds"), [("5000000001", True), ("000000001", False)])
def test_the_whole_phone_number_is_looked_for(digits: str, holds: bool) -> None:
    found = faults(f"Kx~{digits}~uzunca", AYSE, PasswordPolicy.EDEVLET)
    assert (PasswordFault.HOLDS_PHONE_NUMBER in found) is holds


def test_r50_the_longest_password_in_characters_and_in_bytes_will_do() -> None:
    longest = "\U00020000" * MOST_CHARACTERS  # four bytes each
    assert len(longest.encode()) == MOST_BYTES
    assert PasswordFault.TOO_LONG not in faults(longest, AYSE, PasswordPolicy.MODERN)
    assert PasswordFault.TOO_LONG in faults(longest + "x", AYSE, PasswordPolicy.MODERN)


@pytest.mark.parametrize(
    ("folded", "guessable"),
    [("1234qw", True), ("1234qwe", False), ("12345678ab", True), ("12345678abxy", False), ("alialiali", True)],
)
def test_r51_two_keys_beside_a_run_do_not_make_a_secret_and_three_may(folded: str, guessable: bool) -> None:
    assert is_guessable(folded) is guessable
