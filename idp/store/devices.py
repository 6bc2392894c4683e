"""Browsers in which a citizen completed a login."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.store.tables import devices

_FIND = select(devices.c.seen_at).where(
    devices.c.device_hash == bindparam("device"), devices.c.citizen_id == bindparam("citizen")
)
_ANY = select(devices.c.seen_at).where(devices.c.citizen_id == bindparam("citizen")).limit(1)
_INSERT = upsert(devices).inline()
_REMEMBER = _INSERT.on_conflict_do_update(
    index_elements=[devices.c.device_hash, devices.c.citizen_id], set_={"seen_at": _INSERT.excluded.seen_at}
)


class Devices:
    """Known ones have their own password budget; they prove nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_known(self, device_hash: str, citizen_id: str) -> bool:
        found = self._connection.execute(_FIND, {"device": device_hash, "citizen": citizen_id})
        return found.one_or_none() is not None

    def has_any(self, citizen_id: str) -> bool:
        """Whether the citizen ever completed a login in some browser, as far as that is remembered."""
        return self._connection.execute(_ANY, {"citizen": citizen_id}).one_or_none() is not None

    def remember(self, device_hash: str, citizen_id: str, now: int) -> None:
        self._connection.execute(_REMEMBER, {"device_hash": device_hash, "citizen_id": citizen_id, "seen_at": now})
