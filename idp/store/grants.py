"""Grants: one row holds a code and the family of everything issued from it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from idp.domain.evidence import Assurance
from idp.domain.grant import Grant, GrantStanding, Subject
from idp.store.citizens import COLUMNS as CITIZEN
from idp.store.citizens import citizen_of
from idp.store.codec import claims_object, claims_of, dump, fields, load, text_or_none, texts, with_absent
from idp.store.tables import citizens, grants, sessions, spent

_COLUMNS = (
    *(grants.c.id, grants.c.client_id, grants.c.citizen_id, grants.c.session_id, grants.c.sid, grants.c.acr),
    *(grants.c.amr, grants.c.auth_time, grants.c.scope, grants.c.redirect_uri, grants.c.asked),
    *(grants.c.code_challenge, grants.c.code_hash, grants.c.code_expires_at, grants.c.created_at),
    *(grants.c.code_consumed_at, grants.c.revoked_at, grants.c.expires_at),
)
_AFTER_GRANT = len(_COLUMNS)
_AFTER_CITIZEN = _AFTER_GRANT + len(CITIZEN)

_INSERT = insert(grants)
_BY_CODE = select(*_COLUMNS).where(grants.c.code_hash == bindparam("hash"))
_CONSUME = (
    update(grants)
    .where(
        grants.c.code_hash == bindparam("hash"),
        grants.c.client_id == bindparam("client"),
        grants.c.code_consumed_at.is_(None),
        grants.c.revoked_at.is_(None),
        grants.c.code_expires_at > bindparam("now"),
    )
    .values(code_consumed_at=bindparam("now"))
    .returning(*_COLUMNS)
)
_STANDING = (
    select(
        *_COLUMNS,
        *CITIZEN,
        sessions.c.id.label("known_session"),
        sessions.c.ended_at.label("session_ended_at"),
        spent.c.name.label("spent_name"),
    )
    .select_from(
        grants.outerjoin(citizens, citizens.c.id == grants.c.citizen_id)
        .outerjoin(sessions, sessions.c.id == grants.c.session_id)
        .outerjoin(spent, spent.c.name == bindparam("named"))
    )
    .where(grants.c.id == bindparam("key"))
)
_CLIENTS_OF = (
    select(grants.c.client_id)
    .distinct()
    .where(grants.c.session_id == bindparam("session"))
    .order_by(grants.c.client_id)
)
_REVOKE = (
    update(grants)
    .where(grants.c.id == bindparam("key"), grants.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)


class Grants:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, grant: Grant) -> None:
        subject = grant.subject
        self._connection.execute(
            _INSERT,
            {
                "id": grant.id,
                "client_id": grant.client_id,
                "citizen_id": subject.citizen_id,
                "session_id": subject.session_id,
                "sid": subject.sid,
                "acr": subject.assurance.acr,
                "amr": " ".join(subject.assurance.amr),
                "auth_time": subject.assurance.auth_time,
                "scope": " ".join(grant.scope),
                "redirect_uri": grant.redirect_uri,
                "asked": dump(_asked(grant)),
                "code_challenge": grant.code_challenge,
                "code_hash": grant.code_hash,
                "code_expires_at": grant.code_expires_at,
                "created_at": grant.created_at,
                "code_consumed_at": grant.code_consumed_at,
                "revoked_at": grant.revoked_at,
                "expires_at": grant.expires_at,
            },
        )

    def consume_code(self, code_hash: str, client_id: str, now: int) -> Grant | None:
        """Use the code up in one statement: known, of this client, unused, unexpired, unrevoked. None if not."""
        row = self._connection.execute(_CONSUME, {"hash": code_hash, "client": client_id, "now": now}).one_or_none()
        return None if row is None else _grant(row)

    def by_code(self, code_hash: str) -> Grant | None:
        row = self._connection.execute(_BY_CODE, {"hash": code_hash}).one_or_none()
        return None if row is None else _grant(row)

    def standing(self, grant_id: str, named: str = "") -> GrantStanding | None:
        """The grant with its citizen, whether its session is live, and whether `named` was spent, in one query."""
        if not grant_id.isprintable():
            return None
        row = self._connection.execute(_STANDING, {"key": grant_id, "named": named}).one_or_none()
        if row is None:
            return None
        citizen = row[_AFTER_GRANT:_AFTER_CITIZEN]
        return GrantStanding(
            grant=_grant(row[:_AFTER_GRANT]),
            citizen=None if citizen[0] is None else citizen_of(citizen),
            session_is_live=row.known_session is not None and row.session_ended_at is None,
            session_has_ended=row.session_ended_at is not None,
            is_spent=row.spent_name is not None,
        )

    def revoke(self, grant_id: str, now: int) -> bool:
        return self._connection.execute(_REVOKE, {"key": grant_id, "now": now}).rowcount == 1

    def clients_of(self, session_id: str) -> tuple[str, ...]:
        """Whom anything was granted in this session. Grants outlive their session, so none is forgotten before it."""
        return tuple(self._connection.execute(_CLIENTS_OF, {"session": session_id}).scalars())


def _asked(grant: Grant) -> dict[str, object]:
    """`resource` only where there is one: the former version does not know it (L-22)."""
    asked: dict[str, object] = {"nonce": grant.nonce, "claims": claims_object(grant.claims)}
    return asked | {"resource": grant.resource} if grant.resource else asked


def _grant(row: Sequence[Any]) -> Grant:
    """A row of `_COLUMNS`."""
    id_, client_id, citizen_id, session_id, sid, acr, amr, auth_time, *rest = row
    scope, redirect_uri, asked, code_challenge, code_hash, code_expires_at, created_at, *ends = rest
    consumed_at, revoked_at, expires_at = ends
    nonce, claims, resource = fields(with_absent(load(asked), resource=[]), "nonce", "claims", "resource")
    return Grant(
        id=id_,
        client_id=client_id,
        subject=Subject(
            citizen_id=citizen_id,
            sid=sid,
            session_id=session_id,
            assurance=Assurance(acr=acr, amr=tuple(amr.split()), auth_time=auth_time),
        ),
        scope=tuple(scope.split()),
        redirect_uri=redirect_uri,
        code_hash=code_hash,
        code_expires_at=code_expires_at,
        created_at=created_at,
        expires_at=expires_at,
        nonce=text_or_none(nonce),
        code_challenge=code_challenge,
        claims=claims_of(claims),
        resource=texts(resource),
        code_consumed_at=consumed_at,
        revoked_at=revoked_at,
    )
