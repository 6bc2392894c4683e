"""The words: equal in both languages, all used, none outside the catalogue (pages.md §7 no. 7)."""

import re
from pathlib import Path

import pytest

import relying_party_demo
from relying_party_demo import health
from relying_party_demo.appointments import Refusal, Status
from relying_party_demo.gate import Level, Reason
from relying_party_demo.logins import OutcomeKind
from relying_party_demo.texts import choose_language, load_catalogues

PACKAGE = Path(relying_party_demo.__file__).parent
CATALOGUES = load_catalogues()


def test_both_languages_have_the_same_keys_and_placeholders():
    turkish, english = (CATALOGUES[language].texts for language in ("tr", "en"))
    assert turkish.keys() == english.keys()
    for key, text in turkish.items():
        assert text.strip()
        fields = [sorted(re.findall(r"{(\w+)}", one)) for one in (text, english[key])]
        assert fields[0] == fields[1], key


def test_every_key_is_used():
    sources = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html"})
    built = ("status.", "refusal.", "reason.", "level.", "method.", "month.", "weekday.", "notice.")
    built += ("blood.", "allergy.", "condition.", "vaccine.")
    endings = {"", "_text"}
    outcomes = {
        f"{room}.{kind}{end}"
        for room in ("outcome", "step_up")
        for kind in (*OutcomeKind, "expired")
        for end in endings
    }
    for key in CATALOGUES["tr"].texts:
        prefix = key.partition(".")[0]
        if key.startswith(built) or key in {"language.tr", "language.en"} | outcomes:
            continue
        if prefix == "panel" and key.partition(".")[2] in {"il", "ilce", "klinik", "hastane", "hekim"}:
            continue
        if key in {"panel.il_missing", "panel.klinik_missing"} or re.fullmatch(
            r"appointments\.(upcoming|past|ended)(_none)?", key
        ):
            continue
        assert f'"{key}"' in sources, key


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("reason", Reason),
        ("level", Level),
        ("status", Status),
        ("refusal", Refusal),
        ("blood", health.BloodType),
        ("allergy", health.Allergy),
        ("condition", health.Condition),
        ("vaccine", health.Vaccine),
        ("month", range(1, 13)),
        ("weekday", range(7)),
    ],
)
def test_every_value_has_its_words(prefix, names):
    keys = {key.partition(".")[2] for key in CATALOGUES["tr"].texts if key.startswith(f"{prefix}.")}
    assert keys == {str(name) for name in names}


def test_templates_hold_no_literal_text():
    for template in (PACKAGE / "templates").iterdir():
        source = re.sub(
            r"{% block width %}\w+|{#.*?#}|{%.*?%}|{{.*?}}", "", template.read_text("utf-8"), flags=re.DOTALL
        )
        words = re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", "", source))
        assert not [word for word in words if word not in {"openapi", "json"}], template.name


def test_no_suffix_is_glued_to_a_variable():
    """pages.md §1."""
    assert not [text for text in CATALOGUES["tr"].texts.values() if re.search(r"}['’]?\w", text)]


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        ("en", "tr", "tr", "en"),
        ("xx", "en", "tr", "en"),
        (None, None, "en-GB,tr;q=0.5", "en"),
        (None, None, "de, en;q=0.2, tr;q=0.9", "tr"),
        (None, None, "en;q=0, de", "tr"),
        (None, None, "en;q=x,,;;", "en"),
        (None, None, "", "tr"),
    ],
)
def test_which_language(asked, remembered, accepted, language):
    assert choose_language(asked, remembered, accepted) == language


def test_the_language_link_keeps_page_and_query(browser):
    browser.log_in()
    page = browser.get("/randevu?il=6&klinik=14")
    assert browser.links(page, "mhrs-language") == ["/randevu?il=6&amp;klinik=14&amp;dil=en".replace("&amp;", "&")]
    assert '<html lang="en">' in browser.get("/randevu?il=6&klinik=14&dil=en").text
    assert '<html lang="en">' in browser.get("/randevularim").text
