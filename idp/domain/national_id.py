"""T.C. kimlik numarası: eleven ASCII digits with two check digits."""

import re
from dataclasses import dataclass
from typing import Literal

_ELEVEN_DIGITS = re.compile(r"[1-9][0-9]{10}", re.ASCII)
_SPACES = re.compile(r"[ \t\u00a0\u202f]+")

Fault = Literal["empty", "length", "checksum"]


class InvalidNationalId(ValueError):
    """The text is not a T.C. kimlik number. `fault` names what the person should put right."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class NationalId:
    """A number whose check digits are right. Make one with `parse`."""

    value: str

    @classmethod
    def parse(cls, text: str) -> "NationalId":
        """Read what a person typed: spaces are dropped, only ASCII digits count (`\\d` and `int()` accept others).

        Raises InvalidNationalId.
        """
        digits = _SPACES.sub("", text.strip())
        if not digits:
            raise InvalidNationalId("empty")
        if len(digits) != 11 or re.fullmatch(r"[0-9]+", digits, re.ASCII) is None:
            raise InvalidNationalId("length")
        if _ELEVEN_DIGITS.fullmatch(digits) is None or digits[9:] != _check_digits(digits[:9]):
            raise InvalidNationalId("checksum")
        return cls(digits)

    @property
    def masked(self) -> str:
        """Three digits, six stars, two digits: the only form that pages, logs and audit rows may show."""
        return f"{self.value[:3]}******{self.value[-2:]}"

    def __repr__(self) -> str:
        return f"NationalId({self.masked})"


def _check_digits(first_nine: str) -> str:
    d = [int(character) for character in first_nine]
    tenth = (7 * sum(d[0::2]) - sum(d[1::2])) % 10
    eleventh = (sum(d) + tenth) % 10
    return f"{tenth}{eleventh}"
