"""QR codes are markup that the policy of our pages lets through, and that a camera can read."""

import re

import pytest
import segno

from idp.web.qr import inline_svg

ADDRESS = "https://localhost:8000/telefon/onay#0f8d6a2c-94f5-4d0e-8a44-1f0d2a6f5d7e"


def paths(markup: str) -> list[tuple[str, str, str]]:
    """The kind of paint, its colour and the line of each path. Raises for a path with any other attribute."""
    found = re.findall(r'<path (fill|stroke)="(#[0-9a-f]+)" d="([MmhvzV0-9. -]+)"/>', markup)
    assert len(found) == markup.count("<path")
    return found


def dark_modules(markup: str) -> set[tuple[int, int]]:
    """The black squares of the drawing, by column and row, read from its one stroked path."""
    path = paths(markup)[1][2]
    x, y, found = 0.0, 0.0, set()
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            found |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
            x += values[0]
    return found


def test_the_drawing_is_the_code_of_the_text_with_a_quiet_zone_of_four() -> None:
    symbol = segno.make_qr(ADDRESS, error="m")
    expected = {
        (column + 4, row + 4) for row, bits in enumerate(symbol.matrix) for column, bit in enumerate(bits) if bit
    }
    assert dark_modules(inline_svg(ADDRESS)) == expected


def test_black_on_white_by_presentation_attributes_only() -> None:
    """pages.md §3.2: no style attribute; the colours do not follow the colour scheme."""
    markup = inline_svg(ADDRESS)
    [side] = re.findall(r'viewBox="0 0 (\d+) \1"', markup)
    background, modules = paths(markup)
    assert background == ("fill", "#fff", f"M0 0h{side}v{side}h-{side}z")
    assert modules[:2] == ("stroke", "#000")
    assert set(re.findall(r" ([a-zA-Z-]+)=", markup.partition(">")[0])) == {
        "aria-hidden",
        "focusable",
        "shape-rendering",
        "viewBox",
    }


def test_hostile_text_is_drawn_and_never_written() -> None:
    """E02"""
    assert "script" not in inline_svg("</svg><script>alert(1)</script>")


def test_more_than_a_code_holds_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="too large"):
        inline_svg("x" * 3000)
