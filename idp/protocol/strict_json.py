"""JSON that strangers send: one object, no member twice, no depth without end, no number that JSON does not have."""

import json
import math
from typing import Any


def read_object(text: str | bytes, *, deepest: int) -> dict[str, Any]:
    """The object that the text is. Raises ValueError for anything else, and for more than `deepest` levels in it."""
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        parsed = json.loads(plain, object_pairs_hook=_members, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(parsed, dict) or _is_deeper_than(parsed, deepest):
        raise ValueError("no object, or too deep")
    return parsed


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member comes twice")
    return members


def _no_number(name: str) -> None:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all measure")  # what is stored must be JSON again
    return number


def _is_deeper_than(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper_than(one, levels - 1) for one in inner)
