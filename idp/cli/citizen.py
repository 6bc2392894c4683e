"""`esik citizen`."""

import sys
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from idp.cli.opened import opened, settings_for
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.crypto.hashing import Argon2Hasher
from idp.crypto.secrets import HouseSecrets
from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.citizen import Citizen
from idp.domain.national_id import InvalidNationalId, NationalId
from idp.domain.phone_number import InvalidPhoneNumber, PhoneNumber
from idp.policy.passwords import faults
from idp.sandbox.personas import is_synthetic
from idp.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True)

_IDS = {"ignore_unknown_options": True}
"""An id may begin with a hyphen, and is no option then."""


@app.callback()
def citizen() -> None:
    """Add the people who may log in, see them, close their accounts and open them again."""


@app.command()
def add(
    national_id: Annotated[str, typer.Option(prompt="T.C. Kimlik No", help="Asked for when left out.")],
    given_name: Annotated[str, typer.Option(prompt="Given name")],
    family_name: Annotated[str, typer.Option(prompt="Family name")],
    birthdate: Annotated[str | None, typer.Option(help="YYYY-MM-DD.")] = None,
    phone: Annotated[str | None, typer.Option(help="Turkish mobile number.")] = None,
    verified: Annotated[bool, typer.Option("--verified", help="The phone was verified with identity.")] = False,
    two_step: Annotated[bool, typer.Option("--two-step", help="Switch two-step login on; needs --verified.")] = False,
    first_password: Annotated[
        bool,
        typer.Option("--first-password", help="It opens nothing but the page that changes it, at the first login."),
    ] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of making one.")
    ] = False,
) -> None:
    """Add a citizen. Without --password-stdin a password is made and shown once."""
    settings, now = settings_for({}), SystemClock().now()
    secrets = HouseSecrets(settings.secret_key)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _made(secrets)
    one = Citizen(
        id=secrets.token(),
        national_id=_national_id(settings, national_id),
        given_name=_name(given_name),
        family_name=_name(family_name),
        password_hash=None,
        password_changed_at=now,
        created_at=now,
        birthdate=_birthdate(birthdate),
        phone_number=_phone(phone),
        phone_verified_at=now if verified and phone is not None else None,
        two_step=two_step,
        must_change_password=first_password,
    )
    if two_step and one.verified_phone is None:
        raise Stop("--two-step needs --phone and --verified: codes go only to a verified number")
    broken = faults(password, one, settings.password_policy)
    if broken:
        raise Stop(f"the password breaks the rules: {', '.join(broken)}")
    _store(settings, one, password, now)
    typer.echo(f"citizen:  {one.id}")
    if not password_stdin:
        typer.echo(f"password: {password}")
        typer.echo("Keep the password now: it is not shown again.", err=True)


@app.command("list")
def list_citizens() -> None:
    """Show every citizen. Numbers are masked."""
    table = Table("id", "T.C. Kimlik No", "name", "phone", "two-step", "state", box=None)
    with opened(settings_for({})) as store, store.read() as uow:
        for one in uow.citizens.every():
            phone = "" if one.phone_number is None else one.phone_number.masked
            state = "on" if one.two_step else "off"
            table.add_row(one.id, one.national_id.masked, one.name, phone, state, one.state)
    Console().print(table)


@app.command(context_settings=_IDS)
def disable(citizen_id: Annotated[str, typer.Argument(help="The id that esik citizen list shows.")]) -> None:
    """Close an account: sessions end at once, and nothing that is under way can be finished."""
    now = SystemClock().now()
    with opened(settings_for({})) as store, store.begin() as uow:
        if not uow.citizens.close(citizen_id):
            raise Stop("there is no open account with this id")
        uow.sessions.end_all(citizen_id, now)
        uow.audit.append(AuditRow(now, Event.CITIZEN_CHANGED, True, Origin(), citizen_id=citizen_id, reason="closed"))
    typer.echo("The account is closed.")


@app.command(context_settings=_IDS)
def enable(citizen_id: Annotated[str, typer.Argument(help="The id that esik citizen list shows.")]) -> None:
    """Open a closed account again. What ended when it was closed stays ended."""
    now = SystemClock().now()
    with opened(settings_for({})) as store, store.begin() as uow:
        if not uow.citizens.reopen(citizen_id):
            raise Stop("there is no closed account with this id")
        uow.audit.append(AuditRow(now, Event.CITIZEN_CHANGED, True, Origin(), citizen_id=citizen_id, reason="reopened"))
    typer.echo("The account is open.")


def _store(settings: Settings, one: Citizen, password: str, now: int) -> None:
    hashed = replace(one, password_hash=Argon2Hasher().hash(password))
    with opened(settings) as store, store.begin() as uow:
        if not uow.citizens.add(hashed):
            raise Stop("there is a citizen with this number already")
        uow.audit.append(AuditRow(now, Event.CITIZEN_CHANGED, True, Origin(), citizen_id=one.id, reason="added"))


def _made(secrets: HouseSecrets) -> str:
    """A random password that both policies accept: four groups, some 140 bits."""
    groups = (secrets.token()[:6] for _ in range(4))
    return f"Aa1-{'-'.join(groups)}"


def _national_id(settings: Settings, text: str) -> NationalId:
    try:
        number = NationalId.parse(text)
    except InvalidNationalId as error:
        raise Stop(f"not a T.C. kimlik number: wrong {error.fault}") from error
    if settings.is_sandbox and not is_synthetic(number):
        raise Stop("a sandbox takes only made-up numbers, which begin with 9876543")
    return number


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise Stop("names are printable and not empty")
    return text.strip()


def _birthdate(text: str | None) -> str | None:
    try:
        return None if text is None else date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Stop("--birthdate is written YYYY-MM-DD") from error


def _phone(text: str | None) -> PhoneNumber | None:
    try:
        return None if text is None else PhoneNumber.parse(text)
    except InvalidPhoneNumber as error:
        raise Stop("--phone is not a Turkish mobile number") from error
