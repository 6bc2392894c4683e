"""`esik doctor`."""

from collections.abc import Callable

import typer

from idp.cli.opened import opened, require_no_personas, require_openable_keys, settings_for, sqlite_file
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.crypto.sealing import CannotOpen
from idp.domain.errors import OutOfService
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.keys import is_sound
from idp.settings import Settings
from idp.store.store import Store

app = typer.Typer(add_completion=False)

_EARLIEST = 1_760_000_000  # this program did not exist before October 2025
_SKEW = 60


@app.command()
def doctor() -> None:
    """Check settings, database, keys, clock and audit, and say what to do about what is wrong."""
    settings = settings_for({})
    typer.echo(f"ok    settings: {settings.mode} mode, {settings.issuer}")
    with opened(settings) as store:
        typer.echo("ok    database: answers, and has this version's schema")
        failed = [name for name, look in _CHECKS.items() if not _passes(name, look, settings, store)]
    if failed:
        raise Stop(f"not healthy: {', '.join(failed)}")


def _passes(name: str, look: Callable[[Settings, Store], str], settings: Settings, store: Store) -> bool:
    try:
        typer.echo(f"ok    {name}: {look(settings, store)}")
    except (Stop, OutOfService, CannotOpen) as error:
        typer.echo(f"FAIL  {name}: {error}")
        return False
    return True


def _files(settings: Settings, _: Store) -> str:
    file = sqlite_file(settings)
    if file is None:
        return "none of ours hold data"
    if file.stat().st_mode & 0o077:
        raise Stop(f"{file} can be read by others; run: chmod 600 {file}")
    return f"{file} is for its owner only"


def _keys(_: Settings, store: Store) -> str:
    require_openable_keys(store)
    with store.read() as uow:
        keys = uow.keys.every()
    active = {key.alg for key in keys if key.state == "active"}
    missing = [alg for alg in SIGNING if alg not in active]
    if missing:
        raise Stop(f"none to sign {', '.join(missing)} with; the next start of esik serve makes them")
    broken = [key.kid for key in keys if not is_sound(key)]
    if broken:
        raise Stop(f"what these sign does not verify: {', '.join(broken)}; run: esik keys revoke")
    return f"open, sound, and sign {', '.join(SIGNING)}"


def _clock(_: Settings, store: Store) -> str:
    now = SystemClock().now()
    with store.read() as uow:
        youngest = max((key.created_at for key in uow.keys.every()), default=_EARLIEST)
    if now + _SKEW < youngest:
        raise Stop(f"this machine's clock is {youngest - now} s behind what the database has seen")
    return "not behind what the database has seen"


def _audit(_: Settings, store: Store) -> str:
    with store.read() as uow:
        broken = uow.audit.verify_chain()
    if broken is not None:
        raise Stop(f"the chain is broken: {broken.fault} at link {broken.number}, row {broken.audit_id}")
    return "the chain holds"


def _people(settings: Settings, store: Store) -> str:
    if settings.is_sandbox:
        return "a sandbox: everybody in it is made up"
    require_no_personas(store)
    return "no sample people"


_CHECKS: dict[str, Callable[[Settings, Store], str]] = {
    "files": _files,
    "keys": _keys,
    "clock": _clock,
    "audit": _audit,
    "people": _people,
}
