"""What was asked and is waited for.

Of one login and method only the newest can be answered, and of one citizen's approvals only the newest: the last made,
whatever their instants say.
"""

from typing import Any

from sqlalchemy import Connection, Row, Text, and_, bindparam, exists, func, insert, select, update

from idp.domain.challenge import Challenge, Verdict
from idp.domain.evidence import Method
from idp.store.codec import storable
from idp.store.tables import challenges

_newer = challenges.alias("newer")
_later = challenges.alias("later")
_is_approval = challenges.c.method == Method.APP.value
_is_own = challenges.c.citizen_id == bindparam("citizen")
_answerable = (
    challenges.c.consumed_at.is_(None),
    challenges.c.ended.is_(False),
    challenges.c.expires_at > bindparam("now"),
    ~exists().where(
        _newer.c.login_id == challenges.c.login_id,
        _newer.c.method == challenges.c.method,
        _newer.c.number > challenges.c.number,
    ),
    ~and_(
        _is_approval,
        exists().where(
            _later.c.citizen_id == challenges.c.citizen_id,
            _later.c.method == Method.APP.value,
            _later.c.number > challenges.c.number,
        ),
    ),
)
_live = (challenges.c.id == bindparam("key"), *_answerable)
_undecided = challenges.c.verdict.is_(None)

_INSERT = insert(challenges).inline()
_CURRENT = (
    select(challenges)
    .where(challenges.c.login_id == bindparam("login"), challenges.c.method == bindparam("by"))
    .order_by(challenges.c.number.desc())
    .limit(1)
)
_APPROVAL = select(challenges).where(_is_approval, _is_own, _undecided, *_answerable)
_COUNT_TRY = (
    update(challenges)
    .where(*_live, challenges.c.tries < bindparam("most"))
    .values(tries=challenges.c.tries + 1)
    .returning(challenges.c.tries)
)
_CONSUME = (
    update(challenges)
    # The number of an approval is on the login page: only the device's verdict uses an approval up.
    .where(*_live, _is_own, ~_is_approval, challenges.c.code_mac == bindparam("mac"))
    .values(consumed_at=bindparam("now"))
)
_CONSUME_APPROVED = (
    update(challenges)
    .where(*_live, _is_own, _is_approval, challenges.c.verdict == Verdict.APPROVED.value)
    .values(consumed_at=bindparam("now"))
)
_DECIDE = (
    update(challenges)
    .where(
        *_live,
        *(_is_own, _is_approval, _undecided),
        challenges.c.code_mac == func.coalesce(bindparam("mac", type_=Text), challenges.c.code_mac),
    )
    .values(verdict=bindparam("given"), decided_at=bindparam("now"), decided_by=bindparam("by"))
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
        """Make this the only live challenge of its login and method: earlier ones are dead from now on.

        Of approvals it is the only live one of its citizen.
        """
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
                "ip": storable(challenge.ip),
                "user_agent": storable(challenge.user_agent),
                "verdict": challenge.verdict,
                "decided_at": challenge.decided_at,
                "decided_by": challenge.decided_by,
            },
        )

    def current(self, login_id: str, method: Method) -> Challenge | None:
        """The newest one of this login and method, live or not."""
        row = self._connection.execute(_CURRENT, {"login": login_id, "by": method.value}).one_or_none()
        return None if row is None else _challenge(row)

    def approval_of(self, citizen_id: str, now: int) -> Challenge | None:
        """The citizen's newest approval, if it is live and nobody decided it."""
        row = self._connection.execute(_APPROVAL, {"citizen": citizen_id, "now": now}).one_or_none()
        return None if row is None else _challenge(row)

    def count_try(self, challenge_id: str, *, most: int, now: int) -> int | None:
        """Count one guess before it is judged; how many are counted now, None if the challenge is dead or used up."""
        if not challenge_id.isprintable():
            return None
        tries: int | None = self._connection.execute(
            _COUNT_TRY, {"key": challenge_id, "most": most, "now": now}
        ).scalar_one_or_none()
        return tries

    def decide(
        self, challenge_id: str, *, citizen_id: str, code_mac: str | None, verdict: Verdict, decided_by: str, now: int
    ) -> bool:
        """Give the verdict once, in one statement: live, undecided, of this citizen, and with this MAC (None: any).

        Only an approval has a verdict.
        """
        parameters = {"mac": code_mac, "given": verdict.value, "by": decided_by}
        return self._changed(_DECIDE, challenge_id, citizen_id, now, **parameters)

    def consume(self, challenge_id: str, *, code_mac: str, citizen_id: str, now: int) -> bool:
        """Use the challenge up: unused, newest, unexpired, of this citizen, and with this MAC, in one statement.

        Never an approval: see `consume_approved`.
        """
        return self._changed(_CONSUME, challenge_id, citizen_id, now, mac=code_mac)

    def consume_approved(self, challenge_id: str, *, citizen_id: str, now: int) -> bool:
        """Use an approval up that the citizen gave on a device: unused, newest, unexpired, in one statement."""
        return self._changed(_CONSUME_APPROVED, challenge_id, citizen_id, now)

    def end_all(self, login_id: str) -> None:
        self._connection.execute(_END_ALL, {"login": login_id})

    def _changed(self, statement: Any, challenge_id: str, citizen_id: str, now: int, **further: str | None) -> bool:
        if not challenge_id.isprintable():
            return False
        parameters = {"key": challenge_id, "citizen": citizen_id, "now": now, **further}
        return self._connection.execute(statement, parameters).rowcount == 1


def _challenge(row: Row[Any]) -> Challenge:
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
        ip=row.ip,
        user_agent=row.user_agent,
        verdict=None if row.verdict is None else Verdict(row.verdict),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
