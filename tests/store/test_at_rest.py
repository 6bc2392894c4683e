"""E04: what somebody finds who has the database, but not the keys from the settings."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from idp.crypto.sealing import CannotOpen, Sealer
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from idp.domain.signing_key import SigningKey
from idp.domain.throttle import Count, Quota, Streak
from idp.store import tables
from idp.store.store import Store
from tests.databases import open_store
from tests.store.samples import ENROLMENT, NOW, TOTP, furnish

CANARIES = (
    *("CANARY-MESSAGE-TEXT", "918273", "CANARY-PRIVATE-KEY", "CANARY-COUNTED-VALUE"),
    *("CANARYSEED", "CANARYENROLLEDSEED"),
)
TO = "+905000000001"


def _fill(store: Store) -> None:
    text, code, private, counted, seed, enrolled = CANARIES
    furnish(store)
    with store.begin() as work:
        work.authenticators.add(TOTP, seed)
        work.enrolments.insert(replace(ENROLMENT, method=Method.TOTP, secret=enrolled))
        work.outbox.put(Message(Channel.SMS, TO, f"{text} {code}", code, NOW, NOW + 180))
        work.keys.add(SigningKey("kid", "ES256", "active", f'{{"d":"{private}"}}', NOW))
        work.throttles.reserve((Count(Streak("s", (0, 0)), counted), Count(Quota("q", 3, 60), counted)), NOW)


def test_a_dump_holds_no_secret(store: Store) -> None:
    _fill(store)
    with store.engine.connect() as connection:
        dump = repr([connection.execute(select(table)).all() for table in tables.metadata.sorted_tables])
    assert TO in dump, "the dump is one"
    assert [canary for canary in CANARIES if canary in dump] == []


def test_the_files_hold_no_secret(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    _fill(store)
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("esik.db*"))
    store.close()
    raw += b"".join(file.read_bytes() for file in tmp_path.glob("esik.db*"))
    assert TO.encode() in raw
    assert [canary for canary in CANARIES if canary.encode() in raw] == []


def test_a_sealed_value_opens_in_its_own_row_only(store: Store) -> None:
    _fill(store)
    with store.begin() as work:
        work.outbox.put(Message(Channel.SMS, TO, "another", None, NOW, NOW + 180))
    with store.engine.begin() as connection:
        payloads = connection.execute(select(tables.outbox.c.payload)).scalars().all()
        connection.execute(
            update(tables.outbox).where(tables.outbox.c.payload == payloads[1]).values(payload=payloads[0])
        )
    with pytest.raises(CannotOpen), store.read() as work:
        work.outbox.inbox(TO)


def test_a_seed_that_is_put_into_another_row_does_not_open(store: Store) -> None:
    """E04: who writes to the database cannot give somebody else a seed that he knows."""
    _fill(store)
    with store.begin() as work:
        work.authenticators.add(replace(TOTP, id="cans", citizen_id="can"), "another")
    with store.engine.begin() as connection:
        known = connection.execute(select(tables.authenticators.c.secret).where(tables.authenticators.c.id == "cans"))
        connection.execute(update(tables.authenticators).values(secret=known.scalar_one()))
        connection.execute(update(tables.enrolments).values(secret="v1.test.AAAA"))
    with store.read() as work:
        assert work.authenticators.secret_of("cans") == "another"
        with pytest.raises(CannotOpen):
            work.authenticators.secret_of(TOTP.id)
        with pytest.raises(CannotOpen):
            work.enrolments.by_id(ENROLMENT.id)


def test_another_key_opens_nothing(store: Store, database_url: str) -> None:
    _fill(store)
    stranger = Store.connect(database_url, sealer=Sealer(b"z" * 32, "test"), mac=lambda *_: "", durable=False)
    with pytest.raises(CannotOpen), stranger.read() as work:
        work.keys.published(NOW)
    with pytest.raises(CannotOpen), stranger.read() as work:
        work.authenticators.secret_of(TOTP.id)
    stranger.close()
