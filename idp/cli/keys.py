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
from idp.domain.audit import AuditRow, Event, Origin
from idp.protocol.algorithms import SIGNING
from idp.protocol.keys import new_key
from idp.store.store import Store

app = typer.Typer(no_args_is_help=True)

_STAYS_PUBLISHED = 86_400
"""Seconds that a retired key stays in the JWKS: far longer than any token and any cache lives (L-20)."""


@app.callback()
def keys() -> None:
    """See and rotate the keys that sign tokens."""


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
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Stop publishing the old key at once: it was disclosed. Tokens it signed fail."),
    ] = False,
) -> None:
    """Sign with the next key from now on, and prepare another one.

    The next key has been published all along, so nobody is surprised. The old one stays published for a day.
    """
    if alg is not None and alg not in SIGNING:
        raise Stop(f"--alg: choose one of {', '.join(SIGNING)}")
    with opened(settings_for({})) as store:
        require_openable_keys(store)
        for one in SIGNING if alg is None else (alg,):
            typer.echo(f"{one}: now signing with {_rotate(store, one, forget=forget)}")


def _rotate(store: Store, alg: str, *, forget: bool) -> str:
    now = SystemClock().now()
    fresh = replace(new_key(alg, now), state="next")
    with store.begin() as uow:
        present = {key.state: key for key in uow.keys.every() if key.alg == alg and key.state != "retired"}
        if present.keys() != {"active", "next"}:
            raise Stop(f"there is no {alg} key to rotate yet; the first start of esik serve makes it")
        until = now if forget else now + _STAYS_PUBLISHED
        if not uow.keys.rotate(present["active"].kid, fresh, until):
            raise Stop(f"somebody else rotated the {alg} key just now")
        uow.audit.append(AuditRow(now, Event.KEY_ROTATED, True, Origin(), reason=f"{alg} rotated"))
    return present["next"].kid


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")
