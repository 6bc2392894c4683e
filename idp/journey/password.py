"""First step: T.C. kimlik number and password."""

from dataclasses import dataclass, replace

from idp.domain.audit import Event, Origin
from idp.domain.citizen import Citizen
from idp.domain.errors import TooBusy, TooManyRequests
from idp.domain.evidence import Evidence, Method, Proof
from idp.domain.login import Enabling, Login
from idp.domain.national_id import Fault, InvalidNationalId, NationalId
from idp.domain.throttle import Count, Refused, Reserved
from idp.journey import notices, records
from idp.journey.asking import arrive
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy import addresses, throttle
from idp.policy.journey import Step

MOST_OPEN_LOGINS = 5
"""Open logins that may name one citizen; beyond it the oldest ends."""


@dataclass(frozen=True, slots=True)
class PasswordProved:
    standing: Standing


@dataclass(frozen=True, slots=True)
class BadNationalId:
    fault: Fault


@dataclass(frozen=True, slots=True)
class PasswordMissing:
    pass


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """The same for an unknown number, a wrong password, a closed account."""


@dataclass(frozen=True, slots=True)
class PasswordWait:
    """Not judged: too many wrong ones before. `seconds` is how long to wait; None when only recovery helps."""

    seconds: int | None


Outcome = PasswordProved | BadNationalId | PasswordMissing | WrongPassword | PasswordWait


def prove_password(
    world: World,
    *,
    login_id: str,
    browser_hash: str,
    national_id: str | None,
    password: str,
    device: str | None,
    lang: str,
    origin: Origin,
) -> Outcome:
    """Count, then judge, then record.

    `national_id` is None where the page knew whom it asked: the citizen whom the login names. `device` is the
    known-device cookie's value, which proves nothing.

    Raises LoginNotFound, LoginExpired, LoginMovedOn, TooBusy, TooManyRequests.
    """
    try:
        number = _named_by(world, login_id, browser_hash) if national_id is None else NationalId.parse(national_id)
    except InvalidNationalId as error:
        return BadNationalId(error.fault)
    if not password:
        return PasswordMissing()
    device_hash = world.secrets.mac("device", device) if device else None
    counted = _count(world, login_id, browser_hash, number, device_hash, origin)
    if isinstance(counted, PasswordWait):
        return counted
    try:
        right = world.hasher.matches(password, counted.password_hash)
    except TooBusy:
        with world.begin() as uow:
            uow.throttles.give_back(counted.counts, counted.reserved)  # nothing was judged
        raise
    if not right:
        _refuse(world, counted, lang, origin)
        return WrongPassword()
    return PasswordProved(_accept(world, counted, browser_hash, password, lang, origin))


@dataclass(frozen=True, slots=True)
class _Counted:
    """An attempt that may be judged."""

    login: Login
    citizen: Citizen | None
    counts: tuple[Count, ...]
    reserved: Reserved

    @property
    def password_hash(self) -> str | None:
        """None, which matches nothing, for an unknown number and for a closed account."""
        return self.citizen.password_hash if self.citizen is not None and self.citizen.is_active else None


def _named_by(world: World, login_id: str, browser_hash: str) -> NationalId:
    with world.begin() as uow:
        citizen = load_at(world, uow, login_id, browser_hash, Step.PASSWORD).citizen
    if citizen is None:
        raise InvalidNationalId("empty")
    return citizen.national_id


def _count(
    world: World, login_id: str, browser_hash: str, number: NationalId, device_hash: str | None, origin: Origin
) -> "_Counted | PasswordWait":
    now = world.clock.now()
    with world.begin() as uow:
        login = load_at(world, uow, login_id, browser_hash, Step.PASSWORD).login
        slow_down(world, uow, origin, now)
        citizen = uow.citizens.by_national_id(number)
        wait: int | None = None
        for counts in _budgets(uow, number, citizen, device_hash):
            reserved = uow.throttles.reserve(counts, now)
            if isinstance(reserved, Reserved):
                return _Counted(login, citizen, counts, reserved)
            wait = reserved.seconds(now)
        named = login if citizen is None else replace(login, citizen_id=citizen.id)
        records.write(uow, named, Event.PASSWORD_REFUSED, at=now, origin=origin, ok=False, reason="waiting")
    return PasswordWait(wait)


def _budgets(
    uow: UnitOfWork, number: NationalId, citizen: Citizen | None, device_hash: str | None
) -> tuple[tuple[Count, ...], ...]:
    """A known device has its own budget first, so that strangers cannot lock the owner out."""
    account = throttle.password_attempt(number.value)
    # Asked for nobody too, so that an unknown number costs what a known one costs (B15).
    if device_hash is None or not uow.devices.is_known(device_hash, citizen.id if citizen is not None else ""):
        return (account,)
    return (throttle.password_attempt_from_known_device(number.value, device_hash), account)


def slow_down(world: World, uow: UnitOfWork, origin: Origin, now: int) -> None:
    """Count a posted number on its address (B11). Raises TooManyRequests."""
    if world.limits.loopback_exempt and addresses.is_loopback(origin.ip):
        return
    address, network = addresses.counted(origin.ip) or (origin.ip, origin.ip)
    refused = uow.throttles.reserve(throttle.login_post(address, network), now)
    if isinstance(refused, Refused):
        raise TooManyRequests(refused.seconds(now) or 60)


def _refuse(world: World, counted: _Counted, lang: str, origin: Origin) -> None:
    """The citizen's own history shows the attempt, though the login does not name the citizen yet.

    Where the long waits begin, the citizen is told once (R-64).
    """
    now, citizen = world.clock.now(), counted.citizen
    login = counted.login if citizen is None else replace(counted.login, citizen_id=citizen.id)
    is_account = counted.counts[0].limit is throttle.PASSWORD
    begins_long_waits = is_account and counted.reserved.counts[0] == throttle.LONG_WAITS_FROM
    with world.begin() as uow:
        records.write(uow, login, Event.PASSWORD_REFUSED, at=now, origin=origin, ok=False, reason="wrong")
        if begins_long_waits and citizen is not None:
            notices.password_locked(uow, citizen, lang, now)


def _accept(world: World, counted: _Counted, browser_hash: str, password: str, lang: str, origin: Origin) -> Standing:
    citizen = counted.citizen
    if citizen is None or citizen.password_hash is None:
        raise ValueError("only a password that matched can be accepted")
    stronger = _stronger(world, citizen.password_hash, password)
    now = world.clock.now()
    with world.begin() as uow:
        standing = load_at(world, uow, counted.login.id, browser_hash, Step.PASSWORD)
        login = _named(standing.login, citizen)
        proof = Proof(
            method=Method.PASSWORD,
            citizen_id=citizen.id,
            login_id=login.id,
            credential=str(citizen.password_changed_at),
            proved_at=now,
        )
        login = replace(login, evidence=(*_others(login.evidence), proof), account_chosen=True)
        uow.throttles.give_back(counted.counts, counted.reserved)
        login = save(uow, login)
        if stronger is not None:
            uow.citizens.upgrade_password_hash(citizen.id, password_hash=stronger, expected_hash=citizen.password_hash)
        records.write(uow, login, Event.PASSWORD_PROVED, at=now, origin=origin, method=Method.PASSWORD)
        proved = arrive(world, uow, stand(world, uow, login), lang, origin)
    with world.begin() as uow:  # on its own: it locks other logins, each of which may be busy with this one
        uow.logins.end_oldest(citizen.id, MOST_OPEN_LOGINS, but=login.id)
    return proved


def _stronger(world: World, password_hash: str, password: str) -> str | None:
    """A hash under today's parameters where the stored one is weaker; not while the house is full."""
    if not world.hasher.is_weaker_than_policy(password_hash):
        return None
    try:
        return world.hasher.hash(password)
    except TooBusy:
        return None


def _named(login: Login, citizen: Citizen) -> Login:
    """The login of this citizen. Whatever another one had proved or answered in it is dropped."""
    if login.citizen_id == citizen.id:
        return login
    return replace(
        login,
        citizen_id=citizen.id,
        session_id=None,
        evidence=(),
        consented=False,
        method=None,
        enabling=Enabling.NO,
    )


def _others(evidence: Evidence) -> Evidence:
    return tuple(proof for proof in evidence if proof.method is not Method.PASSWORD)
