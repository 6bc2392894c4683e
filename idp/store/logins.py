"""Login transactions."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.evidence import Method
from idp.domain.login import AccountVisit, Enabling, Login, LoginState, PasswordRecovery
from idp.store.codec import (
    dump_evidence,
    dump_purpose,
    dump_requirement,
    load_evidence,
    load_purpose,
    load_requirement,
)
from idp.store.tables import logins

_INSERT = insert(logins)
_BY_ID = select(logins).where(logins.c.id == bindparam("key"), logins.c.browser_hash == bindparam("browser"))
_SAVE = (
    update(logins)
    .where(
        logins.c.id == bindparam("key"),
        logins.c.browser_hash == bindparam("browser"),
        logins.c.version == bindparam("expected_version"),
        logins.c.state == LoginState.OPEN.value,
    )
    .values(
        version=logins.c.version + 1,
        **{
            name: bindparam(name)
            for name in (
                *("state", "requirement", "citizen_id", "session_id", "evidence", "account_chosen", "consented"),
                *("method", "enabling", "sought", "expires_at"),
            )
        },
    )
)


_oldest_open = (
    select(logins.c.id)
    .where(
        logins.c.citizen_id == bindparam("citizen"),
        logins.c.state == LoginState.OPEN.value,
        logins.c.id != bindparam("but"),
    )
    .order_by(logins.c.created_at.desc(), logins.c.id.desc())
    .offset(bindparam("keep"))
)
_END_OLDEST = (
    update(logins)
    .where(logins.c.id.in_(_oldest_open), logins.c.state == LoginState.OPEN.value)
    .values(state=LoginState.ENDED.value, version=logins.c.version + 1)
)
_OPEN_PURPOSE = select(logins.c.purpose).where(
    logins.c.id == bindparam("key"),
    logins.c.state == LoginState.OPEN.value,
    logins.c.expires_at > bindparam("now"),
)
_END = (
    update(logins)
    .where(logins.c.id == bindparam("key"), logins.c.state == LoginState.OPEN.value)
    .values(state=LoginState.ENDED.value, version=logins.c.version + 1, evidence=dump_evidence(()))
    .returning(*logins.c)
)


class Logins:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, login: Login) -> None:
        self._connection.execute(
            _INSERT,
            {
                "id": login.id,
                "browser_hash": login.browser_hash,
                "version": login.version,
                "purpose": dump_purpose(login.purpose),
                "created_at": login.created_at,
                **_changing(login),
            },
        )

    def by_id(self, login_id: str, browser_hash: str) -> Login | None:
        """The login, only for the browser that began it."""
        if not login_id.isprintable():
            return None
        row = self._connection.execute(_BY_ID, {"key": login_id, "browser": browser_hash}).one_or_none()
        return None if row is None else _login(row)

    def save(self, login: Login) -> bool:
        """Write all that may change and raise the version by one.

        True only if the stored login is still OPEN, of the same browser and of version `login.version`.
        """
        guard = {"key": login.id, "browser": login.browser_hash, "expected_version": login.version}
        return self._connection.execute(_SAVE, guard | _changing(login)).rowcount == 1

    def end_oldest(self, citizen_id: str, keep: int, *, but: str) -> int:
        """End the oldest open logins that name this citizen, so that at most `keep` stay open, `but` among them."""
        parameters = {"citizen": citizen_id, "keep": keep - 1, "but": but}
        return self._connection.execute(_END_OLDEST, parameters).rowcount

    def end(self, login_id: str) -> Login | None:
        """End an open login from outside its browser, with nothing proved: the ended login; None if it was over."""
        if not login_id.isprintable():
            return None
        row = self._connection.execute(_END, {"key": login_id}).one_or_none()
        return None if row is None else _login(row)

    def open_purpose(self, login_id: str, now: int) -> AuthorizationRequest | AccountVisit | PasswordRecovery | None:
        """What a login is for, to be told outside its browser; None if it is over."""
        if not login_id.isprintable():
            return None
        purpose = self._connection.execute(_OPEN_PURPOSE, {"key": login_id, "now": now}).scalar_one_or_none()
        return None if purpose is None else load_purpose(purpose)


def _changing(login: Login) -> dict[str, Any]:
    return {
        "state": login.state.value,
        "requirement": dump_requirement(login.requirement),
        "citizen_id": login.citizen_id,
        "session_id": login.session_id,
        "evidence": dump_evidence(login.evidence),
        "account_chosen": login.account_chosen,
        "consented": login.consented,
        "method": login.method,
        "enabling": login.enabling.value,
        "sought": login.sought,
        "expires_at": login.expires_at,
    }


def _login(row: Row[Any]) -> Login:
    return Login(
        id=row.id,
        browser_hash=row.browser_hash,
        purpose=load_purpose(row.purpose),
        requirement=load_requirement(row.requirement),
        created_at=row.created_at,
        expires_at=row.expires_at,
        version=row.version,
        state=LoginState(row.state),
        citizen_id=row.citizen_id,
        session_id=row.session_id,
        evidence=load_evidence(row.evidence),
        account_chosen=row.account_chosen,
        consented=row.consented,
        method=None if row.method is None else Method(row.method),
        enabling=Enabling(row.enabling),
        sought=row.sought,
    )
