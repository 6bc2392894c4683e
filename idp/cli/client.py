"""`esik client`."""

import json

import typer
from rich.console import Console
from rich.table import Table

from idp.cli.client_add import add
from idp.cli.client_token import token
from idp.cli.floor import Floor
from idp.cli.opened import opened, settings_for
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.domain.audit import AuditRow, Event, Origin
from idp.protocol.registration.document import document

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def client() -> None:
    """Register relying parties, see them, switch them off."""


app.command()(add)
app.command()(token)


@app.command("list")
def list_clients() -> None:
    """Show every client. Secrets are never shown."""
    table = Table(box=None)
    for heading in ("client_id", "name", "floor", "PKCE", "sub", "ID token", "state"):
        table.add_column(heading, no_wrap=heading != "name")
    with opened(settings_for({})) as store, store.read() as uow:
        for one in uow.clients.every():
            state = "disabled" if one.disabled else "active"
            lowest = Floor.of(one.minimum_level)
            table.add_row(one.client_id, one.name, lowest, one.pkce, one.subject_type, one.id_token_alg, state)
    Console().print(table)


@app.command()
def show(client_id: str) -> None:
    """Show all that is registered of a client, as JSON: its metadata, and what only an operator decides."""
    with opened(settings_for({})) as store, store.read() as uow:
        one = uow.clients.by_id(client_id)
    if one is None:
        raise Stop(f"there is no client {client_id}")
    operators = {
        "minimum_level": one.minimum_level.acr,
        "pkce": one.pkce,
        "consent": one.consent,
        "sector": one.sector,
        "resources": one.resources,
        "return_origins": one.return_origins,
        "registered_itself": one.registration_token_hash is not None,
        "disabled": one.disabled,
    }
    shown = {"client_id": one.client_id, "client_id_issued_at": one.created_at, **document(one), "operator": operators}
    typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))


@app.command()
def disable(client_id: str) -> None:
    """Switch a client off. All it was granted is revoked, and logins that are under way fail at their next step."""
    _switch(client_id, on=False)


@app.command()
def enable(client_id: str) -> None:
    """Switch a client on again. What was granted to it before stays revoked: citizens log in anew."""
    _switch(client_id, on=True)


def _switch(client_id: str, *, on: bool) -> None:
    now, before, after = SystemClock().now(), *(("disabled", "enabled") if on else ("active", "disabled"))
    with opened(settings_for({})) as store, store.begin() as uow:
        if not (uow.clients.enable if on else uow.clients.disable)(client_id, now):
            raise Stop(f"there is no {before} client {client_id}")
        uow.audit.append(AuditRow(now, Event.CLIENT_CHANGED, True, Origin(), client_id=client_id, reason=after))
    typer.echo(f"{client_id} is {after}.")


@app.command()
def floor(client_id: str, minimum_level: Floor) -> None:
    """Set the level below which nobody is let in, whatever a request says.

    Weaker logins of before get no new tokens, and are sent to log in again where they show their old ones.
    """
    now = SystemClock().now()
    with opened(settings_for({})) as store, store.begin() as uow:
        if not uow.clients.set_floor(client_id, minimum_level.level):
            raise Stop(f"there is no client {client_id} with another floor than {minimum_level}")
        reason = f"floor {minimum_level}"
        uow.audit.append(AuditRow(now, Event.CLIENT_CHANGED, True, Origin(), client_id=client_id, reason=reason))
    typer.echo(f"The floor of {client_id} is {minimum_level}.")


@app.command()
def remove(client_id: str) -> None:
    """Remove a client with all that it was given: its grants and tokens are dead at once."""
    now = SystemClock().now()
    with opened(settings_for({})) as store, store.begin() as uow:
        if not uow.clients.remove(client_id):
            raise Stop(f"there is no client {client_id}")
        uow.audit.append(AuditRow(now, Event.CLIENT_REMOVED, True, Origin(), client_id=client_id))
    typer.echo(f"{client_id} is removed.")
