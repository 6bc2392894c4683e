"""Turkish mobile numbers, kept in E.164."""

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[ \t\u00a0().-]+")
_RANGES = r"5(?:[03-5][0-9]|1[06]|24|6[124]|7[245]|82|9[46])[0-9]{7}"
_MOBILE = re.compile(rf"(?:\+90|0090|90|0)?({_RANGES})", re.ASCII)


class InvalidPhoneNumber(ValueError):
    """The text is not a Turkish mobile number."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A Turkish mobile number of a range in use. `value` is E.164: `+90`, then ten digits, the first of them 5."""

    value: str

    @classmethod
    def parse(cls, text: str) -> "PhoneNumber":
        """Accept `05…`, `5…`, `+90…`, `0090…`, with or without separators. Raises InvalidPhoneNumber."""
        found = _MOBILE.fullmatch(_SEPARATORS.sub("", text.strip()))
        if found is None:
            raise InvalidPhoneNumber("not a Turkish mobile number")
        return cls(f"+90{found.group(1)}")

    @property
    def ending(self) -> str:
        """The last two digits, all that a page may show."""
        return self.value[-2:]

    @property
    def national(self) -> str:
        """As people write it: `0500 000 00 01`."""
        n = self.value[3:]
        return f"0{n[:3]} {n[3:6]} {n[6:8]} {n[8:]}"

    @property
    def masked(self) -> str:
        return f"+90 *** *** ** {self.ending}"

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"
