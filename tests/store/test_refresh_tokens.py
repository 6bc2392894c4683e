"""Refresh tokens: digests of generations, of which one at most is unused (R-07, L-02)."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from idp.store.store import Store
from tests.store.samples import NOW, REFRESH_TOKEN, at_once

SECOND = replace(REFRESH_TOKEN, token_hash="b" * 64, generation=2, created_at=NOW + 1)


@pytest.fixture
def refreshable(furnished: Store) -> Store:
    with furnished.begin() as work:
        work.refresh_tokens.insert(REFRESH_TOKEN)
    return furnished


def test_a_token_is_used_once(refreshable: Store) -> None:
    """D10"""
    with refreshable.begin() as work:
        used = replace(REFRESH_TOKEN, used_at=NOW + 5)
        assert work.refresh_tokens.use_up(REFRESH_TOKEN.token_hash, "mhrs", NOW + 5) == used
        assert work.refresh_tokens.use_up(REFRESH_TOKEN.token_hash, "mhrs", NOW + 5) is None
        assert work.refresh_tokens.by_hash(REFRESH_TOKEN.token_hash) == used, "a later use is told from a guess"


@pytest.mark.parametrize(
    ("token_hash", "client_id", "now"),
    [
        ("e" * 64, "mhrs", NOW),
        (REFRESH_TOKEN.token_hash, "another", NOW),
        (REFRESH_TOKEN.token_hash, "mhrs", REFRESH_TOKEN.expires_at),
    ],
    ids=["unknown", "another client", "expired"],
)
def test_a_token_is_of_this_client_and_in_time(refreshable: Store, token_hash: str, client_id: str, now: int) -> None:
    """TOKEN-16; a thief's attempt does not use the token up."""
    with refreshable.begin() as work:
        assert work.refresh_tokens.use_up(token_hash, client_id, now) is None
        assert work.refresh_tokens.use_up(REFRESH_TOKEN.token_hash, "mhrs", NOW) is not None


def test_nothing_is_used_after_its_grant_was_revoked(refreshable: Store) -> None:
    """L-06"""
    with refreshable.begin() as work:
        work.grants.revoke("grant-1", NOW)
        assert work.refresh_tokens.use_up(REFRESH_TOKEN.token_hash, "mhrs", NOW) is None


def test_a_grant_has_one_unused_token(refreshable: Store) -> None:
    """security.md §6: one live token in a family, whatever the code does."""
    with pytest.raises(IntegrityError), refreshable.begin() as work:
        work.refresh_tokens.insert(SECOND)
    with refreshable.begin() as work:
        work.refresh_tokens.use_up(REFRESH_TOKEN.token_hash, "mhrs", NOW)
        work.refresh_tokens.insert(SECOND)
        assert work.refresh_tokens.by_hash(SECOND.token_hash) == SECOND


def test_of_many_at_once_one_uses_it(refreshable: Store) -> None:
    """L-02"""

    def use(_: int) -> bool:
        with refreshable.begin() as work:
            return work.refresh_tokens.use_up(REFRESH_TOKEN.token_hash, "mhrs", NOW) is not None

    assert sum(at_once(8, use)) == 1


def test_tokens_go_with_their_grant(refreshable: Store) -> None:
    with refreshable.begin() as work:
        assert work.clients.remove("mhrs")
        assert work.refresh_tokens.by_hash(REFRESH_TOKEN.token_hash) is None
