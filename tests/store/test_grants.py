from dataclasses import replace

import pytest

from idp.domain.authorization_request import RequestedClaims
from idp.store.store import Store
from tests.store.samples import CITIZEN, GRANT, NOW


def test_a_code_is_redeemed_once(furnished: Store) -> None:
    """R-06, D03"""
    with furnished.begin() as work:
        used = replace(GRANT, code_consumed_at=NOW + 1)
        assert work.grants.consume_code(GRANT.code_hash, "mhrs", NOW + 1) == used
        assert work.grants.consume_code(GRANT.code_hash, "mhrs", NOW + 1) is None
        assert work.grants.by_code(GRANT.code_hash) == used, "the row stays, so that the replay is recognised"


@pytest.mark.parametrize(
    ("code_hash", "client_id", "now"),
    [("e" * 64, "mhrs", NOW), (GRANT.code_hash, "another", NOW), (GRANT.code_hash, "mhrs", GRANT.code_expires_at)],
    ids=["unknown", "another client", "expired"],
)
def test_a_code_is_of_this_client_and_in_time(furnished: Store, code_hash: str, client_id: str, now: int) -> None:
    """D04, D05; a thief's attempt does not burn the code."""
    with furnished.begin() as work:
        assert work.grants.consume_code(code_hash, client_id, now) is None
        assert work.grants.consume_code(GRANT.code_hash, "mhrs", GRANT.code_expires_at - 1) is not None


def test_a_revoked_grant_gives_nothing(furnished: Store) -> None:
    with furnished.begin() as work:
        assert work.grants.revoke("grant-1", NOW + 1)
        assert not work.grants.revoke("grant-1", NOW + 2)
        assert work.grants.consume_code(GRANT.code_hash, "mhrs", NOW + 1) is None
        standing = work.grants.standing("grant-1")
        assert standing is not None
        assert standing.grant.revoked_at == NOW + 1


def test_standing_shows_what_ended_meanwhile(furnished: Store) -> None:
    """Rule 4, B09, E07"""
    with furnished.begin() as work:
        standing = work.grants.standing("grant-1")
        assert standing is not None
        assert (standing.grant, standing.citizen, standing.session_is_live) == (GRANT, CITIZEN, True)
        work.citizens.close("ada")
        work.sessions.end("session-1", "ada", NOW)
        standing = work.grants.standing("grant-1")
        assert standing is not None
        assert standing.citizen is not None
        assert not standing.citizen.is_active
        assert not standing.session_is_live
        assert work.grants.standing("unknown") is None


def test_a_session_that_ended_is_told_from_one_that_is_gone(furnished: Store) -> None:
    """A16: an offline grant outlives the second, not the first."""
    with furnished.begin() as work:
        work.grants.insert(replace(GRANT, id="g2", code_hash="2", subject=replace(GRANT.subject, session_id="no-such")))
        work.sessions.end("session-1", "ada", NOW)
        ended, gone = work.grants.standing("grant-1"), work.grants.standing("g2")
        assert ended is not None
        assert gone is not None
        assert (ended.session_is_live, ended.session_has_ended) == (False, True)
        assert (gone.session_is_live, gone.session_has_ended) == (False, False)


def test_standing_tells_whether_a_name_was_spent(furnished: Store) -> None:
    """D17: a revoked access token, in the same query."""
    with furnished.begin() as work:
        work.spent.spend("access_token grant-1.x", NOW + 600)
        spent, other = work.grants.standing("grant-1", "access_token grant-1.x"), work.grants.standing("grant-1", "y")
        assert spent is not None
        assert other is not None
        assert (spent.is_spent, other.is_spent) == (True, False)


def test_a_session_that_was_never_there_is_not_live(furnished: Store) -> None:
    with furnished.begin() as work:
        work.grants.insert(replace(GRANT, id="g2", code_hash="2", subject=replace(GRANT.subject, session_id="no-such")))
        standing = work.grants.standing("g2")
        assert standing is not None
        assert not standing.session_is_live


def test_a_bare_grant_and_a_hostile_nonce(furnished: Store) -> None:
    """R-32: the nonce is echoed exactly, whatever it holds."""
    bare = replace(GRANT, id="g2", code_hash="2", scope=(), nonce=None, code_challenge=None, claims=RequestedClaims())
    hostile = replace(GRANT, id="g3", code_hash="3", nonce="\0'\ud800" + "n" * 5000)
    with furnished.begin() as work:
        for grant in (bare, hostile):
            work.grants.insert(grant)
            assert work.grants.by_code(grant.code_hash) == grant
