"""What stands in somebody's way on a page: what axe finds in light and in dark, and what sticks out sideways.

Every rule is asked in the first colour scheme. In the second only the rules about colours are asked again, once it is
seen that the scheme moves and hides nothing: the others look at what is there, and would find the same.
"""

from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

_FINDINGS = """async options => (await axe.run({ ...options, resultTypes: ["violations"] })).violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html}\n${node.failureSummary}`))"""
_PLACES = """() => [...document.querySelectorAll("*")].map(element => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.tagName, x, y, width, height, getComputedStyle(element).visibility].join();
})"""
"""Where everything is, and whether it is shown."""


def barriers(page: Page, schemes: Iterable[Scheme] = SCHEMES) -> list[str]:
    """What axe says against the page, by scheme; none is what one hopes for. The page is left in the last scheme."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    places: list[str] | None = None
    for scheme in schemes:
        # Without the colours sliding from one scheme to the other, which axe would catch halfway.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        here = page.evaluate(_PLACES)
        rules: dict[str, Any] = {"runOnly": COLOUR_RULES if here == places else STANDARDS}
        found += [f"{scheme}: {finding}" for finding in page.evaluate(_FINDINGS, rules)]
        places = here
    return found


def scrolls_sideways(page: Page) -> bool:
    """WCAG 1.4.10, at the width that the page has now."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
