"""Refresh tokens: digests only, one row for each generation of a grant (R-07)."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from idp.domain.grant import RefreshToken
from idp.store.tables import grants, refresh_tokens

_INSERT = insert(refresh_tokens)
_BY_HASH = select(refresh_tokens).where(refresh_tokens.c.token_hash == bindparam("hash"))
_USE_UP = (
    update(refresh_tokens)
    .where(
        refresh_tokens.c.token_hash == bindparam("hash"),
        refresh_tokens.c.used_at.is_(None),
        refresh_tokens.c.expires_at > bindparam("now"),
        select(grants.c.id)
        .where(
            grants.c.id == refresh_tokens.c.grant_id,
            grants.c.client_id == bindparam("client"),
            grants.c.revoked_at.is_(None),
        )
        .exists(),
    )
    .values(used_at=bindparam("now"))
    .returning(refresh_tokens)
)


class RefreshTokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, token: RefreshToken) -> None:
        self._connection.execute(
            _INSERT,
            {
                "token_hash": token.token_hash,
                "grant_id": token.grant_id,
                "generation": token.generation,
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "used_at": token.used_at,
            },
        )

    def by_hash(self, token_hash: str) -> RefreshToken | None:
        row = self._connection.execute(_BY_HASH, {"hash": token_hash}).one_or_none()
        return None if row is None else _token(row)

    def use_up(self, token_hash: str, client_id: str, now: int) -> RefreshToken | None:
        """Use a token up in one statement: known, unused, unexpired, of an unrevoked grant of this client.

        None if not. Of two at once one gets it, and the other waits until the first has committed (L-02).
        """
        row = self._connection.execute(_USE_UP, {"hash": token_hash, "client": client_id, "now": now}).one_or_none()
        return None if row is None else _token(row)


def _token(row: Row[Any]) -> RefreshToken:
    return RefreshToken(
        token_hash=row.token_hash,
        grant_id=row.grant_id,
        generation=row.generation,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
