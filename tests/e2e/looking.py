"""What is looked for on every page of a journey: no barrier in light or dark, and nothing wider than a phone.

Set ESIK_TEST_LOOK to a folder to have each page photographed, on a phone and on a desk, in both colour schemes.
"""

import os
from pathlib import Path

import pytest

from tests.barriers import SCHEMES, Scheme, barriers, scrolls_sideways
from tests.e2e.demo import Person

LANGUAGES = pytest.mark.parametrize("locale", ["tr-TR", "en-GB"])
WALKS = pytest.mark.parametrize(
    ("locale", "scripts"),
    [("tr-TR", True), ("en-GB", False)],
    ids=["Turkish", "English without scripts"],
)

SIZES = {"desk": (1280, 800), "phone": (390, 844)}
NARROWEST = 320

_GLUED = """[...document.querySelectorAll("main .button")].filter(button => {
    const own = button.getBoundingClientRect();
    const above = button.previousElementSibling?.getBoundingClientRect();
    return own.height > 0 && above?.height > 0 && own.left < above.right && own.top - above.bottom < 4;
}).map(button => button.textContent.trim())"""
"""The buttons that stick to what is above them."""


def look(person: Person, name: str) -> None:
    """axe finds nothing in light or dark, and 320 px hold the page (WCAG 1.4.10)."""
    page, size = person.page, person.page.viewport_size
    if not person.scripts:
        return  # axe is a script, and the page is the same
    page.wait_for_load_state()
    # The same views are looked at in every language and scheme in tests/pages: English is seen here in the dark only.
    lang = page.locator("html").get_attribute("lang")
    schemes: tuple[Scheme, ...] = SCHEMES if lang == "tr" else ("dark",)
    assert barriers(page, schemes) == [], name
    for scheme in schemes:
        photograph(person, f"{name}-{lang}", scheme)
    page.set_viewport_size({"width": NARROWEST, "height": 844})
    assert not scrolls_sideways(page), name
    assert page.evaluate(_GLUED) == [], f"{name}: sticks to what is above it"
    page.emulate_media(color_scheme="light")
    if size is not None:
        page.set_viewport_size(size)


def photograph(person: Person, name: str, scheme: Scheme | None = None) -> None:
    """Into the folder, if one was asked for."""
    folder = os.environ.get("ESIK_TEST_LOOK")
    if folder:
        if scheme is not None:
            person.page.emulate_media(color_scheme=scheme)
        for size, (width, height) in SIZES.items():
            person.page.set_viewport_size({"width": width, "height": height})
            shown = "-".join(filter(None, (name, scheme, size)))
            person.page.screenshot(path=Path(folder) / f"{shown}.png", full_page=True)
