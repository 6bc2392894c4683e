"""Bringing a house to the state in which it can serve: schema, keys, sample people."""

from collections.abc import Mapping
from pathlib import Path

from idp import key_files, key_rotation
from idp.cli.opened import sqlite_file
from idp.cli.stop import Stop
from idp.clock import Clock
from idp.crypto.hashing import Argon2Hasher
from idp.crypto.secrets import HouseSecrets
from idp.sandbox.relying_parties import CLIENT_IDS
from idp.sandbox.seeding import Plan, Seeded, UnfitPersonaPassword, seed
from idp.settings import Settings, UnsafeSettings
from idp.store import migrate
from idp.store.store import Store


def database(settings: Settings) -> None:
    """Bring the database to this version's schema; makes an SQLite file and its directory. Raises Stop."""
    file = sqlite_file(settings)
    try:
        if file is not None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate.upgrade(settings.database_url)
    except migrate.NewerDatabase as error:
        raise Stop(
            "the database belongs to a newer version of Eşik; install that version, or use another one"
        ) from error
    except OSError as error:
        raise Stop(f"the database file cannot be made: {error.strerror} ({file})") from error


def signing_keys(store: Store, clock: Clock) -> None:
    """See to it that every algorithm has an active key and a next one, made now if there is none."""
    key_rotation.make_missing(store.begin, clock)


def sample_people(settings: Settings, store: Store, clock: Clock, *, reset: bool = False) -> Seeded:
    """Seed the sandbox. Raises Stop outside of it, and for a persona password that breaks the rules."""
    if not settings.is_sandbox:
        raise Stop("sample people belong to sandbox mode; set ESIK_MODE=sandbox")
    plan = Plan(
        persona_password=settings.persona_password,
        password_policy=settings.password_policy,
        mhrs_url=settings.mhrs_url,
        client_secrets=client_secrets(settings.data_dir),
    )
    try:
        return seed(store, Argon2Hasher(), HouseSecrets(settings.secret_key), plan, clock.now(), reset=reset)
    except UnfitPersonaPassword as error:
        raise Stop(f"ESIK_PERSONA_PASSWORD breaks the password rules: {error}") from error


def client_secrets(directory: Path) -> Mapping[str, str]:
    """The secrets of MHRS's registrations by client id: made once, 0600, in the data directory."""
    try:
        return {one: key_files.made_once(directory, f"{one.replace('-', '_')}_client_secret") for one in CLIENT_IDS}
    except key_files.UnusableKey as error:
        raise UnsafeSettings(f"the client secret {error}") from error
