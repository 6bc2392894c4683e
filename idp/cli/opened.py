"""Settings, store, and what must hold before a command may touch them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from idp.app import connect
from idp.cli.stop import Stop
from idp.crypto.sealing import CannotOpen
from idp.domain.errors import OutOfService
from idp.sandbox.personas import PERSONAS
from idp.settings import Settings, load
from idp.store import migrate
from idp.store.engine import parse_url
from idp.store.store import Store


def settings_for(command_line: dict[str, Any]) -> Settings:
    """The settings, with what the command line gave before what the environment says. Raises UnsafeSettings."""
    return load(**{name: value for name, value in command_line.items() if value is not None})


def sqlite_file(settings: Settings) -> Path | None:
    """The database file; None on PostgreSQL. Raises Stop for a URL that is neither."""
    try:
        url = parse_url(settings.database_url)
    except ValueError as error:
        raise Stop(f"ESIK_DATABASE_URL: {error}") from error
    return Path(url.database or "") if settings.is_sqlite else None


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The migrated store of these settings, closed afterwards. Raises Stop, OutOfService."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        raise Stop("the database does not exist yet; run: esik migrate")
    store = connect(settings)
    try:
        require_head(store)
        yield store
    finally:
        store.close()


def require_head(store: Store) -> None:
    """Raises Stop unless the database has exactly the schema of this version."""
    try:
        current = migrate.current_revision(store.engine)
    except OutOfService as error:
        raise Stop(f"the database does not answer: {error}") from error
    if current != migrate.head_revision():
        raise Stop(f"the database is at revision {current or 'none'}, not {migrate.head_revision()}; run: esik migrate")


def require_openable_keys(store: Store) -> None:
    """Raises Stop if the signing keys were sealed under another encryption key."""
    try:
        with store.read() as uow:
            uow.keys.every()
    except CannotOpen as error:
        raise Stop("ESIK_ENCRYPTION_KEY is not the key that this database was sealed with") from error


def require_no_personas(store: Store) -> None:
    """Raises Stop if sample people, whose password everybody knows, could log in."""
    with store.read() as uow:
        found = [uow.citizens.by_national_id(persona.national_id) for persona in PERSONAS]
    if any(citizen is not None and citizen.is_active for citizen in found):
        raise Stop("the database holds sample people with a public password; production mode needs one of its own")
