"""`esik client token`: an initial access token, for a relying party that is to register itself (RFC 7591 §3)."""

from typing import Annotated

import typer

from idp.cli.opened import opened, settings_for
from idp.clock import SystemClock
from idp.crypto.secrets import HouseSecrets, sha256_hex
from idp.domain.audit import AuditRow, Event, Origin
from idp.protocol.issuer import Registration


def token(
    uses: Annotated[int, typer.Option(min=1, max=1000, help="How many clients it may register.")] = 1,
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="How long it is good for.")] = 24,
    note: Annotated[str, typer.Option(help="Whom it is for.")] = "",
) -> None:
    """Make an initial access token. It is shown once and never again."""
    settings, now = settings_for({}), SystemClock().now()
    made = HouseSecrets(settings.secret_key).token()
    with opened(settings) as store, store.begin() as uow:
        uow.initial_access_tokens.insert(sha256_hex(made), note=note, uses=uses, now=now, expires_at=now + hours * 3600)
        uow.audit.append(AuditRow(now, Event.REGISTRATION_ALLOWED, True, Origin()))
    typer.echo(made)
    if settings.registration is not Registration.TOKEN:
        typer.echo(f"ESIK_REGISTRATION is {settings.registration}: nobody is asked for it.", err=True)
    typer.echo("Keep the token now: it is not shown again.", err=True)
