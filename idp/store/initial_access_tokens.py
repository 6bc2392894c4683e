"""Tokens that let somebody register a client (RFC 7591 §3): digests only."""

from sqlalchemy import Connection, bindparam, insert, select, update

from idp.store.tables import initial_access_tokens

_INSERT = insert(initial_access_tokens)
_IS_USABLE = (
    initial_access_tokens.c.token_hash == bindparam("hash"),
    initial_access_tokens.c.uses_left > 0,
    initial_access_tokens.c.expires_at > bindparam("now"),
)
_LOOK = select(initial_access_tokens.c.uses_left).where(*_IS_USABLE)
_USE = update(initial_access_tokens).where(*_IS_USABLE).values(uses_left=initial_access_tokens.c.uses_left - 1)


class InitialAccessTokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, token_hash: str, *, note: str, uses: int, now: int, expires_at: int) -> None:
        parameters = {"token_hash": token_hash, "note": note, "uses_left": uses}
        self._connection.execute(_INSERT, parameters | {"created_at": now, "expires_at": expires_at})

    def is_usable(self, token_hash: str, now: int) -> bool:
        """Whether a use of it is left. For refusing early: only `use` decides."""
        return self._connection.execute(_LOOK, {"hash": token_hash, "now": now}).one_or_none() is not None

    def use(self, token_hash: str, now: int) -> bool:
        """Take one use of it, in one statement; False if it is unknown, expired or used up."""
        return self._connection.execute(_USE, {"hash": token_hash, "now": now}).rowcount == 1
