"""Messages that leave the house, written in the transaction of the fact they tell of. Their texts are sealed."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from idp.domain.message import Channel, Message
from idp.store.codec import dump, fields, load, text, text_or_none
from idp.store.protection import Sealer
from idp.store.tables import outbox

_PLACE = {"table": "outbox", "purpose": "message"}

_INSERT = insert(outbox).returning(outbox.c.number)
_SEAL = update(outbox).where(outbox.c.number == bindparam("key")).values(payload=bindparam("sealed"))
_is_sms = outbox.c.channel == Channel.SMS.value  # a client may be called like a phone number
_INBOX = (
    select(outbox)
    .where(outbox.c.destination == bindparam("to"), outbox.c.number > bindparam("after"), _is_sms)
    .order_by(outbox.c.number.desc())
    .limit(bindparam("most"))
)
_waiting = (
    select(outbox.c.number)
    .where(
        outbox.c.channel == bindparam("by"),
        outbox.c.delivered_at.is_(None),
        outbox.c.claimable_at <= bindparam("now"),
        outbox.c.expires_at > bindparam("now"),
        outbox.c.destination.not_in(bindparam("but", expanding=True)),
    )
    .order_by(outbox.c.claimable_at, outbox.c.number)  # instants are whole seconds: of one second, the older
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("waiting")
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.number.in_(select(_waiting.c.number)))
    .values(claimable_at=bindparam("lease_ends_at"), attempts=outbox.c.attempts + 1)
    .returning(outbox)
)
_is_undelivered = (outbox.c.number == bindparam("key"), outbox.c.delivered_at.is_(None))
_DELIVERED = update(outbox).where(*_is_undelivered).values(delivered_at=bindparam("now"))
_FORGET = delete(outbox).where(outbox.c.destination == bindparam("to"), _is_sms)
_FAILED = update(outbox).where(*_is_undelivered).values(claimable_at=bindparam("retry_at"))


class Outbox:
    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self.channels: set[Channel] = set()
        """Those that a message was put for in this unit of work."""

    def put(self, message: Message) -> None:
        """Take the message in. Its id is given here, so what it brings is not used."""
        number: int = self._connection.execute(
            _INSERT,
            {
                "channel": message.channel.value,
                "destination": message.destination,
                "payload": "",  # sealed for its row, whose number is known only now
                "created_at": message.created_at,
                "expires_at": message.expires_at,
                "claimable_at": message.created_at,
                "attempts": 0,
                "delivered_at": None,
            },
        ).scalar_one()
        payload = dump({"text": message.text, "code": message.code})
        sealed = self._sealer.seal(payload, row_id=str(number), **_PLACE)
        self._connection.execute(_SEAL, {"key": number, "sealed": sealed})
        self.channels.add(message.channel)

    def inbox(self, destination: str, after: str | None = None, most: int = 50) -> tuple[Message, ...]:
        """The SMS to this number (E.164), newest first; only what came after the message `after`.

        An `after` that is no message's id is as good as none.
        """
        if not destination.isprintable():
            return ()
        rows = self._connection.execute(_INBOX, {"to": destination, "after": _number(after), "most": most})
        return tuple(self._message(row) for row in rows)

    def claim(
        self, channel: Channel, now: int, lease_seconds: int, most: int, but: frozenset[str] = frozenset()
    ) -> tuple[Message, ...]:
        """Take messages that wait for this channel and have not expired, oldest first, for `lease_seconds`.

        Those to the destinations `but` go on waiting. Of several claiming at once each gets others. A message that is
        neither `delivered` nor `failed` when its lease ends waits again.
        """
        leased = {"lease_ends_at": now + lease_seconds, "most": most}
        parameters = {"by": channel.value, "now": now, "but": sorted(but), **leased}
        rows = self._connection.execute(_CLAIM, parameters)
        return tuple(self._message(row) for row in sorted(rows, key=lambda row: int(row.number)))

    def delivered(self, message_id: str, now: int) -> bool:
        return self._connection.execute(_DELIVERED, {"key": _number(message_id), "now": now}).rowcount == 1

    def failed(self, message_id: str, retry_at: int) -> bool:
        """Let the message wait until `retry_at`."""
        return self._connection.execute(_FAILED, {"key": _number(message_id), "retry_at": retry_at}).rowcount == 1

    def forget(self, destination: str) -> int:
        """Delete every SMS to this number; how many they were."""
        return self._connection.execute(_FORGET, {"to": destination}).rowcount

    def _message(self, row: Row[Any]) -> Message:
        payload, code = fields(load(self._sealer.open(row.payload, row_id=str(row.number), **_PLACE)), "text", "code")
        return Message(
            id=f"{row.number:016d}",
            channel=Channel(row.channel),
            destination=row.destination,
            text=text(payload),
            code=text_or_none(code),
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


def _number(message_id: str | None) -> int:
    """The row's number in an id, which is that number with leading zeros so that ids sort as texts; 0 is no row's."""
    is_id = message_id is not None and len(message_id) == 16 and message_id.isascii() and message_id.isdigit()
    return int(message_id or "") if is_id else 0
