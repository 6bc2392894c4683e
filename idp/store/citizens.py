"""Citizens and their passwords."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from idp.domain.citizen import Citizen, CitizenState
from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.store import citizen_profile
from idp.store.tables import (
    authenticators,
    challenges,
    citizens,
    consents,
    devices,
    enrolments,
    former_passwords,
    grants,
    logins,
    sessions,
)

KEPT_FORMER_PASSWORDS = 10

COLUMNS = (
    *(citizens.c.id, citizens.c.national_id, citizens.c.given_name, citizens.c.family_name, citizens.c.password_hash),
    *(citizens.c.password_changed_at, citizens.c.created_at, citizens.c.birthdate, citizens.c.phone_number),
    *(citizens.c.phone_verified_at, citizens.c.two_step, citizens.c.state, citizens.c.preferred_method),
    *(citizens.c.last_method, citizens.c.must_change_password, citizens.c.profile),
)

_id: BindParameter[str] = bindparam("citizen_id")
_is_active = citizens.c.state == CitizenState.ACTIVE.value
_has_expected_hash = citizens.c.password_hash == bindparam("expected_hash")

_BY_ID = select(*COLUMNS).where(citizens.c.id == _id)
_BY_NATIONAL_ID = select(*COLUMNS).where(citizens.c.national_id == bindparam("number"))
_EVERY = select(*COLUMNS).order_by(citizens.c.created_at, citizens.c.id)
_INSERT = upsert(citizens).inline().values({column.name: bindparam(column.name) for column in COLUMNS})
_ADD = _INSERT.on_conflict_do_nothing()
_RESET = _INSERT.on_conflict_do_update(
    index_elements=[citizens.c.national_id],
    set_={column: _INSERT.excluded[column.name] for column in COLUMNS if column is not citizens.c.id},
).returning(citizens.c.id)
_HOLD = update(citizens).where(citizens.c.id == _id).values(state=citizens.c.state)
_SET_TWO_STEP = (
    update(citizens)
    .where(citizens.c.id == _id, citizens.c.two_step != bindparam("on"), _is_active)
    .values(two_step=bindparam("on"))
)
_SET_PASSWORD = (
    update(citizens)
    .where(citizens.c.id == _id, _has_expected_hash, _is_active)
    .values(password_hash=bindparam("new_hash"), password_changed_at=bindparam("now"), must_change_password=False)
)
_UPGRADE_HASH = (
    update(citizens).where(citizens.c.id == _id, _has_expected_hash).values(password_hash=bindparam("new_hash"))
)
_KEEP_FORMER = insert(former_passwords).inline()
_FORMER = (
    select(former_passwords.c.password_hash)
    .where(former_passwords.c.citizen_id == _id)
    .order_by(former_passwords.c.id.desc())
    .limit(bindparam("most"))
)
_FORGET_FORMER = delete(former_passwords).where(
    former_passwords.c.id.in_(
        select(former_passwords.c.id)
        .where(former_passwords.c.citizen_id == _id)
        .order_by(former_passwords.c.id.desc())
        .offset(KEPT_FORMER_PASSWORDS)
    )
)
_VERIFY_PHONE = (
    update(citizens)
    .where(citizens.c.id == _id, citizens.c.phone_number.is_not(None), _is_active)
    .values(phone_verified_at=bindparam("now"))
)
_SET_PHONE = (
    update(citizens)
    .where(citizens.c.id == _id, citizens.c.phone_number.is_not_distinct_from(bindparam("former")), _is_active)
    .values(phone_number=bindparam("phone"), phone_verified_at=bindparam("now"))
)
_PREFER = update(citizens).where(citizens.c.id == _id).values(preferred_method=bindparam("preferred"))
_NOTE_METHOD = (
    update(citizens)
    .where(citizens.c.id == _id, citizens.c.last_method.is_distinct_from(bindparam("used")))
    .values(last_method=bindparam("used"))
)
_SET_STATE = (
    update(citizens).where(citizens.c.id == _id, citizens.c.state != bindparam("to")).values(state=bindparam("to"))
)
_CLEAR = tuple(
    delete(table).where(table.c.citizen_id == _id)
    for table in (
        *(challenges, logins, sessions, grants, consents, devices, former_passwords),
        *(authenticators, enrolments),
    )
)


def hold(connection: Connection, citizen_id: str) -> None:
    """Lock the citizen's row, by an UPDATE that changes nothing, since that locks on every database alike."""
    connection.execute(_HOLD, {"citizen_id": citizen_id})


class Citizens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_id(self, citizen_id: str) -> Citizen | None:
        return self._one(_BY_ID, {"citizen_id": citizen_id}) if citizen_id.isprintable() else None

    def by_national_id(self, national_id: NationalId) -> Citizen | None:
        return self._one(_BY_NATIONAL_ID, {"number": national_id.value})

    def every(self) -> tuple[Citizen, ...]:
        """All of them, oldest first."""
        return tuple(citizen_of(row) for row in self._connection.execute(_EVERY))

    def add(self, citizen: Citizen) -> bool:
        """False if the id or the national id is taken."""
        return self._changed(_ADD, _values(citizen))

    def reset(self, citizen: Citizen) -> str:
        """Make the citizen with this national id exactly so, with no logins, sessions, grants, consents, known devices,
        second factors.

        Answers the stored id, which is the former one if the citizen existed. Counters of guesses are not touched:
        `Throttles.clear` needs to be told which.
        """
        citizen_id: str = self._connection.execute(_RESET, _values(citizen)).scalar_one()
        for statement in _CLEAR:
            self._connection.execute(statement, {"citizen_id": citizen_id})
        return citizen_id

    def hold(self, citizen_id: str) -> None:
        """Lock the citizen until the transaction ends: whoever comes second waits, and reads what this one wrote."""
        hold(self._connection, citizen_id)

    def set_two_step(self, citizen_id: str, on: bool) -> bool:
        """Switch two-step login; False if it already stood so, or the citizen is gone or closed."""
        return self._changed(_SET_TWO_STEP, {"citizen_id": citizen_id, "on": on})

    def set_password(self, citizen_id: str, *, password_hash: str, expected_hash: str, now: int) -> bool:
        """Replace the password and keep the former one in the history; False if it is no longer `expected_hash`.

        The citizen need not change it at the next login any more.
        """
        replaced = self._changed(
            _SET_PASSWORD,
            {"citizen_id": citizen_id, "new_hash": password_hash, "expected_hash": expected_hash, "now": now},
        )
        if replaced:
            former = {"citizen_id": citizen_id, "password_hash": expected_hash, "replaced_at": now}
            self._connection.execute(_KEEP_FORMER, former)
            self._connection.execute(_FORGET_FORMER, {"citizen_id": citizen_id})
        return replaced

    def upgrade_password_hash(self, citizen_id: str, *, password_hash: str, expected_hash: str) -> bool:
        """The same password under stronger parameters: no history, no change date."""
        return self._changed(
            _UPGRADE_HASH, {"citizen_id": citizen_id, "new_hash": password_hash, "expected_hash": expected_hash}
        )

    def former_passwords(self, citizen_id: str, most: int) -> tuple[str, ...]:
        """Hashes of the last passwords, newest first, the present one not included; at most 10 are kept."""
        return tuple(self._connection.execute(_FORMER, {"citizen_id": citizen_id, "most": most}).scalars())

    def verify_phone(self, citizen_id: str, now: int) -> bool:
        """Take the phone number as verified with identity; False without one."""
        return self._changed(_VERIFY_PHONE, {"citizen_id": citizen_id, "now": now})

    def set_phone(self, citizen_id: str, phone: PhoneNumber, *, former: PhoneNumber | None, now: int) -> bool:
        """Replace the phone number by a verified one; False if it is no longer `former`, or the citizen is closed."""
        expected = None if former is None else former.value
        return self._changed(
            _SET_PHONE, {"citizen_id": citizen_id, "phone": phone.value, "former": expected, "now": now}
        )

    def prefer_method(self, citizen_id: str, method: Method | None) -> bool:
        """Which second step is asked for first; False if the citizen is gone."""
        preferred = None if method is None else method.value
        return self._changed(_PREFER, {"citizen_id": citizen_id, "preferred": preferred})

    def note_method(self, citizen_id: str, method: Method) -> None:
        """Remember the second step that was last used; writes nothing where it is remembered already."""
        self._changed(_NOTE_METHOD, {"citizen_id": citizen_id, "used": method.value})

    def close(self, citizen_id: str) -> bool:
        """Close the account: the citizen fails every later check. False if it was closed, or there is none."""
        return self._changed(_SET_STATE, {"citizen_id": citizen_id, "to": CitizenState.CLOSED.value})

    def reopen(self, citizen_id: str) -> bool:
        return self._changed(_SET_STATE, {"citizen_id": citizen_id, "to": CitizenState.ACTIVE.value})

    def _one(self, statement: Any, parameters: dict[str, object]) -> Citizen | None:
        row = self._connection.execute(statement, parameters).one_or_none()
        return None if row is None else citizen_of(row)

    def _changed(self, statement: Any, parameters: dict[str, Any]) -> bool:
        return self._connection.execute(statement, parameters).rowcount == 1


def citizen_of(row: Sequence[Any]) -> Citizen:
    """A row of `COLUMNS`."""
    id_, national_id, given, family, password_hash, changed, created, birthdate, phone, verified, two_step, *rest = row
    state, preferred_method, last_method, must_change_password, profile = rest
    return Citizen(
        id=id_,
        national_id=NationalId(national_id),
        given_name=given,
        family_name=family,
        password_hash=password_hash,
        password_changed_at=changed,
        created_at=created,
        birthdate=birthdate,
        phone_number=None if phone is None else PhoneNumber(phone),
        phone_verified_at=verified,
        two_step=two_step,
        preferred_method=_method(preferred_method),
        last_method=_method(last_method),
        must_change_password=must_change_password,
        state=CitizenState(state),
        profile=citizen_profile.load(profile),
    )


def _method(stored: str | None) -> Method | None:
    return None if stored is None else Method(stored)


def _values(citizen: Citizen) -> dict[str, Any]:
    return {
        "id": citizen.id,
        "national_id": citizen.national_id.value,
        "given_name": citizen.given_name,
        "family_name": citizen.family_name,
        "password_hash": citizen.password_hash,
        "password_changed_at": citizen.password_changed_at,
        "created_at": citizen.created_at,
        "birthdate": citizen.birthdate,
        "phone_number": None if citizen.phone_number is None else citizen.phone_number.value,
        "phone_verified_at": citizen.phone_verified_at,
        "two_step": citizen.two_step,
        "state": citizen.state.value,
        "preferred_method": citizen.preferred_method,
        "last_method": citizen.last_method,
        "must_change_password": citizen.must_change_password,
        "profile": citizen_profile.dump(citizen.profile),
    }
