"""What citizens registered as second factors. Their secrets are sealed, and asked for by themselves."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.store.codec import storable
from idp.store.protection import Sealer
from idp.store.tables import authenticators

_PLACE = {"table": "authenticators", "purpose": "secret"}

_columns = tuple(column for column in authenticators.c if column is not authenticators.c.secret)
_is_key = authenticators.c.id == bindparam("key")
_is_own = authenticators.c.citizen_id == bindparam("citizen")
_is_usable = authenticators.c.used_at.is_(None)

_OF_CITIZEN = select(*_columns).where(_is_own).order_by(authenticators.c.created_at, authenticators.c.id)
_BY_ID = select(*_columns).where(_is_key)
_SECRET = select(authenticators.c.secret).where(_is_key)
_ADD = upsert(authenticators).inline().on_conflict_do_nothing()
_ADVANCE = (
    update(authenticators)
    .where(_is_key, _is_usable, authenticators.c.counter < bindparam("reached"))
    .values(counter=bindparam("reached"), last_used_at=bindparam("now"))
)
_TOUCH = update(authenticators).where(_is_key, _is_usable).values(last_used_at=bindparam("now"))
_USE_UP = (
    update(authenticators).where(_is_key, _is_usable).values(used_at=bindparam("now"), last_used_at=bindparam("now"))
)
_RENAME = update(authenticators).where(_is_key, _is_own).values(name=bindparam("to"))
_REMOVE = delete(authenticators).where(_is_key, _is_own)
_REMOVE_ALL = delete(authenticators).where(_is_own, authenticators.c.method == bindparam("by"))


class Authenticators:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def of_citizen(self, citizen_id: str) -> tuple[Authenticator, ...]:
        """All of them, oldest first, used-up backup codes included."""
        rows = self._connection.execute(_OF_CITIZEN, {"citizen": citizen_id})
        return tuple(_authenticator(row) for row in rows)

    def by_id(self, authenticator_id: str) -> Authenticator | None:
        if not authenticator_id.isprintable():
            return None
        row = self._connection.execute(_BY_ID, {"key": authenticator_id}).one_or_none()
        return None if row is None else _authenticator(row)

    def secret_of(self, authenticator_id: str) -> str:
        """A TOTP seed (base32), or the hash of a backup code. Raises KeyError where there is none."""
        sealed = self._connection.execute(_SECRET, {"key": authenticator_id}).scalar_one_or_none()
        if sealed is None:
            raise KeyError(authenticator_id)
        return self._sealer.open(sealed, row_id=authenticator_id, **_PLACE)

    def add(self, authenticator: Authenticator, secret: str = "") -> bool:
        """False where the citizen has one of this method and handle."""
        values = {
            "id": authenticator.id,
            "citizen_id": authenticator.citizen_id,
            "method": authenticator.method.value,
            "handle": authenticator.handle,
            "name": storable(authenticator.name),
            "public_key": authenticator.public_key,
            "secret": self._sealer.seal(secret, row_id=authenticator.id, **_PLACE) if secret else None,
            "counter": authenticator.counter,
            "created_at": authenticator.created_at,
            "last_used_at": authenticator.last_used_at,
            "used_at": authenticator.used_at,
        }
        return self._connection.execute(_ADD, values).rowcount == 1

    def rename(self, authenticator_id: str, citizen_id: str, name: str) -> bool:
        return self._changed(_RENAME, authenticator_id, citizen=citizen_id, to=storable(name))

    def remove(self, authenticator_id: str, citizen_id: str) -> bool:
        return self._changed(_REMOVE, authenticator_id, citizen=citizen_id)

    def remove_all(self, citizen_id: str, method: Method) -> int:
        return self._connection.execute(_REMOVE_ALL, {"citizen": citizen_id, "by": method.value}).rowcount

    def advance(self, authenticator_id: str, counter: int, now: int) -> bool:
        """Raise the counter and note the use; False unless it grows, or the authenticator is gone."""
        return self._changed(_ADVANCE, authenticator_id, reached=counter, now=now)

    def touch(self, authenticator_id: str, now: int) -> bool:
        """Note the use of one that does not count; False if it is gone."""
        return self._changed(_TOUCH, authenticator_id, now=now)

    def use_up(self, authenticator_id: str, now: int) -> bool:
        """Use a backup code up; False if it was, or is gone."""
        return self._changed(_USE_UP, authenticator_id, now=now)

    def _changed(self, statement: Any, authenticator_id: str, **further: object) -> bool:
        if not authenticator_id.isprintable():
            return False
        return self._connection.execute(statement, {"key": authenticator_id, **further}).rowcount == 1


def _authenticator(row: Row[Any]) -> Authenticator:
    return Authenticator(
        id=row.id,
        citizen_id=row.citizen_id,
        method=Method(row.method),
        name=row.name,
        created_at=row.created_at,
        handle=row.handle,
        public_key=row.public_key,
        counter=row.counter,
        last_used_at=row.last_used_at,
        used_at=row.used_at,
    )
