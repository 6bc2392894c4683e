"""L-23: a database that the former version filled. Its logins go on, and nothing of anybody is lost."""

from contextlib import closing
from dataclasses import replace
from typing import Any

from sqlalchemy import MetaData, NullPool, create_engine, insert, select

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client_metadata import ClientMetadata
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.login import Login, Requirement
from idp.store import migrate
from idp.store.engine import parse_url
from tests.databases import open_store
from tests.store.rows_of_0002 import ROWS_OF_0002
from tests.store.samples import CHALLENGE, CITIZEN, CLIENT, GRANT, NOW, SESSION

_LOGIN = Login(
    id="login-1",
    browser_hash="b",
    purpose=AuthorizationRequest("mhrs", "https://mhrs.test/cb", ("openid",), state="s"),
    requirement=Requirement(Level.TWO_STEP, max_age=60),
    created_at=NOW,
    expires_at=NOW + 600,
    citizen_id="ada",
)
_CLIENT = replace(CLIENT, resources=(), metadata=ClientMetadata(), registration_token_hash=None)
_GRANT = replace(GRANT, resource=(), expires_at=GRANT.code_expires_at + 600)
_MADE_BY_THE_MIGRATION = {"audit_head", "revisions"}


def _as_the_former_version_left_it(url: str) -> dict[str, list[dict[str, Any]]]:
    """One row in each table at 0002; everything that the database holds then."""
    migrate.downgrade(url, "0002")
    _insert(url, *ROWS_OF_0002)
    held = _everything(url)
    assert set(held) - _MADE_BY_THE_MIGRATION == set(ROWS_OF_0002)
    return held


def _insert(url: str, *names: str) -> None:
    engine = create_engine(parse_url(url), poolclass=NullPool)
    schema = MetaData()
    with engine.begin() as connection:
        schema.reflect(connection)
        for name in names:
            connection.execute(insert(schema.tables[name]).values(ROWS_OF_0002[name]))
    engine.dispose()


def _everything(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = create_engine(parse_url(url), poolclass=NullPool)
    schema = MetaData()
    with engine.connect() as connection:
        schema.reflect(connection)
        held = {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in schema.tables.items()
            if name != "alembic_version"
        }
    engine.dispose()
    return held


def test_every_row_of_every_table_stays_as_it_was(own_url: str) -> None:
    held = _as_the_former_version_left_it(own_url)
    migrate.upgrade(own_url)
    migrate.check(own_url)
    found = _everything(own_url)
    for name, rows in held.items():
        assert [{column: row[column] for column in rows[0]} for row in found[name]] == rows


def test_the_records_are_read_and_a_login_goes_on(own_url: str) -> None:
    _as_the_former_version_left_it(own_url)
    migrate.upgrade(own_url)
    with closing(open_store(own_url)) as store, store.begin() as work:
        assert work.citizens.by_id("ada") == CITIZEN
        assert work.clients.by_id("mhrs") == _CLIENT
        assert work.sessions.by_id("session-1") == SESSION
        assert work.grants.by_code(GRANT.code_hash) == _GRANT
        assert work.consents.given("ada", "mhrs") == {"openid"}
        assert work.logins.by_id("login-1", "b") == _LOGIN
        assert work.challenges.current("login-1", Method.SMS) == CHALLENGE
        assert work.challenges.consume(CHALLENGE.id, code_mac=CHALLENGE.code_mac, citizen_id="ada", now=NOW)
        assert work.logins.save(_LOGIN)


def test_going_back_keeps_what_the_former_version_knows(own_url: str) -> None:
    held = _as_the_former_version_left_it(own_url)
    migrate.upgrade(own_url)
    migrate.downgrade(own_url, "0002")
    assert _everything(own_url) == held


def test_a_row_that_the_former_version_writes_meanwhile_is_read(own_url: str) -> None:
    """Expand before the release: a node of the former version still inserts without the new columns."""
    _insert(own_url, "citizens", "clients", "logins", "challenges")
    with closing(open_store(own_url)) as store, store.begin() as work:
        assert work.citizens.by_id("ada") == CITIZEN
        assert work.logins.by_id("login-1", "b") == _LOGIN
        assert work.challenges.current("login-1", Method.SMS) == CHALLENGE
