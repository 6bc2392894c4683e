"""What the texts promise is there: links lead somewhere, people and settings are the real ones."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.domain.level import Level
from idp.sandbox.personas import PERSONAS, Persona

ROOT = Path(__file__).parents[2]
TEXTS = sorted(file for place in (ROOT, ROOT / "docs") for file in place.glob("*.md")) + sorted(
    (ROOT / "docs").glob("*/*.md")
)


def links(text: str) -> Iterator[str]:
    """Files that a text leads to; addresses on the web and places in the same text are left out."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    dead = [target for target in links(file.read_text("utf-8")) if not (file.parent / target).exists()]
    assert dead == []


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_every_sample_person_is_introduced(persona: Persona) -> None:
    phone = f"`{persona.phone.value}`" if persona.phone is not None else ""
    row = f"| `{persona.national_id.value}` | `{persona.id}` | {phone} |".replace("|  |", "| |")
    assert row in (ROOT / "docs" / "integrate" / "testing.md").read_text("utf-8")


@pytest.mark.parametrize("file", ["README.md", "docs/integrate/levels.md"])
def test_every_level_is_in_the_table(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert [level for level in Level if f"| {level.value} | `{level.acr}` |" not in text] == []


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    decisions = [file.name for file in (ROOT / "docs" / "adr").glob("0*.md")]
    assert decisions
    assert [name for name in decisions if f"({name})" not in listed] == []
