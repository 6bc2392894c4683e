"""`esik seed`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from idp.cli import prepare
from idp.cli.opened import opened, settings_for
from idp.clock import SystemClock

app = typer.Typer(add_completion=False)


@app.command()
def seed(
    reset: Annotated[
        bool,
        typer.Option("--reset", help="Restore every sample person: password, switches, counters; end their sessions."),
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where the sandbox keeps its files.")] = None,
) -> None:
    """Make the sample people and the registrations of MHRS (sandbox mode only).

    Without --reset it makes what is missing and leaves alone what people changed.
    """
    mode = None if "ESIK_MODE" in os.environ else "sandbox"
    settings = settings_for({"mode": mode, "data_dir": data_dir})
    with opened(settings) as store:
        done = prepare.sample_people(settings, store, SystemClock(), reset=reset)
    typer.echo(f"Sample people made or restored: {done.personas}. Clients registered anew: {done.clients}.")
