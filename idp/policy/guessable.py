"""Whether a password is a common word in disguise, or fingers running over the keys. Pure text, folded to ASCII."""

import re
from collections.abc import Iterator

from idp.policy.common_passwords import COMMON, KEY_ROWS

_LEET = tuple(str.maketrans("@4038$5!79€+21|", f"aaoebssitgetz{one}{one}") for one in "il")
"""What stands for which letter; `1` is an i or an l."""

_MOST_TAKEN_OFF = 12
"""Digits and symbols taken off one by one at either end, besides all of them: `p4r0l42026!` ends in a letter."""

_LEAST_RUN = 4
_MOST_OUTSIDE = 2

_ROWS = (*KEY_ROWS, *(row[::-1] for row in KEY_ROWS))
_NO_LETTERS = "".join(chr(code) for code in range(32, 127) if not chr(code).isalpha())


def is_guessable(folded: str) -> bool:
    """On the blocklist: as it is, with something before or behind it, in l33t, doubled; or keys side by side."""
    return _is_in_a_row(folded) or any(_is_word(reading) for reading in _readings(folded))


def _readings(folded: str) -> Iterator[str]:
    """What is left when digits and symbols at the ends are taken off, as it stands and in l33t."""
    ahead = len(folded) - len(folded.lstrip(_NO_LETTERS))
    behind = len(folded) - len(folded.rstrip(_NO_LETTERS))
    for first in {*range(min(ahead, _MOST_TAKEN_OFF) + 1), ahead}:
        for last in {*range(min(behind, _MOST_TAKEN_OFF) + 1), behind}:
            inner = folded[first : len(folded) - last]
            yield inner
            yield from (inner.translate(table) for table in _LEET)


def _is_word(text: str) -> bool:
    """Also one that is repeated, with or without something between (`ankaraankara`, `ankara-ankara`)."""
    parts = {part for part in re.split(r"[^a-z]+", text) if part}
    if len(parts) == 1:
        (text,) = parts
    if text in COMMON:
        return True
    sizes = (size for size in range(3, len(text) // 2 + 1) if len(text) % size == 0)
    return any(text[:size] in COMMON and text == text[:size] * (len(text) // size) for size in sizes)


def _is_in_a_row(folded: str) -> bool:
    """Neighbouring keys, the alphabet, or one key again and again: all but two characters of it (`Qwer1234!`)."""
    outside = place = 0
    while place < len(folded):
        run = _run_at(folded, place)
        outside += 0 if run >= _LEAST_RUN else 1
        place += run if run >= _LEAST_RUN else 1
    return len(folded) > _LEAST_RUN and outside <= _MOST_OUTSIDE


def _run_at(text: str, place: int) -> int:
    """How many keys from here on lie side by side."""
    longest = len(text) - place - len(text[place:].lstrip(text[place]))
    for row in _ROWS:
        end = place + 1
        while end < len(text) and text[place : end + 1] in row:
            end += 1
        longest = max(longest, end - place)
    return longest
