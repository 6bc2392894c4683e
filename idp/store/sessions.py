"""Browsers in which a citizen is logged in.

However a session ends, it ends here: the grants that were made in it are revoked, and every relying party that had one
and can be told (Back-Channel Logout §2.2) is told, by a message that is written in the same transaction.
"""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, insert, or_, select, update

from idp.domain.logout import EndedLogin
from idp.domain.session import Session
from idp.store.citizens import hold
from idp.store.clients import Clients
from idp.store.codec import dump_evidence, load_evidence, storable
from idp.store.outbox import Outbox
from idp.store.revocations import revocation
from idp.store.tables import grants, sessions

_is_live = sessions.c.ended_at.is_(None)

_INSERT = insert(sessions)
_BY_HANDLE = select(sessions).where(sessions.c.handle_hash == bindparam("handle"), _is_live)
_BY_ID = select(sessions).where(sessions.c.id == bindparam("key"))
_OF_CITIZEN = (
    select(sessions)
    .where(sessions.c.citizen_id == bindparam("citizen"), _is_live, sessions.c.expires_at > bindparam("now"))
    .order_by(sessions.c.last_seen_at.desc(), sessions.c.created_at.desc(), sessions.c.id)
)
_RENEW = (
    update(sessions)
    .where(
        sessions.c.id == bindparam("key"),
        sessions.c.citizen_id == bindparam("citizen"),
        sessions.c.handle_hash == bindparam("former"),
        _is_live,
    )
    .values(
        {
            name: bindparam(name)
            for name in ("handle_hash", "evidence", "last_seen_at", "expires_at", "ip", "user_agent")
        }
    )
)
_TOUCH = (
    update(sessions)
    .where(sessions.c.id == bindparam("key"), _is_live)
    .values(
        last_seen_at=case((sessions.c.last_seen_at < bindparam("now"), bindparam("now")), else_=sessions.c.last_seen_at)
    )
)
_END = (
    update(sessions)
    .where(sessions.c.id == bindparam("key"), sessions.c.citizen_id == bindparam("citizen"), _is_live)
    .values(ended_at=bindparam("now"))
)
_END_ALL = (
    update(sessions)
    .where(sessions.c.citizen_id == bindparam("citizen"), sessions.c.id != bindparam("but"), _is_live)
    .values(ended_at=bindparam("now"))
    .returning(sessions.c.id)
)
_PARTS = (
    select(grants.c.client_id, grants.c.citizen_id, grants.c.sid)
    .distinct()
    .where(grants.c.session_id.in_(bindparam("ended", expanding=True)))
    .order_by(grants.c.client_id, grants.c.sid)
)
_MOST_AT_ONCE = 500
_REVOKE = revocation(grants.c.session_id == bindparam("key"))
_REVOKE_ALL = revocation(
    grants.c.citizen_id == bindparam("citizen"),
    or_(grants.c.session_id != bindparam("but"), grants.c.scope.contains("offline_access")),
)
_REVOKE_LEFT_OVER = revocation(
    grants.c.citizen_id == bindparam("citizen"),
    ~select(sessions.c.id)
    .where(
        sessions.c.id == grants.c.session_id,
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > bindparam("now"),
        sessions.c.last_seen_at > bindparam("since"),
    )
    .exists(),
)


class Sessions:
    def __init__(self, connection: Connection, clients: Clients, outbox: Outbox) -> None:
        self._connection = connection
        self._clients = clients
        self._outbox = outbox

    def insert(self, session: Session) -> None:
        self._connection.execute(
            _INSERT,
            {
                "id": session.id,
                "sid": session.sid,
                "citizen_id": session.citizen_id,
                "created_at": session.created_at,
                "ended_at": session.ended_at,
                **_changing(session),
            },
        )

    def by_handle(self, handle_hash: str) -> Session | None:
        """The session whose cookie this is, if it has not ended (time limits are the caller's to judge)."""
        row = self._connection.execute(_BY_HANDLE, {"handle": handle_hash}).one_or_none()
        return None if row is None else _session(row)

    def by_id(self, session_id: str) -> Session | None:
        """The session, ended or not."""
        if not session_id.isprintable():
            return None
        row = self._connection.execute(_BY_ID, {"key": session_id}).one_or_none()
        return None if row is None else _session(row)

    def renew(self, session: Session, former_handle_hash: str) -> bool:
        """Save evidence, times and the new handle of a live session; False if it ended or its handle changed."""
        guard = {"key": session.id, "citizen": session.citizen_id, "former": former_handle_hash}
        return self._connection.execute(_RENEW, guard | _changing(session)).rowcount == 1

    def touch(self, session_id: str, now: int) -> bool:
        """Note that the citizen is there; False if the session ended. Until the commit nobody else can end it."""
        return self._connection.execute(_TOUCH, {"key": session_id, "now": now}).rowcount == 1

    def of_citizen(self, citizen_id: str, now: int) -> tuple[Session, ...]:
        """Live sessions, last seen first."""
        return tuple(
            _session(row) for row in self._connection.execute(_OF_CITIZEN, {"citizen": citizen_id, "now": now})
        )

    def end(self, session_id: str, citizen_id: str, now: int) -> bool:
        """End one session of this citizen, revoke the grants made in it, and tell the relying parties."""
        if not session_id.isprintable():
            return False
        parameters = {"key": session_id, "citizen": citizen_id, "now": now}
        hold(self._connection, citizen_id)
        ended = self._connection.execute(_END, parameters).rowcount == 1
        if ended:
            self._connection.execute(_REVOKE, {"key": session_id, "now": now})
            self._tell([session_id], now)
        return ended

    def end_all(self, citizen_id: str, now: int, *, but: str | None = None) -> int:
        """The same for all of the citizen's sessions except `but`; how many ended.

        An offline grant is revoked even if it was made in `but`: it is not bound to the browser that stays (R-07).
        A login that is just being finished (`journey.finish`) holds the citizen too, so it is seen here, or sees this.
        """
        hold(self._connection, citizen_id)
        parameters = {"citizen": citizen_id, "but": but or "", "now": now}
        ended = list(self._connection.execute(_END_ALL, parameters).scalars())
        self._connection.execute(_REVOKE_ALL, parameters)
        for first in range(0, len(ended), _MOST_AT_ONCE):
            self._tell(ended[first : first + _MOST_AT_ONCE], now)
        return len(ended)

    def revoke_left_over(self, citizen_id: str, now: int, *, seen_since: int) -> int:
        """Revoke the citizen's grants whose session is not live any more, but ran out or is forgotten; how many.

        A session that was last seen at `seen_since` or before ran out.
        """
        parameters = {"citizen": citizen_id, "now": now, "since": seen_since}
        return self._connection.execute(_REVOKE_LEFT_OVER, parameters).rowcount

    def _tell(self, ended: list[str], now: int) -> None:
        """One message for each relying party and session: only who ended a session comes here with it."""
        for row in self._connection.execute(_PARTS, {"ended": ended}).all():
            client = self._clients.by_id(row.client_id)
            if client is not None and client.metadata.backchannel_logout_uri is not None:
                self._outbox.put(EndedLogin(row.client_id, row.citizen_id, row.sid).message(now))


def _changing(session: Session) -> dict[str, Any]:
    return {
        "handle_hash": session.handle_hash,
        "evidence": dump_evidence(session.evidence),
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
        "ip": storable(session.ip),
        "user_agent": storable(session.user_agent),
    }


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        handle_hash=row.handle_hash,
        sid=row.sid,
        citizen_id=row.citizen_id,
        evidence=load_evidence(row.evidence),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        ip=row.ip,
        user_agent=row.user_agent,
        ended_at=row.ended_at,
    )
