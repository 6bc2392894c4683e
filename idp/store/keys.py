"""Our own signing keys. Their private halves are sealed; at most one of each algorithm is active and one is next."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.signing_key import SigningKey
from idp.store import revisions
from idp.store.protection import Sealer
from idp.store.tables import okp_signing_keys, signing_keys


class _Place:
    """Where keys of some algorithms lie, and what is asked there."""

    def __init__(self, table: Table) -> None:
        keys = table.c
        of_alg = keys.alg == bindparam("of_alg")
        self.sealed_for = {"table": table.name, "purpose": "private_jwk"}
        self.every = select(table)
        self.published = self.every.where(or_(keys.state != "retired", keys.published_until > bindparam("now")))
        self.add = upsert(table).inline().on_conflict_do_nothing()
        self.retire = (
            update(table)
            .where(keys.kid == bindparam("key"), of_alg, keys.state == "active")
            .values(state="retired", published_until=bindparam("until"))
        )
        self.activate = update(table).where(of_alg, keys.state == "next").values(state="active")
        self.remove = delete(table).where(keys.kid == bindparam("key"))


_RSA_AND_EC, _OKP = _PLACES = (_Place(signing_keys), _Place(okp_signing_keys))


def _place_of(alg: str) -> _Place:
    return _OKP if alg == "EdDSA" else _RSA_AND_EC


class Keys:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def published(self, now: int) -> tuple[SigningKey, ...]:
        """Every key whose public half belongs in the JWKS now, opened."""
        found = ((place, self._connection.execute(place.published, {"now": now})) for place in _PLACES)
        return _in_order(self._key(place, row) for place, rows in found for row in rows)

    def every(self) -> tuple[SigningKey, ...]:
        """All of them by algorithm, oldest first, opened."""
        found = ((place, self._connection.execute(place.every)) for place in _PLACES)
        return _in_order(self._key(place, row) for place, rows in found for row in rows)

    def version(self) -> int:
        """Changes whenever a key changes: what a cache compares."""
        return revisions.revision(self._connection, revisions.KEYS)

    def hold(self) -> None:
        """Lock the keys until the transaction ends: whoever comes second waits here, and reads what this one wrote."""
        revisions.raise_revision(self._connection, revisions.KEYS)

    def add(self, key: SigningKey) -> bool:
        """Store a key in its state; False if there is one in this state for its algorithm already."""
        added = self._connection.execute(_place_of(key.alg).add, self._values(key)).rowcount == 1
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
        place = _place_of(next_key.alg)
        parameters = {"key": active_kid, "of_alg": next_key.alg, "until": published_until}
        if self._connection.execute(place.retire, parameters).rowcount != 1:
            return False
        if self._connection.execute(place.activate, {"of_alg": next_key.alg}).rowcount != 1:
            raise LookupError(f"no {next_key.alg} key is next")
        self._connection.execute(place.add, self._values(next_key))
        revisions.raise_revision(self._connection, revisions.KEYS)
        return True

    def remove(self, kid: str) -> bool:
        """Delete a key, whatever state it is in; False if there is none. Nothing it signed is believed any more."""
        removed = sum(self._connection.execute(place.remove, {"key": kid}).rowcount for place in _PLACES) == 1
        if removed:
            revisions.raise_revision(self._connection, revisions.KEYS)
        return removed

    def _values(self, key: SigningKey) -> dict[str, Any]:
        return {
            "kid": key.kid,
            "alg": key.alg,
            "state": key.state,
            "private_jwk": self._sealer.seal(key.private_jwk, row_id=key.kid, **_place_of(key.alg).sealed_for),
            "created_at": key.created_at,
            "published_until": key.published_until,
        }

    def _key(self, place: _Place, row: Row[Any]) -> SigningKey:
        return SigningKey(
            kid=row.kid,
            alg=row.alg,
            state=row.state,
            private_jwk=self._sealer.open(row.private_jwk, row_id=row.kid, **place.sealed_for),
            created_at=row.created_at,
            published_until=row.published_until,
        )


def _in_order(keys: Iterable[SigningKey]) -> tuple[SigningKey, ...]:
    return tuple(sorted(keys, key=lambda key: (key.alg, key.created_at, key.kid)))
