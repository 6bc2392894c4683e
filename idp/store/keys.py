"""Our own signing keys. Their private halves are sealed; at most one of each algorithm is active and one is next."""

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.signing_key import SigningKey
from idp.store import revisions
from idp.store.protection import Sealer
from idp.store.tables import signing_keys

_PLACE = {"table": "signing_keys", "purpose": "private_jwk"}

_EVERY = select(signing_keys).order_by(signing_keys.c.alg, signing_keys.c.created_at, signing_keys.c.kid)
_PUBLISHED = _EVERY.where(or_(signing_keys.c.state != "retired", signing_keys.c.published_until > bindparam("now")))
_ADD = upsert(signing_keys).inline().on_conflict_do_nothing()
_RETIRE = (
    update(signing_keys)
    .where(
        signing_keys.c.kid == bindparam("key"),
        signing_keys.c.alg == bindparam("of_alg"),
        signing_keys.c.state == "active",
    )
    .values(state="retired", published_until=bindparam("until"))
)
_ACTIVATE = (
    update(signing_keys)
    .where(and_(signing_keys.c.alg == bindparam("of_alg"), signing_keys.c.state == "next"))
    .values(state="active")
)
_REMOVE = delete(signing_keys).where(signing_keys.c.kid == bindparam("key"))


class Keys:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def published(self, now: int) -> tuple[SigningKey, ...]:
        """Every key whose public half belongs in the JWKS now, opened."""
        return tuple(self._key(row) for row in self._connection.execute(_PUBLISHED, {"now": now}))

    def every(self) -> tuple[SigningKey, ...]:
        """All of them by algorithm, oldest first, opened."""
        return tuple(self._key(row) for row in self._connection.execute(_EVERY))

    def version(self) -> int:
        """Changes whenever a key changes: what a cache compares."""
        return revisions.revision(self._connection, revisions.KEYS)

    def hold(self) -> None:
        """Lock the keys until the transaction ends: whoever comes second waits here, and reads what this one wrote."""
        revisions.raise_revision(self._connection, revisions.KEYS)

    def add(self, key: SigningKey) -> bool:
        """Store a key in its state; False if there is one in this state for its algorithm already."""
        added = self._connection.execute(_ADD, self._values(key)).rowcount == 1
        if added:
            revisions.raise_revision(self._connection, revisions.KEYS)
        return added

    def rotate(self, active_kid: str, next_key: SigningKey, published_until: int) -> bool:
        """Retire the active key, activate the one that is next, and add `next_key` as the next one, all of one
        algorithm.

        False, with nothing changed, if `active_kid` is no longer the active key: somebody else rotated. Raises
        LookupError if no key is next, and ValueError if `next_key` is not in that state.
        """
        if next_key.state != "next":
            raise ValueError("the new key is not in the state next")
        parameters = {"key": active_kid, "of_alg": next_key.alg, "until": published_until}
        if self._connection.execute(_RETIRE, parameters).rowcount != 1:
            return False
        if self._connection.execute(_ACTIVATE, {"of_alg": next_key.alg}).rowcount != 1:
            raise LookupError(f"no {next_key.alg} key is next")
        self._connection.execute(_ADD, self._values(next_key))
        revisions.raise_revision(self._connection, revisions.KEYS)
        return True

    def remove(self, kid: str) -> bool:
        """Delete a key, whatever state it is in; False if there is none. Nothing it signed is believed any more."""
        removed = self._connection.execute(_REMOVE, {"key": kid}).rowcount == 1
        if removed:
            revisions.raise_revision(self._connection, revisions.KEYS)
        return removed

    def _values(self, key: SigningKey) -> dict[str, Any]:
        return {
            "kid": key.kid,
            "alg": key.alg,
            "state": key.state,
            "private_jwk": self._sealer.seal(key.private_jwk, row_id=key.kid, **_PLACE),
            "created_at": key.created_at,
            "published_until": key.published_until,
        }

    def _key(self, row: Row[Any]) -> SigningKey:
        return SigningKey(
            kid=row.kid,
            alg=row.alg,
            state=row.state,
            private_jwk=self._sealer.open(row.private_jwk, row_id=row.kid, **_PLACE),
            created_at=row.created_at,
            published_until=row.published_until,
        )
