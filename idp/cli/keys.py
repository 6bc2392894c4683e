"""`esik keys`."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from idp.cli.opened import opened, require_openable_keys, settings_for
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.protocol.jose import key_life
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.keys import new_key

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def keys() -> None:
    """See, rotate and revoke the keys that sign tokens."""


@app.command("list")
def list_keys() -> None:
    """Show every signing key. Private halves are never shown."""
    table = Table("kid", "algorithm", "state", "made", "published until", box=None)
    with opened(settings_for({})) as store:
        require_openable_keys(store)
        with store.read() as uow:
            for key in uow.keys.every():
                until = "" if key.published_until is None else _day(key.published_until)
                table.add_row(key.kid, key.alg, key.state, _day(key.created_at), until)
    Console().print(table)


@app.command()
def rotate(
    alg: Annotated[str | None, typer.Option(help=f"One of {', '.join(SIGNING)}; without it, each of them.")] = None,
) -> None:
    """Sign with the next key from now on, and prepare another one.

    Nobody is surprised: the next key has been published for ten minutes at least, and the old one stays published for
    a day. An algorithm whose next key must still wait keeps no other one back. A key that was disclosed is not rotated
    but revoked.
    """
    held_back = []
    if alg is not None and alg not in SIGNING:
        raise Stop(f"--alg: choose one of {', '.join(SIGNING)}")
    with opened(settings_for({})) as store:
        require_openable_keys(store)
        for one in SIGNING if alg is None else (alg,):
            now = SystemClock().now()
            fresh = replace(new_key(one, now), state="next")
            try:
                with store.begin() as uow:
                    kid = key_life.rotate(uow, fresh, now)
            except key_life.CannotRotate as reason:
                held_back.append(str(reason))
            else:
                typer.echo(f"{one}: now signing with {kid}")
    if held_back:
        raise Stop("; ".join(held_back))


@app.command(context_settings={"ignore_unknown_options": True})  # a kid may begin with a hyphen
def revoke(kid: Annotated[str, typer.Argument(help="As `esik keys list` shows it.")]) -> None:
    """Forget a key that was disclosed: it is published no longer, and what it signed is refused.

    If it was signing, the next key signs at once. Relying parties follow as soon as they fetch the keys anew.
    """
    with opened(settings_for({})) as store:
        require_openable_keys(store)
        with store.read() as uow:
            found = next((key for key in uow.keys.every() if key.kid == kid), None)
        if found is None:
            raise Stop(f"there is no key {kid}")
        now = SystemClock().now()
        fresh = replace(new_key(found.alg, now), state="next")
        with store.begin() as uow:
            if not key_life.revoke(uow, kid, fresh, now):
                raise Stop(f"there is no key {kid}")
    typer.echo(f"{found.alg}: {kid} is revoked")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")
