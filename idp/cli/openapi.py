"""`esik openapi`."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from idp.app import create_app
from idp.cli.stop import Stop
from idp.settings import load

app = typer.Typer(add_completion=False)

# MHRS is a program of its own that this one knows nothing of, so its description is asked of it, not imported.
_ASK_MHRS = """
import json, sys
from relying_party_demo.app import create_app
from relying_party_demo.settings import Settings
print(json.dumps(create_app(Settings(client_secret="unused", database=sys.argv[1])).openapi()))
"""


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file is not up to date.")] = False,
    directory: Annotated[Path, typer.Option(help="Where the files are.")] = Path("openapi"),
) -> None:
    """Write the descriptions of both APIs, idp.json and relying_party.json. The same program writes the same bytes."""
    with TemporaryDirectory() as scratch:
        described = {"idp.json": _of_provider(Path(scratch)), "relying_party.json": _of_mhrs(Path(scratch))}
    for name, content in described.items():
        file, text = directory / name, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        if check:
            if not file.is_file() or file.read_text("utf-8") != text:
                raise Stop(f"{file} is not up to date; run: esik openapi")
            continue
        directory.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        typer.echo(f"Wrote {file}.")


def _of_provider(scratch: Path) -> dict[str, Any]:
    """The sandbox's description, which holds everything that production offers and the control API."""
    house = create_app(load({}, mode="sandbox", issuer="http://localhost:8000", data_dir=scratch))
    try:
        return house.openapi()
    finally:
        house.state.store.close()


def _of_mhrs(scratch: Path) -> dict[str, Any]:
    asked = subprocess.run(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", _ASK_MHRS, str(scratch / "mhrs.sqlite3")], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise Stop(f"MHRS does not describe itself: {asked.stderr.strip().splitlines()[-1]}")
    described: dict[str, Any] = json.loads(asked.stdout)
    return described
