"""One history for both databases."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, inspect, text

from idp.domain.errors import OutOfService
from idp.store import migrate, purge
from idp.store.engine import parse_url
from idp.store.tables import okp_signing_keys, signing_keys
from tests.store.samples import at_once


def _index(index: Any) -> tuple[object, ...]:
    conditions = sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())
    return index["name"], tuple(index["column_names"]), bool(index["unique"]), tuple(conditions)


def _schema(url: str) -> dict[str, object]:
    engine = create_engine(parse_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        seen = inspect(connection)
        schema: dict[str, object] = {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(name)],
                seen.get_pk_constraint(name),
                sorted(map(str, seen.get_foreign_keys(name))),
                sorted(_index(index) for index in seen.get_indexes(name)),
                sorted(map(str, seen.get_unique_constraints(name))),
                sorted(map(str, seen.get_check_constraints(name))),
            )
            for name in seen.get_table_names()
        }
    engine.dispose()
    return schema


def test_the_migrated_database_is_what_the_program_thinks(own_url: str) -> None:
    """`alembic check`, L-23"""
    migrate.check(own_url)


def test_down_and_up_again_gives_the_same_schema(own_url: str) -> None:
    """L-23"""
    before = _schema(own_url)
    assert len(before) > 10
    migrate.downgrade(own_url, "base")
    assert set(_schema(own_url)) == {"alembic_version"}
    migrate.upgrade(own_url, "0001")
    assert set(_schema(own_url)) < set(before)
    migrate.upgrade(own_url)
    assert _schema(own_url) == before
    migrate.downgrade(own_url, "0003")
    assert set(before) - set(_schema(own_url)) == {
        *("documents", "initial_access_tokens", "okp_signing_keys", "refresh_tokens", "spent"),
    }
    migrate.downgrade(own_url, "0002")
    assert {"authenticators", "enrolments"} < set(before) - set(_schema(own_url))
    migrate.upgrade(own_url)
    assert _schema(own_url) == before


def test_migrating_twice_changes_nothing(own_url: str) -> None:
    before = _schema(own_url)
    migrate.upgrade(own_url)
    assert _schema(own_url) == before


def test_migrating_at_once_is_done_once(own_url: str) -> None:
    """Several replicas that start together."""
    migrate.downgrade(own_url, "base")
    at_once(3, lambda _: migrate.upgrade(own_url))
    migrate.check(own_url)


def test_a_new_file_migrated_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    at_once(4, lambda _: migrate.upgrade(url))
    migrate.check(url)


def test_whether_a_database_is_at_head(own_url: str) -> None:
    """L-35"""
    engine = create_engine(parse_url(own_url), poolclass=NullPool)
    assert migrate.current_revision(engine) == migrate.head_revision()
    migrate.downgrade(own_url, "0001")
    assert migrate.current_revision(engine) == "0001" != migrate.head_revision()
    migrate.downgrade(own_url, "base")
    assert migrate.current_revision(engine) is None
    engine.dispose()


def test_a_migration_that_fails_leaves_no_trace(own_url: str) -> None:
    """L-09, L-23: data definition is transactional on both."""
    migrate.downgrade(own_url, "base")
    engine = create_engine(parse_url(own_url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE throttles (in_the_way INTEGER)"))
    before = set(_schema(own_url))
    with pytest.raises(Exception, match="throttles"):
        migrate.upgrade(own_url)
    assert set(_schema(own_url)) == before
    assert migrate.current_revision(engine) is None
    engine.dispose()


def test_a_database_that_does_not_answer() -> None:
    with pytest.raises(OutOfService):
        migrate.upgrade("postgresql://nobody@127.0.0.1:1/none")


def test_purges_go_by_index() -> None:
    """L-29; of signing keys there are a handful."""
    for instant, _ in purge.KEPT_SECONDS:
        if instant.table in (signing_keys, okp_signing_keys):
            continue
        table = instant.table
        leading = {next(iter(index.columns)) for index in table.indexes}
        assert instant in leading, f"{table}.{instant.name}"
