"""The catalogues are equal, used in full and free of glued suffixes; templates hold no words (pages.md §7.7)."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from idp.web import i18n, pages, views
from idp.web.i18n import catalogue
from idp.web.views import ErrorKind

WEB = Path(i18n.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
MONTHS = {f"time.month.{month}" for month in range(1, 13)}


def keys_in_templates() -> set[str]:
    source = "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    return {literal for literal in re.findall(r'"([a-z_]+(?:\.[a-z0-9_]+)+)"', source) if not literal.endswith(".css")}


def strings_in_code() -> set[str]:
    sources = [
        *(WEB / "views").glob("*.py"),
        *(WEB / "account").glob("*.py"),
        Path(i18n.__file__),
        Path(pages.__file__),
    ]
    return {
        node.value
        for path in sources
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("tr")) == set(catalogue("en"))


def test_every_key_is_used_and_every_used_key_exists() -> None:
    errors = {f"{kind}.{part}" for kind in ErrorKind for part in ("h1", "text")}
    counted = {f"time.{unit}.{number}" for unit in ("second", "minute", "hour") for number in ("one", "other")}
    used = keys_in_templates() | errors | counted | MONTHS
    unused = set(catalogue("tr")) - used - strings_in_code()
    assert unused == set()
    scripts = {name for view in vars(views).values() for name in getattr(view, "scripts", ())}
    assert used - set(catalogue("tr")) - scripts - {"mark.svg"} - included_templates() == set()


def included_templates() -> set[str]:
    return {path.relative_to(WEB / "templates").as_posix() for path in TEMPLATES}


@pytest.mark.parametrize("key", sorted(catalogue("tr")))
def test_both_languages_take_the_same_values(key: str) -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert values(catalogue("tr")[key]) == values(catalogue("en")[key])


@pytest.mark.parametrize("key", sorted(catalogue("tr")))
def test_no_suffix_touches_a_value(key: str) -> None:
    """Vowel harmony breaks: "{rp} hizmetine", never "{rp}'ye"."""
    assert not re.search(r"\}[’'\wçğıöşüÇĞİÖŞÜ]", re.sub(r"\{\{|\}\}", "", catalogue("tr")[key]))


def test_english_text_holds_no_turkish_letters_but_in_names() -> None:
    names = ("Eşik", "e-Devlet Kapısı")
    for key, text in catalogue("en").items():
        assert not re.search("[çğıöşüÇĞİÖŞÜ]", re.sub("|".join(names), "", text)), key


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words(path: Path) -> None:
    source = path.read_text("utf-8")
    source = re.sub(r"\{% block area %\}[a-z -]*", "", source)  # names of classes, inside an attribute of the frame
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    visible = re.sub(r'<[^>]*>|[a-z-]+="[^"]*"', "", source)
    assert not re.search(r"[^\W\d_]", visible), visible.strip()
    for attribute in re.findall(r'(?:aria-label|alt|title|data-(?:show|hide|soon|over))="([^"]*)"', source):
        assert attribute == ""


def test_scripts_hold_no_words_for_people() -> None:
    """Texts reach scripts through data attributes; what a script writes itself are digits and error names."""
    for path in (WEB / "static").glob("*.js"):
        code = re.sub(r"//.*", "", path.read_text("utf-8"))
        assert "innerHTML" not in code
        assert not re.search(r'textContent = "', code)
