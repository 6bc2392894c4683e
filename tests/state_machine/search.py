"""Finds a witness for a seeded bug, so that somebody who adds a bug need not think of one:

    python -m tests.state_machine.search <bug>

prints the fewest moves that it found, as they are written in `witnesses`. It takes minutes where the bug is rare.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests import databases
from tests.people import AYSE, MEHMET
from tests.state_machine.bugs import BUGS, seeded
from tests.state_machine.ghost import Broken
from tests.state_machine.house import NURTEN, House, house
from tests.state_machine.running import run_walks

_NAMES = {repr(AYSE): "AYSE", repr(MEHMET): "MEHMET", repr(NURTEN): "NURTEN"}
_NO_MOVES = ("state.begin(", "state.teardown(")


def search(home: House, bug: str, batches: Iterable[int] = range(40)) -> str | None:
    """The witness as source text; None where no walk of these batches breaks the bug's property."""
    with seeded(home, bug) as expected:
        for batch in batches:
            try:
                run_walks(home, [batch], steps=15)
            except Broken as broken:
                if broken.name == expected:
                    return f"# {broken}\n{_as_written(bug, broken.__notes__)}"
    return None


def _as_written(bug: str, notes: list[str]) -> str:
    lines = [line for note in notes for line in note.splitlines()]
    moves = [line for line in lines if line.startswith("state.") and not line.startswith(_NO_MOVES)]
    body = "\n".join(f"    walk.{move.removeprefix('state.')}" for move in moves)
    for shown, name in _NAMES.items():
        body = body.replace(shown, name)
    return f"@_witness\ndef {bug}(walk: LoginMachine) -> None:\n{body}\n"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in BUGS:
        sys.stderr.write(f"Name one of: {' '.join(BUGS)}\n")
        return 2
    with tempfile.TemporaryDirectory() as kept:
        directory = Path(kept)
        own = directory / "walks"
        own.mkdir()
        with house(databases.copy_sqlite(databases.sqlite_template(directory), own), own) as home:
            found = search(home, arguments[0])
    sys.stdout.write(found or "No walk found it.\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
