"""The conformance table is up to date, and no row of it is open."""

import re

from tests.conformance.table import DOCUMENT, Requirement, document, named, requirements, shown

_KINDS = {"DISC", "AUTH", "FORM", "REQ", "TOKEN", "IDT", "UINFO", "DCR", "LOGOUT"}


def test_the_table_is_up_to_date() -> None:
    """`python -m tests.conformance` makes it anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == document(requirements(), shown())


def test_every_requirement_is_shown_by_a_test() -> None:
    tests = shown()
    assert [one.id for one in requirements() if one.id not in tests] == []


def test_no_test_names_a_requirement_that_does_not_exist() -> None:
    known = {one.id for one in requirements()}
    assert [id_ for id_ in shown() if id_.split("-")[0] in _KINDS and id_ not in known] == []


def test_a_row_without_a_test_would_be_seen() -> None:
    """The table itself: an open row is called open, above and in its line."""
    made = document((Requirement("REQ-99", "token", "Something new", "RFC 0000", "B"),), {})
    assert "Open: REQ-99." in made
    assert re.search(r"\| REQ-99 \|.*\| \*\*open\*\* \|", made)


def test_ranges_and_lists_name_what_lies_between() -> None:
    assert [*named("DISC-03 to 06, and LOGOUT-06…08")] == [
        *("DISC-03", "DISC-04", "DISC-05", "DISC-06", "LOGOUT-06", "LOGOUT-07", "LOGOUT-08"),
    ]
    assert [*named("TOKEN-07, -09")] == ["TOKEN-07", "TOKEN-09"]
