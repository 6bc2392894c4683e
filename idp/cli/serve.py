"""`esik serve`."""

import os
import socket
from threading import Event
from typing import Annotated

import typer
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from idp.app import create_app
from idp.cli import prepare, serving
from idp.cli.opened import opened, require_no_personas, require_openable_keys, settings_for
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.settings import Settings, load

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: ESIK_HOST, 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: ESIK_PORT, 8000.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; more than one needs PostgreSQL.")] = 1,
    prepare_first: Annotated[
        bool, typer.Option("--prepare", help="Migrate and seed before serving (sandbox mode only).")
    ] = False,
) -> None:
    """Serve the identity provider.

    Production mode is the default: settings come from ESIK_* variables, and whatever is unsafe stops the start.
    """
    settings = settings_for({"host": host, "port": port})
    if prepare_first and not settings.is_sandbox:
        raise Stop("--prepare belongs to sandbox mode; in production run esik migrate before a release")
    if workers > 1 and settings.is_sqlite:
        raise Stop("--workers: several processes need PostgreSQL; set ESIK_DATABASE_URL=postgresql://…")
    if prepare_first:
        prepare.database(settings)
    check(settings, seed=prepare_first)
    if settings.is_public_sandbox:
        typer.echo(f"esik: WARNING: a sandbox on a public address ({settings.issuer}): anybody can log in.", err=True)
    _run(settings, workers)


def check(settings: Settings, *, seed: bool = False) -> None:
    """Everything that must hold before the first request. Makes the first signing keys. Raises Stop, OutOfService."""
    clock = SystemClock()
    with opened(settings) as store:
        require_openable_keys(store)
        if not settings.is_sandbox:
            require_no_personas(store)
        prepare.signing_keys(store, clock)
        if seed:
            prepare.sample_people(settings, store, clock)


def worker() -> FastAPI:
    """The application of one worker process; its settings come from the environment once more."""
    serving.log_libraries()
    return create_app(load())


def _run(settings: Settings, workers: int) -> None:
    if workers > 1:
        os.environ |= {"ESIK_HOST": settings.host, "ESIK_PORT": str(settings.port)}
        config = serving.config("idp.cli.serve:worker", host=settings.host, port=settings.port, workers=workers)
        Multiprocess(config, [_bound(settings)]).run()
        return
    house = create_app(settings)
    stopping = getattr(house.state, "stopping", None) or Event()
    config = serving.config(house, host=settings.host, port=settings.port)
    serving.Server(config, stopping).run([_bound(settings)])


def _bound(settings: Settings) -> socket.socket:
    """The listening socket. Raises Stop if the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise Stop(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}") from error
    listening.set_inheritable(True)
    return listening
