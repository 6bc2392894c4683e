from dataclasses import replace

from idp.store.store import Store
from tests.store.samples import GRANT, NOW, PROOF, SESSION


def test_a_session_comes_back_by_handle_and_id(furnished: Store) -> None:
    with furnished.read() as work:
        assert work.sessions.by_handle(SESSION.handle_hash) == SESSION
        assert work.sessions.by_id("session-1") == SESSION
        assert work.sessions.by_handle("x") is None


def test_renewal_replaces_the_handle_and_keeps_the_sid(furnished: Store) -> None:
    """C01, R-70: the old handle is dead at once."""
    stepped_up = replace(SESSION, handle_hash="new", evidence=(PROOF,), last_seen_at=NOW + 9, expires_at=NOW + 99)
    with furnished.begin() as work:
        assert work.sessions.renew(stepped_up, SESSION.handle_hash)
        assert work.sessions.by_handle(SESSION.handle_hash) is None
        assert work.sessions.by_handle("new") == stepped_up
        assert not work.sessions.renew(replace(stepped_up, handle_hash="newer"), SESSION.handle_hash)


def test_a_session_never_changes_its_citizen(furnished: Store) -> None:
    """A15"""
    with furnished.begin() as work:
        assert not work.sessions.renew(replace(SESSION, citizen_id="can"), SESSION.handle_hash)


def test_an_ended_session_is_gone_and_cannot_be_renewed(furnished: Store) -> None:
    """C09"""
    with furnished.begin() as work:
        assert not work.sessions.end("session-1", "can", NOW), "another citizen's"
        assert work.sessions.end("session-1", "ada", NOW + 1)
        assert not work.sessions.end("session-1", "ada", NOW + 2)
        assert work.sessions.by_handle(SESSION.handle_hash) is None
        assert work.sessions.by_id("session-1") == replace(SESSION, ended_at=NOW + 1)
        assert not work.sessions.renew(SESSION, SESSION.handle_hash)
        work.sessions.touch("session-1", NOW + 5)
        assert work.sessions.by_id("session-1") == replace(SESSION, ended_at=NOW + 1)


def test_ending_revokes_the_grants_made_in_the_session_only(furnished: Store) -> None:
    """R-71"""
    with furnished.begin() as work:
        elsewhere = replace(GRANT, id="grant-2", code_hash="2", subject=replace(GRANT.subject, session_id="session-2"))
        work.grants.insert(elsewhere)
        work.sessions.end("session-1", "ada", NOW + 1)
        assert work.grants.by_code(GRANT.code_hash) == replace(GRANT, revoked_at=NOW + 1)
        assert work.grants.by_code("2") == elsewhere
        assert work.grants.consume_code(GRANT.code_hash, "mhrs", NOW + 2) is None


def test_ending_all_but_one(furnished: Store) -> None:
    with furnished.begin() as work:
        second = replace(SESSION, id="session-2", handle_hash="2", sid="2", last_seen_at=NOW + 1)
        others = replace(SESSION, id="session-3", handle_hash="3", sid="3", citizen_id="can")
        work.sessions.insert(second)
        work.sessions.insert(others)
        assert work.sessions.of_citizen("ada", NOW) == (second, SESSION)
        kept_grant = replace(GRANT, id="grant-2", code_hash="2", subject=replace(GRANT.subject, session_id="session-2"))
        work.grants.insert(kept_grant)
        assert work.sessions.end_all("ada", NOW, but="session-2") == 1
        assert work.sessions.of_citizen("ada", NOW) == (second,)
        assert work.grants.by_code("2") == kept_grant
        assert work.grants.by_code(GRANT.code_hash) == replace(GRANT, revoked_at=NOW)
        assert work.sessions.end_all("ada", NOW) == 1
        assert work.grants.by_code("2") == replace(kept_grant, revoked_at=NOW)
        assert work.sessions.of_citizen("can", NOW) == (others,)


def test_r_07_ending_the_other_sessions_revokes_every_offline_grant(furnished: Store) -> None:
    """Also the one that was made in the session which goes on: whoever holds its token needs no browser."""
    offline = replace(GRANT, id="grant-2", code_hash="2", scope=(*GRANT.scope, "offline_access"))
    with furnished.begin() as work:
        work.grants.insert(offline)
        assert work.sessions.end_all("ada", NOW, but=SESSION.id) == 0
        assert work.grants.by_code(GRANT.code_hash) == GRANT
        assert work.grants.by_code("2") == replace(offline, revoked_at=NOW)


def test_an_expired_session_is_not_listed(furnished: Store) -> None:
    with furnished.read() as work:
        assert work.sessions.of_citizen("ada", SESSION.expires_at - 1) == (SESSION,)
        assert work.sessions.of_citizen("ada", SESSION.expires_at) == ()


def test_touching_never_goes_back(furnished: Store) -> None:
    """L-18: a clock that steps back."""
    with furnished.begin() as work:
        work.sessions.touch("session-1", NOW + 60)
        work.sessions.touch("session-1", NOW + 30)
        assert work.sessions.by_id("session-1") == replace(SESSION, last_seen_at=NOW + 60)


def test_a_user_agent_that_no_database_can_hold(furnished: Store) -> None:
    """B06"""
    with furnished.begin() as work:
        work.sessions.insert(replace(SESSION, id="s2", sid="s2", handle_hash="s2", user_agent="a\0b\ud800" + "x" * 999))
        stored = work.sessions.by_id("s2")
        assert stored is not None
        assert stored.user_agent == "a\ufffdb\ufffd" + "x" * 396
