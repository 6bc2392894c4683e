"""What a citizen said yes to, for each client: scopes, and claims named one by one. One row for each, so that saying
yes to more never loses any. Taking it back revokes the grants that were made from it."""

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.consent import Consent
from idp.store.citizens import hold
from idp.store.revocations import revocation
from idp.store.tables import consents, grants

_is_theirs = (consents.c.citizen_id == bindparam("citizen"), consents.c.client_id == bindparam("client"))

_GIVEN = select(consents.c.asked).where(*_is_theirs)
_ADD = upsert(consents).inline().on_conflict_do_nothing()
_OF_CITIZEN = select(consents.c.client_id, consents.c.asked, consents.c.given_at).where(
    consents.c.citizen_id == bindparam("citizen")
)
_FORGET = delete(consents).where(*_is_theirs)
_REVOKE = revocation(grants.c.citizen_id == bindparam("citizen"), grants.c.client_id == bindparam("client"))
_FORGET_ALL = delete(consents).where(consents.c.client_id == bindparam("client"))
_REVOKE_ALL = revocation(grants.c.client_id == bindparam("client"))


class Consents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def given(self, citizen_id: str, client_id: str) -> frozenset[str]:
        return frozenset(self._connection.execute(_GIVEN, {"citizen": citizen_id, "client": client_id}).scalars())

    def add(self, citizen_id: str, client_id: str, asked: frozenset[str], now: int) -> None:
        """Remember this besides what was given before. Left out is what no database can hold."""
        rows = [
            {"citizen_id": citizen_id, "client_id": client_id, "asked": value, "given_at": now}
            for value in sorted(asked)
            if value.isprintable()
        ]
        if rows:
            self._connection.execute(_ADD, rows)

    def of_citizen(self, citizen_id: str) -> tuple[Consent, ...]:
        """One for each client, the newest first."""
        found: dict[str, Consent] = {}
        for client_id, asked, given_at in self._connection.execute(_OF_CITIZEN, {"citizen": citizen_id}):
            known = found.get(client_id, Consent(client_id, frozenset(), given_at))
            found[client_id] = Consent(client_id, known.asked | {asked}, max(known.given_at, given_at))
        return tuple(sorted(found.values(), key=lambda one: (-one.given_at, one.client_id)))

    def revoke(self, citizen_id: str, client_id: str, now: int) -> bool:
        """Forget what was consented to, and revoke the grants made from it; False if there was nothing."""
        if not client_id.isprintable():
            return False
        theirs = {"citizen": citizen_id, "client": client_id}
        hold(self._connection, citizen_id)  # a login that rests on the consent is finished before this, or not at all
        forgotten = self._connection.execute(_FORGET, theirs).rowcount > 0
        if forgotten:
            self._connection.execute(_REVOKE, theirs | {"now": now})
        return forgotten

    def withdraw(self, client_id: str, now: int) -> None:
        """Forget what every citizen consented to for this client, and revoke all that it was granted."""
        self._connection.execute(_FORGET_ALL, {"client": client_id})
        self._connection.execute(_REVOKE_ALL, {"client": client_id, "now": now})
