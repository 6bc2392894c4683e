"""The data file: one that an older MHRS wrote is taken over, one that a newer wrote is left alone."""

import sqlite3
from contextlib import closing

import pytest

from relying_party_demo.store import SCHEMA_VERSION, Store

FIRST_LOGIN_TABLE = """
CREATE TABLE login (
    id TEXT PRIMARY KEY, state_hash TEXT NOT NULL UNIQUE, browser_hash TEXT NOT NULL, nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL, insisted INTEGER NOT NULL, return_to TEXT NOT NULL, expires_at INTEGER NOT NULL,
    used_at INTEGER, outcome TEXT
) STRICT
"""

WITHOUT_LOGOUTS = (
    "DROP TABLE logout",
    "DROP INDEX session_sid",
    "DROP INDEX session_subject",
    "ALTER TABLE session DROP COLUMN sid",
    "ALTER TABLE session DROP COLUMN ended_at",
)


@pytest.fixture
def booked(browser, app):
    """The file after a citizen logged in and booked."""
    browser.log_in()
    browser.book(browser.first_slots()[0])
    return app.state.services.settings.database


def change(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_file_keeps_sessions_and_appointments(booked, browser, make_app, make_browser, version):
    change(booked, *WITHOUT_LOGOUTS, f"PRAGMA user_version = {version}")
    if version == 1:
        change(booked, "DROP TABLE login", FIRST_LOGIN_TABLE)
    later = make_browser(make_app())
    later.http.cookies.update(browser.http.cookies)
    assert 'data-testid="mhrs-appointment"' in later.get("/randevularim").text
    assert "mhrs-panel" in make_browser(make_app()).log_in().text


def test_a_file_of_a_newer_version_is_not_touched(booked):
    change(booked, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = booked.read_bytes()
    with pytest.raises(RuntimeError, match="another version"):
        Store(booked)
    assert booked.read_bytes() == before
