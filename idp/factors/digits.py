"""Codes of digits, as people type and paste them."""

from idp.factors.second_factor import NotAnAnswer


def read(typed: str, length: int) -> str:
    """The digits without the spaces between them. Only ASCII digits count: `int()` knows many more (B06).

    Raises NotAnAnswer: `empty`, `not_digits`, `length`.
    """
    digits = "".join(typed.split())
    if not digits:
        raise NotAnAnswer("empty")
    if not (digits.isascii() and digits.isdigit()):
        raise NotAnAnswer("not_digits")
    if len(digits) != length:
        raise NotAnAnswer("length")
    return digits
