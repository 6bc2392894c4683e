"""Codes that were sent and are waited for. Of one login only the newest can be tried, whoever made it when."""

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from idp.domain.challenge import Challenge
from idp.domain.evidence import Method
from idp.store.tables import challenges

_newer = challenges.alias("newer")
_live = (
    challenges.c.id == bindparam("key"),
    challenges.c.consumed_at.is_(None),
    challenges.c.ended.is_(False),
    challenges.c.expires_at > bindparam("now"),
    ~exists().where(_newer.c.login_id == challenges.c.login_id, _newer.c.number > challenges.c.number),
)

_INSERT = insert(challenges).inline()
_CURRENT = (
    select(challenges).where(challenges.c.login_id == bindparam("login")).order_by(challenges.c.number.desc()).limit(1)
)
_COUNT_TRY = (
    update(challenges)
    .where(*_live, challenges.c.tries < bindparam("most"))
    .values(tries=challenges.c.tries + 1)
    .returning(challenges.c.tries)
)
_CONSUME = (
    update(challenges)
    .where(
        *_live,
        challenges.c.code_mac == bindparam("mac"),
        challenges.c.citizen_id == bindparam("citizen"),
    )
    .values(consumed_at=bindparam("now"))
)
_END_ALL = (
    update(challenges)
    .where(challenges.c.login_id == bindparam("login"), challenges.c.ended.is_(False))
    .values(ended=True)
)


class Challenges:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, challenge: Challenge) -> None:
        """Make this the only live challenge of its login: earlier ones of the same login are dead from now on."""
        self._connection.execute(
            _INSERT,
            {
                "id": challenge.id,
                "login_id": challenge.login_id,
                "citizen_id": challenge.citizen_id,
                "method": challenge.method.value,
                "destination": challenge.destination,
                "code_mac": challenge.code_mac,
                "created_at": challenge.created_at,
                "expires_at": challenge.expires_at,
                "tries": challenge.tries,
                "consumed_at": challenge.consumed_at,
                "ended": False,
            },
        )

    def current(self, login_id: str) -> Challenge | None:
        """The newest one of this login, live or not."""
        row = self._connection.execute(_CURRENT, {"login": login_id}).one_or_none()
        if row is None:
            return None
        return Challenge(
            id=row.id,
            login_id=row.login_id,
            citizen_id=row.citizen_id,
            method=Method(row.method),
            destination=row.destination,
            code_mac=row.code_mac,
            created_at=row.created_at,
            expires_at=row.expires_at,
            tries=row.tries,
            consumed_at=row.consumed_at,
        )

    def count_try(self, challenge_id: str, *, most: int, now: int) -> int | None:
        """Count one guess before it is judged; how many are counted now, None if the challenge is dead or used up."""
        tries: int | None = self._connection.execute(
            _COUNT_TRY, {"key": challenge_id, "most": most, "now": now}
        ).scalar_one_or_none()
        return tries

    def consume(self, challenge_id: str, *, code_mac: str, citizen_id: str, now: int) -> bool:
        """Use the code up: unused, newest, unexpired, of this citizen, and with this MAC, in one statement."""
        parameters = {"key": challenge_id, "mac": code_mac, "citizen": citizen_id, "now": now}
        return self._connection.execute(_CONSUME, parameters).rowcount == 1

    def end_all(self, login_id: str) -> None:
        self._connection.execute(_END_ALL, {"login": login_id})
