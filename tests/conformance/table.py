"""The conformance table, made from the requirements and from what the tests say they show.

A test shows a requirement when its name (`test_token_15_…`) or its docstring names it. A range in a name or docstring
(`test_disc_03_to_06`, `LOGOUT-06…08`) names what lies between.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
DOCUMENT = TESTS.parent / "docs" / "integrate" / "conformance.md"
_REQUIREMENTS = Path(__file__).parent / "requirements.toml"
_MOST_SHOWN = 4

_HEADINGS = {
    "metadata": "Metadata and keys",
    "authorization": "Authorization endpoint",
    "form_post": "Form Post",
    "request_objects": "Request objects",
    "token": "Token endpoint",
    "id_token": "ID token",
    "userinfo": "UserInfo",
    "registration": "Dynamic registration",
    "logout": "Logout",
}
_ONE = r"(?P<kind>[A-Z]+)-(?P<first>\d\d)"
_NAMED = re.compile(rf"\b{_ONE}(?:(?:…|\.\.\.| to )(?:[A-Z]+-|-)?(?P<last>\d\d)\b)?(?P<more>(?:, ?-\d\d)*)")


@dataclass(frozen=True, slots=True, order=True)
class Test:
    """One test function."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the requirements. `profiles` is `-` where no profile looks at it."""

    id: str
    group: str
    says: str
    source: str
    profiles: str


def requirements() -> tuple[Requirement, ...]:
    groups = tomllib.loads(_REQUIREMENTS.read_text(encoding="utf-8"))
    return tuple(Requirement(id_, group, *row) for group, rows in groups.items() for id_, row in rows.items())


def shown() -> dict[str, list[Test]]:
    """The tests that name each requirement."""
    found: dict[str, list[Test]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for function in _tests(ast.parse(path.read_text(encoding="utf-8"))):
            test = Test(path.relative_to(TESTS.parent).as_posix(), function.name)
            for id_ in named(_spoken(function.name) + "\n" + (ast.get_docstring(function) or "")):
                found.setdefault(id_, []).append(test)
    return found


def named(text: str) -> Iterator[str]:
    """The requirements that a text names, each once."""
    seen: set[str] = set()
    for match in _NAMED.finditer(text):
        first, last = int(match["first"]), int(match["last"] or match["first"])
        numbers = [*range(first, last + 1), *(int(digits) for digits in re.findall(r"\d\d", match["more"]))]
        seen |= {f"{match['kind']}-{number:02}" for number in numbers}
    yield from sorted(seen)


def document(required: tuple[Requirement, ...], tests: Mapping[str, list[Test]]) -> str:
    open_rows = [one.id for one in required if one.id not in tests]
    state = f"Open: {', '.join(open_rows)}." if open_rows else "No row is open."
    lines = [
        "# Conformance",
        "",
        "What the OpenID Foundation's certification profiles ask of a provider, and the tests of this project that",
        "show it. The table is made from the tests (`python -m tests.conformance`), and one of them fails when it is",
        "not up to date.",
        "It says what is tested here. It is not a certification: nobody has run the Foundation's own suite yet.",
        "",
        "Profiles: **B** Basic, **FP** Form Post, **C** Config, **D** Dynamic, **RL**, **BL**, **FL** RP-initiated,",
        "back-channel and front-channel logout, **TI** third-party-initiated login; **–** none, but a specification or",
        "this project asks for it. Core, Discovery, Registration are OpenID Connect's.",
        "",
        f"{len(required)} requirements, {len(required) - len(open_rows)} of them shown by a test. {state}",
    ]
    for group, heading in _HEADINGS.items():
        lines += [
            "",
            f"## {heading}",
            "",
            "| id | requirement | source | profiles | tests | status |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(one, tests.get(one.id, [])) for one in required if one.group == group]
    return "\n".join(lines) + "\n"


def _row(one: Requirement, tests: list[Test]) -> str:
    profiles = "–" if one.profiles == "-" else one.profiles
    links = [f"[{test.name.removeprefix('test_')}](../../{test.file})" for test in sorted(set(tests))]
    more = f"<br>and {len(links) - _MOST_SHOWN} more" if len(links) > _MOST_SHOWN else ""
    status = "tested" if tests else "**open**"
    return (
        f"| {one.id} | {one.says} | {one.source} | {profiles} | {'<br>'.join(links[:_MOST_SHOWN])}{more} | {status} |"
    )


def _spoken(name: str) -> str:
    """`test_token_15_idt_03_to_05_…` with its ids as they are written elsewhere."""
    spoken = re.sub(r"(?<![a-z])([a-z]+)_?(\d\d)(?!\d)", lambda match: f"{match[1].upper()}-{match[2]}", name)
    return spoken.replace("TO-", "to ").replace("_", " ")


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node
