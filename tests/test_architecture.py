"""The house stands as drawn in `idp/__init__.py`: arrows, third parties, clocks, chance, tokens, SQL, sizes.

Each rule reads one parsed source and answers with what is wrong in it. `test_each_rule_can_fail` feeds every rule a
small source that breaks it, so that a rule which looks at nothing cannot pass.
"""

import ast
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TREES = ("idp", "relying_party_demo", "migrations")
MOST_LINES = 300
MEDIAN_LINES = 120


Layer = tuple[frozenset[str], frozenset[str]]
"""What the files under one name may import: own parts (a name allows what is below it), and third parties."""


def _layer(own: str = "", third_parties: str = "") -> Layer:
    return frozenset(own.split()), frozenset(third_parties.split())


_BELOW_WEB = "idp.journey idp.protocol idp.factors idp.policy idp.domain idp.crypto.secrets idp.clock"
_WEB = "fastapi starlette jinja2 pydantic fastapi_offline python_multipart segno"

LAYERS: dict[str, Layer] = {
    "idp.clock": _layer(),
    "idp.domain": _layer("idp.domain"),
    "idp.policy": _layer("idp.policy idp.domain"),
    "idp.factors": _layer("idp.factors idp.policy idp.domain", "pyotp webauthn"),
    "idp.journey": _layer("idp.journey idp.factors idp.policy idp.domain idp.clock"),
    "idp.protocol": _layer(
        "idp.protocol idp.policy idp.domain idp.crypto.secrets idp.clock", "authlib joserfc cryptography"
    ),
    "idp.crypto": _layer("idp.crypto idp.domain", "cryptography passlib argon2 joserfc"),
    "idp.store": _layer("idp.store idp.domain", "sqlalchemy alembic"),
    "idp.delivery": _layer("idp.delivery idp.domain idp.clock", "httpx2 structlog"),
    "idp.web": _layer(f"idp.web {_BELOW_WEB}", f"{_WEB} structlog"),
    "idp.sandbox": _layer(f"idp.sandbox idp.web {_BELOW_WEB}", f"{_WEB} cryptography"),
    "idp.testing": _layer("idp.testing idp.clock", "httpx2 joserfc"),
    "migrations": _layer("idp.store", "sqlalchemy alembic"),
    "relying_party_demo": _layer(
        "relying_party_demo",
        "authlib joserfc httpx2 fastapi starlette jinja2 pydantic pydantic_settings fastapi_offline structlog uvicorn",
    ),
}
"""Every part but the composition root: `cli`, and what stands in `idp/` itself."""

SQL_PARTS = ("idp.store", "migrations")
SQL_DRIVERS = frozenset({"sqlalchemy", "alembic", "sqlite3", "psycopg"})
JWT_READERS = {"idp": "idp.protocol.jose.verification", "relying_party_demo": "relying_party_demo.id_token"}
DEVICE_SIGNATURES = "idp.crypto.device_signatures"
"""Judges what devices sign, and no token of ours: it knows no key of ours, no `iss`, no `sub`."""
CLIENT_SIGNATURES = "idp.protocol.jose.client_signatures"
"""Judges what relying parties sign, and no token of ours: it knows no key of ours."""
CLOCKS = frozenset({"idp.clock", "relying_party_demo.clock"})
DURATIONS: frozenset[str] = frozenset({"idp.web.envelope"})
"""May read `time.monotonic` and `time.perf_counter`, which tell how long something took and never what time it is."""
KEY_MAKERS = frozenset({"idp.key_files", "idp.testing.device"})
"""May ask the system for random bytes besides `idp.crypto`: one writes the house's keys before there is a house, the
other runs in programs that have no house."""
CHANCE = frozenset({"random", "secrets", "uuid"})
_STOPWATCHES = frozenset({"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"})
_NOW = frozenset(
    {"time.time", "time.time_ns", "time.gmtime", "time.localtime", "time.ctime", "time.strftime", "time.asctime"}
    | {f"datetime.{kind}.{verb}" for kind in ("datetime", "date") for verb in ("now", "utcnow", "today")}
)
_SQL_WORDS = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM|(CREATE|DROP|ALTER)\s+TABLE)\b", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its dotted name, and its text parsed."""

    name: str
    tree: ast.Module
    lines: int = 1

    @property
    def package(self) -> str:
        return self.name.split(".")[0]

    def is_in(self, *parts: str) -> bool:
        return any(self.name == part or self.name.startswith(f"{part}.") for part in parts)


def parsed(name: str, text: str) -> Source:
    return Source(name, ast.parse(text), text.count("\n"))


def sources() -> list[Source]:
    found = []
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(parsed(".".join(part for part in parts if part != "__init__"), path.read_text("utf-8")))
    return found


def imported(source: Source) -> Iterator[str]:
    """Dotted names, in and out of functions. `from a import b` gives `a.b`, so that a submodule is seen as one."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def called(source: Source) -> Iterator[str]:
    """Dotted names that the source uses, spelt out by its imports: `now()` after `from time import time as now`."""
    aliases: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head = alias.name.split(".")[0]
                aliases[alias.asname or head] = alias.name if alias.asname else head
        elif isinstance(node, ast.ImportFrom):
            aliases |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(source.tree):
        dotted = _dotted(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if dotted is not None:
            head, _, rest = dotted.partition(".")
            if head in aliases:
                yield f"{aliases[head]}.{rest}" if rest else aliases[head]


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _within(name: str, allowed: frozenset[str]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in allowed)


def _rules_of(source: Source) -> Layer | None:
    return next((layer for part, layer in LAYERS.items() if source.is_in(part)), None)


def arrows(source: Source) -> list[str]:
    """Own parts that this file may not know. The root may know all of `idp`, and nothing of the relying party."""
    layer = _rules_of(source)
    own = [name for name in imported(source) if name.startswith(".") or name.split(".")[0] in TREES]
    if layer is None:
        return [name for name in own if not _within(name, frozenset({"idp"}))]
    return [name for name in own if not _within(name, layer[0])]


def third_parties(source: Source) -> list[str]:
    layer = _rules_of(source)
    outside = {name.split(".")[0] for name in imported(source) if not name.startswith(".")} - set(TREES)
    outside -= sys.stdlib_module_names
    return [] if layer is None else sorted(outside - layer[1])


def clocks(source: Source) -> list[str]:
    if source.name in CLOCKS:
        return []
    forbidden = _NOW if source.name in DURATIONS else _NOW | _STOPWATCHES
    return [name for name in called(source) if name in forbidden]


def chance(source: Source) -> list[str]:
    """`secrets.compare_digest` is no chance, but `hmac` has it too; in `idp` only `crypto` makes random values."""
    names = {name.split(".")[0] for name in imported(source)}
    if source.package == "relying_party_demo" or source.is_in("idp.crypto") or source.name in KEY_MAKERS:
        names -= {"secrets"}
    return sorted(names & CHANCE) + [name for name in called(source) if name == "os.urandom"]


def token_readers(source: Source) -> list[str]:
    """A JWT is decoded in one file of each tree, where everything about it is checked (S-10).

    What devices sign, and what relying parties sign, is judged in one file each, which must not know of our tokens.
    """
    if source.name == JWT_READERS.get(source.package):
        return []
    used = list(called(source))
    if source.name == DEVICE_SIGNATURES:
        ours = re.compile(r"(^|\.)(jwt|JWTClaimsRegistry|extract_compact|validate_compact)(\.|$)")
        return [name for name in used if ours.search(name)]
    if source.name == CLIENT_SIGNATURES:
        ours = re.compile(r"(^|\.)(jwt|JWTClaimsRegistry|KeyRing|PublishedKey)(\.|$)")
        return [name for name in used if ours.search(name)]
    reads = re.compile(r"(^|\.)(jwt\.decode|jws\.(deserialize|extract|validate)_compact|jwt\.JWTClaimsRegistry)$")
    return [name for name in used if reads.search(name)]


def sql(source: Source) -> list[str]:
    if source.package != "idp" or source.is_in(*SQL_PARTS):
        return []
    return sorted({name.split(".")[0] for name in imported(source)} & SQL_DRIVERS)


def built_sql(source: Source) -> list[str]:
    """SQL made from pieces of text (E02): an f-string with holes, `%`, `+` or `.format` on a statement."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.JoinedStr) and any(isinstance(part, ast.FormattedValue) for part in node.values):
            pieces: list[ast.expr] = [node]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            pieces = [node.left]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            pieces = [node.func.value]
        else:
            continue
        text = "".join(
            str(part.value) for piece in pieces for part in ast.walk(piece) if isinstance(part, ast.Constant)
        )
        if _SQL_WORDS.search(text):
            found.append(text)
    return found


def size(source: Source) -> list[str]:
    return [f"{source.lines} lines"] if source.lines > MOST_LINES else []


Rule = Callable[[Source], list[str]]
RULES: tuple[Rule, ...] = (arrows, third_parties, clocks, chance, token_readers, sql, built_sql, size)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_obeys(rule: Rule) -> None:
    broken = {source.name: found for source in sources() if (found := rule(source))}
    assert broken == {}


def test_files_are_short() -> None:
    lines = [source.lines for source in sources() if source.lines > 1]
    assert statistics.median(lines) <= MEDIAN_LINES


def test_each_package_tells_its_story() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for tree in ("idp", "relying_party_demo")
        for path in [ROOT / tree, *(ROOT / tree).rglob("*")]
        if path.is_dir() and any(path.glob("*.py"))
        if not (path / "__init__.py").exists()
        or not ast.get_docstring(ast.parse((path / "__init__.py").read_text("utf-8")))
    ]
    assert silent == []


def test_every_part_of_the_house_is_known() -> None:
    """A new package is given its arrows here before it is built. `idp.cli` belongs to the root."""
    parts = {f"idp.{path.parent.name}" for path in (ROOT / "idp").glob("*/__init__.py")}
    assert parts - {"idp.cli"} <= LAYERS.keys()


BROKEN: tuple[tuple[Rule, str, str], ...] = (
    (arrows, "idp.domain.x", "from idp.policy import session"),
    (arrows, "idp.journey.x", "from idp import protocol"),
    (arrows, "idp.journey.x", "def f() -> None:\n    from idp.store import tables"),
    (arrows, "idp.protocol.x", "from idp.journey import begin"),
    (arrows, "idp.protocol.x", "from idp.crypto.hashing import Gate"),
    (arrows, "idp.web.x", "from idp.store.engine import Engine"),
    (arrows, "idp.store.x", "from idp.policy import throttle"),
    (arrows, "idp.domain.x", "from . import level"),
    (arrows, "idp.app", "import relying_party_demo"),
    (arrows, "relying_party_demo.x", "from idp.domain.level import Level"),
    (third_parties, "idp.domain.x", "import pydantic"),
    (third_parties, "idp.protocol.x", "from starlette.requests import Request"),
    (third_parties, "relying_party_demo.x", "import sqlalchemy"),
    (clocks, "idp.web.x", "import time\ntime.time()"),
    (clocks, "idp.web.x", "from time import time as now\nnow()"),
    (clocks, "idp.web.x", "import time\ntime.monotonic()"),
    (clocks, "idp.store.x", "from datetime import UTC, datetime\ndatetime.now(UTC)"),
    (clocks, "idp.web.envelope", "import time\ntime.time()"),
    (chance, "idp.journey.x", "import secrets"),
    (chance, "idp.web.x", "import os\nos.urandom(8)"),
    (token_readers, "idp.web.x", "from joserfc import jwt\njwt.decode(token, key)"),
    (token_readers, "idp.protocol.x", "import joserfc.jwt as j\nj.decode"),
    (token_readers, "relying_party_demo.x", "from joserfc import jws\njws.extract_compact(b'')"),
    (token_readers, "idp.journey.x", "from joserfc import jws\njws.deserialize_compact('', None)"),
    (token_readers, "idp.crypto.x", "from joserfc import jws\njws.validate_compact(None, None)"),
    (token_readers, "idp.crypto.device_signatures", "from joserfc import jwt\njwt.decode(token, key)"),
    (token_readers, "idp.protocol.jose.client_signatures", "from idp.protocol.jose.keys import KeyRing\nKeyRing.find"),
    (third_parties, "idp.testing.x", "import sqlalchemy"),
    (arrows, "idp.testing.x", "from idp.domain.level import Level"),
    (sql, "idp.app", "import sqlalchemy"),
    (built_sql, "idp.store.x", "q = f'SELECT a FROM {table}'"),
    (built_sql, "idp.store.x", "q = 'DELETE FROM t WHERE a = %s' % a"),
    (built_sql, "idp.store.x", "q = 'INSERT INTO {}'.format(t)"),
    (size, "idp.web.x", "\n" * 301),
)


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_each_rule_can_fail(rule: Rule, name: str, text: str) -> None:
    assert rule(parsed(name, text)) != []


def test_each_rule_is_shown_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


def test_honest_sources_pass() -> None:
    honest = [
        parsed("idp.clock", "import time\nnow = time.time()"),
        parsed("idp.crypto.secrets", "import secrets\nsecrets.token_bytes(32)"),
        parsed("idp.journey.x", "from idp.clock import Clock\nfrom idp.factors.sms import Sms"),
        parsed("idp.protocol.x", "from idp.crypto.secrets import sha256_hex\nfrom joserfc import jwt"),
        parsed("idp.crypto.device_signatures", "from joserfc import jws\njws.deserialize_compact('', None)"),
        parsed("idp.protocol.jose.client_signatures", "from joserfc import jws\njws.validate_compact(None, None)"),
        parsed("idp.store.x", "from sqlalchemy import select\nx = f'{name} of UPDATE'"),
        parsed("idp.app", "from idp import journey, protocol, store\nimport uvicorn"),
    ]
    assert [(source.name, rule.__name__) for source in honest for rule in RULES if rule(source)] == []
