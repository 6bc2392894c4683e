"""Registered relying parties."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy, PkcePolicy, SubjectType
from idp.domain.level import Level
from idp.store import revisions
from idp.store.client_metadata import dump_metadata, load_metadata
from idp.store.codec import dump_texts, load_texts
from idp.store.protocol_tables import HAS_RESOURCES
from idp.store.revocations import locked, revocation
from idp.store.tables import clients, grants

_COLUMNS = tuple(column.name for column in clients.c)
_BY_ID = select(clients).where(clients.c.client_id == bindparam("key"))
_EVERY = select(clients).order_by(clients.c.created_at, clients.c.client_id)
_INSERT = upsert(clients).inline().values({column.name: bindparam(column.name) for column in clients.c})
_ADD = _INSERT.on_conflict_do_nothing()
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[clients.c.client_id],
    set_={column: _INSERT.excluded[column.name] for column in clients.c if not column.primary_key},
)
_OWN = (
    *("name", "redirect_uris", "secret_hash", "auth_method", "scopes", "pkce", "subject_type", "sector_identifier"),
    *("id_token_alg", "post_logout_redirect_uris", "home_uri", "metadata"),
)
"""What a client registers itself. Whatever else there is an operator decides, and no PUT writes it."""

_HOLD = _BY_ID.with_for_update()  # SQLite queues writing transactions anyway
_SHARE = _BY_ID.with_for_update(read=True, key_share=True)
_REPLACE = (
    update(clients)
    .where(
        clients.c.client_id == bindparam("key"),
        clients.c.disabled.is_(False),
        clients.c.registration_token_hash == bindparam("proved"),
    )
    .values({name: bindparam(name) for name in _OWN})
)
_OPERATORS = select(clients).where(HAS_RESOURCES, clients.c.disabled.is_(False))
_REMOVE = delete(clients).where(clients.c.client_id == bindparam("key"))
_SET_DISABLED = (
    update(clients)
    .where(clients.c.client_id == bindparam("key"), clients.c.disabled != bindparam("to"))
    .values(disabled=bindparam("to"))
)
_IS_ITS = grants.c.client_id == bindparam("key")
_REVOKE_GRANTS = revocation(_IS_ITS)
_LOCK_GRANTS = locked(_IS_ITS)
_SET_FLOOR = (
    update(clients)
    .where(clients.c.client_id == bindparam("key"), clients.c.minimum_level != bindparam("to"))
    .values(minimum_level=bindparam("to"))
)


class Clients:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, client_id: str) -> Client | None:
        """The client, disabled or not; None too for text that can be no id, since this is what a stranger sent."""
        if not client_id.isprintable():
            return None
        row = self._connection.execute(_BY_ID, {"key": client_id}).one_or_none()
        return None if row is None else _client(tuple(row))

    def hold(self, client_id: str) -> Client | None:
        """The client as it is now, locked until the transaction ends. It waits for grants that are being made."""
        row = self._connection.execute(_HOLD, {"key": client_id}).one_or_none()
        return None if row is None else _client(tuple(row))

    def share(self, client_id: str) -> Client | None:
        """The client as it is now; whoever would hold it waits until the transaction ends."""
        row = self._connection.execute(_SHARE, {"key": client_id}).one_or_none()
        return None if row is None else _client(tuple(row))

    def every(self) -> tuple[Client, ...]:
        """All of them, oldest first."""
        return tuple(_client(tuple(row)) for row in self._connection.execute(_EVERY))

    def version(self) -> int:
        """Changes whenever a client changes: what a cache compares."""
        return revisions.revision(self._connection, revisions.CLIENTS)

    def add(self, client: Client) -> bool:
        """False if the id is taken."""
        return self._changed(_ADD, _values(client))

    def put(self, client: Client) -> None:
        """Register the client, or make the registered one exactly so."""
        self._changed(_PUT, _values(client))

    def replace(self, client: Client) -> bool:
        """What it registers itself is exactly so from now on (RFC 7592 §2.2).

        False if there is no enabled client of this id that its registration token manages.
        """
        values = _values(client)
        keys = {"key": client.client_id, "proved": client.registration_token_hash}
        return self._changed(_REPLACE, {name: values[name] for name in _OWN} | keys)

    def remove(self, client_id: str) -> bool:
        """Delete the client and everything it was given (RFC 7592 §2.3); False if there is none."""
        self.hold(client_id)
        self._connection.execute(_LOCK_GRANTS, {"key": client_id})  # they go with it, and in no order
        return self._changed(_REMOVE, {"key": client_id})

    def operators(self) -> tuple[Client, ...]:
        """The enabled clients that operate a protected resource (RFC 8707)."""
        return tuple(_client(tuple(row)) for row in self._connection.execute(_OPERATORS))

    def disable(self, client_id: str, now: int) -> bool:
        """Switch it off, and revoke all that it was granted (R-71). False if it was disabled already, or there is none.

        The client is locked first, as for every change of one (`share`): a grant that is just being made is there by
        then and revoked, and the next one finds the client disabled.
        """
        return self._switch(client_id, now, disabled=True)

    def enable(self, client_id: str, now: int) -> bool:
        """Switch it on again. False if it was enabled already, or there is none.

        Nothing that was granted before comes back: a former version only marked the client, so what it left is revoked.
        """
        return self._switch(client_id, now, disabled=False)

    def set_floor(self, client_id: str, minimum_level: Level) -> bool:
        """False if that is its floor already, or there is none."""
        self.hold(client_id)
        return self._changed(_SET_FLOOR, {"key": client_id, "to": int(minimum_level)})

    def _switch(self, client_id: str, now: int, *, disabled: bool) -> bool:
        self.hold(client_id)
        changed = self._changed(_SET_DISABLED, {"key": client_id, "to": disabled})
        if changed:
            self._connection.execute(_REVOKE_GRANTS, {"key": client_id, "now": now})
        return changed

    def _changed(self, statement: Any, parameters: dict[str, Any]) -> bool:
        changed = self._connection.execute(statement, parameters).rowcount == 1
        if changed:
            revisions.raise_revision(self._connection, revisions.CLIENTS)
        return changed


@lru_cache(maxsize=1000)
def _client(row: tuple[Any, ...]) -> Client:
    """A row of `clients`, parsed once for as long as it stays as it is."""
    column = dict(zip(_COLUMNS, row, strict=True))
    return Client(
        client_id=column["client_id"],
        name=column["name"],
        redirect_uris=load_texts(column["redirect_uris"]),
        secret_hash=column["secret_hash"],
        auth_method=ClientAuthMethod(column["auth_method"]),
        scopes=load_texts(column["scopes"]),
        pkce=PkcePolicy(column["pkce"]),
        minimum_level=Level(column["minimum_level"]),
        subject_type=SubjectType(column["subject_type"]),
        sector_identifier=column["sector_identifier"],
        id_token_alg=column["id_token_alg"],
        consent=ConsentPolicy(column["consent"]),
        post_logout_redirect_uris=load_texts(column["post_logout_redirect_uris"]),
        return_origins=load_texts(column["return_origins"]),
        home_uri=column["home_uri"],
        resources=load_texts(column["resources"]),
        metadata=load_metadata(column["metadata"]),
        registration_token_hash=column["registration_token_hash"],
        disabled=bool(column["disabled"]),
        created_at=column["created_at"],
    )


def _values(client: Client) -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "redirect_uris": dump_texts(client.redirect_uris),
        "secret_hash": client.secret_hash,
        "auth_method": client.auth_method.value,
        "scopes": dump_texts(client.scopes),
        "pkce": client.pkce.value,
        "minimum_level": int(client.minimum_level),
        "subject_type": client.subject_type.value,
        "sector_identifier": client.sector_identifier,
        "id_token_alg": client.id_token_alg,
        "consent": client.consent.value,
        "post_logout_redirect_uris": dump_texts(client.post_logout_redirect_uris),
        "return_origins": dump_texts(client.return_origins),
        "home_uri": client.home_uri,
        "resources": dump_texts(client.resources),
        "metadata": dump_metadata(client.metadata),
        "registration_token_hash": client.registration_token_hash,
        "disabled": client.disabled,
        "created_at": client.created_at,
    }
