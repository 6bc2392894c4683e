"""Registrations that were begun. Of one citizen and method only the newest can be completed, whoever began it when."""

from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, exists, func, insert, select, update

from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method
from idp.store.codec import storable
from idp.store.protection import Sealer
from idp.store.tables import enrolments

_PLACE = {"table": "enrolments", "purpose": "secret"}

_newer = enrolments.alias("newer")
_is_key = enrolments.c.id == bindparam("key")
_live = (
    enrolments.c.consumed_at.is_(None),
    enrolments.c.ended.is_(False),
    enrolments.c.expires_at > bindparam("now"),
    ~exists().where(
        _newer.c.citizen_id == enrolments.c.citizen_id,
        _newer.c.method == enrolments.c.method,
        _newer.c.number > enrolments.c.number,
    ),
)
_claimable = (
    *_live,
    enrolments.c.code_mac == bindparam("mac"),
    enrolments.c.method == Method.APP.value,  # a code that was sent by SMS pairs no device
    enrolments.c.claimed_at.is_(None),
)

_INSERT = insert(enrolments).inline()
_NEWEST = (
    select(enrolments)
    .where(enrolments.c.citizen_id == bindparam("citizen"), enrolments.c.method == bindparam("by"))
    .order_by(enrolments.c.number.desc())
    .limit(1)
)
_BY_ID = select(enrolments).where(_is_key)
_CLAIM = (
    update(enrolments)
    .where(
        *_claimable,
        enrolments.c.number == select(func.max(enrolments.c.number)).where(*_claimable).scalar_subquery(),
    )
    .values(
        public_key=bindparam("device_key"),
        handle=bindparam("thumbprint"),
        name=bindparam("called"),
        claimed_at=bindparam("now"),
    )
    .returning(*enrolments.c)
)
_COUNT_TRY = (
    update(enrolments)
    .where(_is_key, *_live, enrolments.c.tries < bindparam("most"))
    .values(tries=enrolments.c.tries + 1)
    .returning(enrolments.c.tries)
)
_CONSUME = (
    update(enrolments)
    .where(_is_key, *_live, enrolments.c.code_mac == func.coalesce(bindparam("mac", type_=Text), enrolments.c.code_mac))
    .values(consumed_at=bindparam("now"))
)
_CONSUME_CLAIMED = _CONSUME.where(enrolments.c.claimed_at.is_not(None), enrolments.c.handle == bindparam("thumbprint"))
_END = (
    update(enrolments)
    .where(
        enrolments.c.citizen_id == bindparam("citizen"),
        enrolments.c.method == bindparam("by"),
        enrolments.c.ended.is_(False),
    )
    .values(ended=True)
)


class Enrolments:
    """Of a citizen and method only the newest lives."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def insert(self, enrolment: Enrolment) -> None:
        sealed = self._sealer.seal(enrolment.secret, row_id=enrolment.id, **_PLACE) if enrolment.secret else None
        self._connection.execute(
            _INSERT,
            {
                "id": enrolment.id,
                "citizen_id": enrolment.citizen_id,
                "session_id": enrolment.session_id,
                "method": enrolment.method.value,
                "code_mac": enrolment.code_mac,
                "secret": sealed,
                "destination": enrolment.destination,
                "public_key": enrolment.public_key,
                "handle": enrolment.handle,
                "name": storable(enrolment.name),
                "tries": enrolment.tries,
                "created_at": enrolment.created_at,
                "expires_at": enrolment.expires_at,
                "claimed_at": enrolment.claimed_at,
                "consumed_at": enrolment.consumed_at,
                "ended": False,
            },
        )

    def current(self, citizen_id: str, session_id: str, method: Method) -> Enrolment | None:
        """The newest of this citizen and method, if this session began it; live or not."""
        row = self._connection.execute(_NEWEST, {"citizen": citizen_id, "by": method.value}).one_or_none()
        return None if row is None or row.session_id != session_id else self._enrolment(row)

    def by_id(self, enrolment_id: str) -> Enrolment | None:
        if not enrolment_id.isprintable():
            return None
        row = self._connection.execute(_BY_ID, {"key": enrolment_id}).one_or_none()
        return None if row is None else self._enrolment(row)

    def claim(self, code_mac: str, *, public_key: str, handle: str, name: str, now: int) -> Enrolment | None:
        """A device shows the pairing code, once: the enrolment as claimed; None if no live, unclaimed one has it.

        Should several citizens have got the same code, the newest is claimed.
        """
        parameters = {"mac": code_mac, "device_key": public_key, "thumbprint": handle, "called": storable(name)}
        row = self._connection.execute(_CLAIM, parameters | {"now": now}).one_or_none()
        return None if row is None else self._enrolment(row)

    def count_try(self, enrolment_id: str, *, most: int, now: int) -> int | None:
        """Count one guess before it is judged; how many are counted now, None if it is dead or used up."""
        if not enrolment_id.isprintable():
            return None
        tries: int | None = self._connection.execute(
            _COUNT_TRY, {"key": enrolment_id, "most": most, "now": now}
        ).scalar_one_or_none()
        return tries

    def consume(self, enrolment_id: str, *, now: int, code_mac: str | None = None, handle: str | None = None) -> bool:
        """Use it up: unused, newest, unexpired, with this MAC and claimed by this key where given, in one statement."""
        if not enrolment_id.isprintable():
            return False
        parameters: dict[str, object] = {"key": enrolment_id, "mac": code_mac, "now": now}
        if handle is None:
            return self._connection.execute(_CONSUME, parameters).rowcount == 1
        return self._connection.execute(_CONSUME_CLAIMED, parameters | {"thumbprint": handle}).rowcount == 1

    def end(self, citizen_id: str, method: Method) -> None:
        self._connection.execute(_END, {"citizen": citizen_id, "by": method.value})

    def _enrolment(self, row: Row[Any]) -> Enrolment:
        return Enrolment(
            id=row.id,
            citizen_id=row.citizen_id,
            session_id=row.session_id,
            method=Method(row.method),
            created_at=row.created_at,
            expires_at=row.expires_at,
            code_mac=row.code_mac,
            secret="" if row.secret is None else self._sealer.open(row.secret, row_id=row.id, **_PLACE),
            destination=row.destination,
            public_key=row.public_key,
            handle=row.handle,
            name=row.name,
            tries=row.tries,
            claimed_at=row.claimed_at,
            consumed_at=row.consumed_at,
        )
