"""`esik migrate`."""

import typer

from idp.cli import prepare
from idp.cli.opened import settings_for
from idp.store import migrate as history

app = typer.Typer(add_completion=False)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version.

    Safe to repeat, and safe to run from several places at once: they wait for each other.
    """
    settings = settings_for({})
    prepare.database(settings)
    typer.echo(f"The database is at revision {history.head_revision()}.")
