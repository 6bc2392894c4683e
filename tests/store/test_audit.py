"""The audit and its chain: security.md §6.6, E08."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from idp.domain.audit import AuditRow, Event, Origin
from idp.journey.ports import Begin
from idp.store import tables
from idp.store.audit_chain import SETTLED_SECONDS, Break, Fault
from idp.store.store import Store
from tests.store.samples import NOW

ROW = AuditRow(
    at=NOW,
    event=Event.LOGIN_FINISHED,
    ok=True,
    origin=Origin("192.0.2.1", "Firefox", "request-1"),
    citizen_id="ada",
    client_id="mhrs",
    login_id="login-1",
    session_id="session-1",
    method="password sms",
    reason="two_step",
)


def _append(store: Store, *rows: AuditRow) -> None:
    with store.begin() as work:
        for row in rows:
            work.audit.append(row)


def _seal(store: Store, now: int = NOW) -> int:
    with store.begin() as work:
        return work.audit.seal(now)


def _first_break(store: Store) -> Break | None:
    with store.read() as work:
        return work.audit.verify_chain()


@pytest.fixture
def sealed(store: Store) -> tuple[Store, list[int]]:
    """A store with five sealed rows, and their ids."""
    _append(store, *(replace(ROW, at=NOW + number, reason=f"r{number}") for number in range(5)))
    assert _seal(store, NOW + 4) == 5
    with store.engine.connect() as connection:
        return store, list(connection.execute(select(tables.audit.c.id).order_by(tables.audit.c.id)).scalars())


def test_citizens_see_their_own_logins_newest_first(store: Store) -> None:
    """R-81"""
    refused = replace(ROW, at=NOW + 1, event=Event.PASSWORD_REFUSED, ok=False, reason="wrong_password")
    _append(
        store,
        ROW,
        refused,
        replace(ROW, citizen_id="can"),
        replace(ROW, event=Event.CODE_REDEEMED),
        AuditRow(NOW, Event.LOGIN_BEGUN, True, Origin()),
    )
    with store.read() as work:
        assert work.audit.of_citizen("ada", 10) == (refused, ROW)
        assert work.audit.of_citizen("ada", 1) == (refused,)


@pytest.mark.parametrize(
    "event",
    [
        *(Event.PASSWORD_CHANGED, Event.PHONE_CHANGED, Event.TWO_STEP_ENABLED, Event.TWO_STEP_DISABLED),
        *(Event.AUTHENTICATOR_ADDED, Event.AUTHENTICATOR_RENAMED, Event.AUTHENTICATOR_REMOVED),
        *(Event.AUTHENTICATOR_PREFERRED, Event.BACKUP_CODES_MADE, Event.CONSENT_REVOKED, Event.APPROVAL_DENIED),
        *(Event.FACTOR_PAUSED, Event.ALARM_RAISED, Event.RECOVERY_BEGUN),
    ],
)
def test_citizens_see_what_was_changed_in_their_account(begin: Begin, event: Event) -> None:
    """R-81"""
    changed = replace(ROW, event=event)
    with begin() as work:
        for row in (changed, replace(changed, citizen_id="can"), replace(ROW, event=Event.PASSWORD_PROVED)):
            work.audit.append(row)
        assert work.audit.of_citizen("ada", 10) == (changed,)


def test_what_strangers_send_is_stored_as_far_as_it_can_be(store: Store) -> None:
    """B06, E02: a request that is refused for its garbage can still be audited."""
    hostile = "\0\ud800" + "x" * 5000
    _append(
        store, replace(ROW, client_id=hostile, origin=Origin(hostile, hostile, hostile), reason=hostile, method=hostile)
    )
    with store.read() as work:
        (row,) = work.audit.of_citizen("ada", 1)
    kept = "\ufffd\ufffd" + "x" * 398
    assert row == replace(ROW, client_id=kept, origin=Origin(kept, kept, kept), reason=kept, method=kept)


def test_an_untouched_audit_has_no_break(sealed: tuple[Store, list[int]]) -> None:
    store, _ = sealed
    assert _first_break(store) is None
    _append(store, ROW)
    assert _first_break(store) is None, "what is not sealed yet is no break"
    assert _seal(store) == 1
    assert _seal(store) == 0
    assert _first_break(store) is None


def test_sealing_goes_on_where_it_stopped(store: Store) -> None:
    _append(store, *(replace(ROW, reason=str(number)) for number in range(5)))
    with store.begin() as work:
        assert [work.audit.seal(NOW, most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert _first_break(store) is None


def test_a_long_chain_is_walked_to_its_end(store: Store) -> None:
    _append(store, *(replace(ROW, reason=str(number)) for number in range(1002)))
    with store.begin() as work:
        assert work.audit.seal(NOW, most=2000) == 1002
        assert work.audit.verify_chain() is None
    with store.engine.begin() as connection:
        connection.execute(update(tables.audit).where(tables.audit.c.reason == "1001").values(reason=""))
    found = _first_break(store)
    assert found is not None
    assert (found.fault, found.number) == (Fault.ALTERED, 1002)


@pytest.mark.parametrize(
    "change",
    [{"at": 1}, {"event": "login.begun"}, {"ok": False}, {"citizen_id": None}, {"ip": ""}, {"reason": "r3"}],
    ids=lambda change: str(*change),
)
def test_an_altered_row_is_named(sealed: tuple[Store, list[int]], change: dict[str, object]) -> None:
    """E08"""
    store, ids = sealed
    with store.engine.begin() as connection:
        connection.execute(update(tables.audit).where(tables.audit.c.id == ids[2]).values(change))
    assert _first_break(store) == Break(Fault.ALTERED, 3, ids[2])


def test_a_deleted_row_is_named(sealed: tuple[Store, list[int]]) -> None:
    """E08"""
    store, ids = sealed
    with store.engine.begin() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.id == ids[1]))
    assert _first_break(store) == Break(Fault.DELETED, 2, ids[1])


@pytest.mark.parametrize("last", [False, True])
def test_a_row_deleted_with_its_link_is_named(sealed: tuple[Store, list[int]], last: bool) -> None:
    """E08: the numbers of the links have no gap, and the head knows the last one."""
    store, ids = sealed
    victim, number = (ids[4], 5) if last else (ids[1], 2)
    with store.engine.begin() as connection:
        connection.execute(delete(tables.audit_chain).where(tables.audit_chain.c.audit_id == victim))
        connection.execute(delete(tables.audit).where(tables.audit.c.id == victim))
    assert _first_break(store) == Break(Fault.LINK_DELETED, number, None)


def test_reordered_rows_are_named(sealed: tuple[Store, list[int]]) -> None:
    """E08: rows that change places, and links that do."""
    store, ids = sealed
    chain = tables.audit_chain
    with store.engine.begin() as connection:
        for number, new in ((2, 99), (4, 2), (99, 4)):
            connection.execute(update(chain).where(chain.c.number == number).values(number=new))
    assert _first_break(store) == Break(Fault.ALTERED, 2, ids[3])
    with store.engine.begin() as connection:
        for number, new in ((2, 99), (4, 2), (99, 4)):
            connection.execute(update(chain).where(chain.c.number == number).values(number=new))
    assert _first_break(store) is None
    with store.engine.begin() as connection:
        for audit_id, new in ((ids[0], 10**6), (ids[1], ids[0]), (10**6, ids[1])):
            connection.execute(update(tables.audit).where(tables.audit.c.id == audit_id).values(id=new))
    assert _first_break(store) == Break(Fault.ALTERED, 1, ids[0])


def test_a_row_put_in_afterwards_is_named(sealed: tuple[Store, list[int]]) -> None:
    """E08: what is old and has no link was never there."""
    store, ids = sealed
    _append(store, replace(ROW, at=NOW + 10_000))
    assert _seal(store, NOW + 10_000) == 1
    forged = {"at": NOW, "event": "login.finished", "ok": True, "ip": "", "user_agent": "", "request_id": ""}
    with store.engine.begin() as connection:
        connection.execute(insert(tables.audit).values(id=ids[0] - 1, **forged))
    assert _first_break(store) == Break(Fault.INSERTED, None, ids[0] - 1)
    assert _seal(store, NOW + 10_000) == 0, "the job does not launder it"


def test_a_row_that_is_committed_late_is_sealed_too(postgresql_store: Store) -> None:
    """Rows get their numbers before their transactions commit; on PostgreSQL those overtake each other."""
    store = postgresql_store
    with store.begin() as slow:
        slow.audit.append(replace(ROW, reason="late"))
        _append(store, replace(ROW, reason="early"))
        assert _seal(store, NOW + SETTLED_SECONDS - 1) == 1
    assert _seal(store, NOW + SETTLED_SECONDS - 1) == 1
    assert _first_break(store) is None


def test_only_one_job_seals_at_a_time(postgresql_store: Store) -> None:
    """SQLite has one writer at a time anyway."""
    store = postgresql_store
    _append(store, ROW)
    with store.begin() as first:
        assert first.audit.seal(NOW) == 1
        assert _seal(store) == 0
    assert _first_break(store) is None
