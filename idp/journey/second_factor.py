"""Second step: a code is sent, and the answer judged; also where the right answer switches two-step login on."""

from dataclasses import dataclass, replace

from idp.domain.audit import Event, Origin
from idp.domain.errors import LoginMovedOn
from idp.domain.evidence import Method, Proof
from idp.domain.login import Enabling, Login
from idp.domain.throttle import Refused, Reserved
from idp.factors.second_factor import Asking, NotWaiting, Waiting
from idp.journey import notices, records
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy import addresses, throttle
from idp.policy.journey import Step

STEPS = (Step.SECOND_FACTOR, Step.ENABLING)


@dataclass(frozen=True, slots=True)
class Sent:
    standing: Standing


@dataclass(frozen=True, slots=True)
class TooEarly:
    """A code was sent a moment ago; `seconds` until the next may be."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The method takes no codes now. `seconds` is how long; None when only recovery helps."""

    seconds: int | None


@dataclass(frozen=True, slots=True)
class BadCode:
    """Not judged and not counted: it cannot be a code."""

    fault: str


@dataclass(frozen=True, slots=True)
class WrongCode:
    tries_left: int


@dataclass(frozen=True, slots=True)
class DeadCode:
    """Nothing to judge against: never sent, expired, or used up."""

    why: NotWaiting


@dataclass(frozen=True, slots=True)
class CodeProved:
    standing: Standing


SendOutcome = Sent | TooEarly | Paused
AnswerOutcome = CodeProved | BadCode | WrongCode | DeadCode | Paused


def send_first(world: World, uow: UnitOfWork, standing: Standing, lang: str, origin: Origin) -> Standing:
    """Send a code as the login arrives at this step, by a form that was posted (a GET sends nothing)."""
    if standing.step in STEPS:
        _send(world, uow, standing, lang, origin)
    return standing


def resend(world: World, *, login_id: str, browser_hash: str, lang: str, origin: Origin) -> SendOutcome:
    """Send a new code; the former one is dead, and no counter is touched.

    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    with world.begin() as uow:
        return _send(world, uow, load_at(world, uow, login_id, browser_hash, *STEPS), lang, origin)


def answer(world: World, *, login_id: str, browser_hash: str, code: str, lang: str, origin: Origin) -> AnswerOutcome:
    """Count the guess, commit, then judge it. Raises LoginNotFound, LoginExpired, LoginMovedOn."""
    digits = "".join(code.split())
    if not digits:
        return BadCode("empty")
    if not (digits.isascii() and digits.isdigit()):
        return BadCode("not_digits")
    if len(digits) != world.sms.digits:
        return BadCode("length")
    counted = _count(world, login_id, browser_hash, lang, origin)
    if not isinstance(counted, _Counted):
        return counted
    try:
        return _judge(world, counted, login_id, browser_hash, digits, origin)
    except LoginMovedOn:
        _forgive_a_second_sending(world, counted, login_id, digits)
        raise


@dataclass(frozen=True, slots=True)
class _Counted:
    """A guess that may be judged."""

    asking: Asking
    reserved: Reserved


def _count(world: World, login_id: str, browser_hash: str, lang: str, origin: Origin) -> "_Counted | Paused":
    now = world.clock.now()
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, *STEPS)
        asking = _asking(standing, lang, now)
        reserved = uow.throttles.reserve(throttle.factor_attempt(asking.citizen.id, world.sms.method), now)
        if isinstance(reserved, Refused):
            # In the second in which the pause begins, the guess that set it may still turn out to be right.
            if reserved.until == now + throttle.PAUSE_SECONDS:
                _record_refusal(uow, standing.login, now, origin, "paused")
            else:
                _pause(world, uow, standing, origin, "paused")
            return Paused(reserved.seconds(now))
        return _Counted(asking, reserved)


def _forgive_a_second_sending(world: World, counted: _Counted, login_id: str, digits: str) -> None:
    """Nobody is charged for a right answer that was sent twice (L-36): a double click, a repeated request."""
    with world.begin() as uow:
        if world.sms.was_right(uow, login_id, digits):
            counts = throttle.factor_attempt(counted.asking.citizen.id, world.sms.method)
            uow.throttles.give_back(counts, counted.reserved)


def _judge(
    world: World, counted: _Counted, login_id: str, browser_hash: str, digits: str, origin: Origin
) -> AnswerOutcome:
    """Rows are locked in one order everywhere: challenge, counters, login. So no two guesses wait for each other."""
    now, citizen, method = counted.asking.now, counted.asking.citizen, world.sms.method
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, *STEPS)
        waiting = world.sms.waiting(uow, login_id, now)
        tried = world.sms.count(uow, waiting, now) if isinstance(waiting, Waiting) else None
        if tried is None and world.sms.was_right(uow, login_id, digits):
            raise LoginMovedOn(f"{login_id} was answered meanwhile")
        if tried is None:  # the guess stays counted: it was one, whatever it was aimed at
            why: NotWaiting = "used_up" if isinstance(waiting, Waiting) else waiting
            paused = _refused(world, uow, standing, counted.reserved, counted.asking, origin, why)
            return paused or DeadCode(why)
        # The citizen as of now: a phone that changed since the code was sent proves nothing.
        asking = _asking(standing, counted.asking.lang, now)
        if asking.citizen.id != citizen.id or not world.sms.judge(uow, tried, digits, asking):
            paused = _refused(world, uow, standing, counted.reserved, counted.asking, origin, "wrong")
            return paused or WrongCode(tried.tries_left)
        uow.throttles.give_back(throttle.factor_attempt(citizen.id, method), counted.reserved)
        proof = Proof(method, citizen.id, login_id, tried.credential, now)
        others = tuple(old for old in standing.login.evidence if old.method is not method)
        login = replace(standing.login, evidence=(*others, proof))
        if standing.step is Step.ENABLING:
            login = _enabled(world, uow, login, asking, origin)
        login = save(uow, login)
        records.write(uow, login, Event.FACTOR_PROVED, at=now, origin=origin, method=method)
        return CodeProved(stand(world, uow, login))


def _enabled(world: World, uow: UnitOfWork, login: Login, asking: Asking, origin: Origin) -> Login:
    """Two-step login is on from here, told once: to a citizen on the way to a service on a page of its own."""
    if uow.citizens.set_two_step(asking.citizen.id, True):
        records.write(uow, login, Event.TWO_STEP_ENABLED, at=asking.now, origin=origin, method=world.sms.method)
        notices.two_step_enabled(uow, asking.citizen, asking.lang, asking.now)
    return replace(login, enabling=Enabling.NO if login.request is None else Enabling.DONE)


def _refused(
    world: World,
    uow: UnitOfWork,
    standing: Standing,
    reserved: Reserved,
    asking: Asking,
    origin: Origin,
    reason: str,
) -> Paused | None:
    """Record a guess that was not right. Paused if it was the one that pauses the method."""
    until = max((instant for instant in reserved.waits_set if instant is not None), default=None)
    if until is None:
        _record_refusal(uow, standing.login, asking.now, origin, reason)
        return None
    _pause(world, uow, standing, origin, reason)
    method = world.sms.method
    records.write(uow, standing.login, Event.FACTOR_PAUSED, at=asking.now, origin=origin, ok=False, method=method)
    notices.factor_paused(uow, asking.citizen, asking.lang, asking.now)
    return Paused(until - asking.now)


def _pause(world: World, uow: UnitOfWork, standing: Standing, origin: Origin, reason: str) -> None:
    """A pause outlives this proof of the password: whoever goes on guessing afterwards must know it again (B10)."""
    _record_refusal(uow, standing.login, standing.facts.now, origin, reason)
    uow.challenges.end_all(standing.login.id)
    requirement = replace(standing.login.requirement, renew=True)
    save(uow, replace(standing.login, evidence=(), requirement=requirement))


def _send(world: World, uow: UnitOfWork, standing: Standing, lang: str, origin: Origin) -> SendOutcome:
    now = world.clock.now()
    asking = _asking(standing, lang, now)
    citizen = asking.citizen
    if not world.sms.is_active(citizen):
        return Paused(None)
    refused = uow.throttles.refusal(throttle.factor_attempt(citizen.id, world.sms.method), now)
    if refused is not None:
        return Paused(refused.seconds(now))
    last = uow.challenges.current(standing.login.id)
    wait = 0 if last is None else last.created_at + throttle.SMS_RESEND_SECONDS - now
    if last is not None and last.citizen_id == citizen.id and wait > 0:
        return TooEarly(wait)
    if world.limits.sms_quotas:
        address, _ = addresses.counted(origin.ip) or (origin.ip, "")
        sending = throttle.sms_sending(citizen.id, world.sms.credential(citizen), address)
        reserved = uow.throttles.reserve(sending, now)
        if isinstance(reserved, Refused):
            _record_refusal(uow, standing.login, now, origin, reserved.scope)
            return TooEarly(reserved.seconds(now) or throttle.SMS_RESEND_SECONDS)
    world.sms.start(uow, asking)
    records.write(uow, standing.login, Event.CODE_SENT, at=now, origin=origin, method=world.sms.method)
    return Sent(standing)


def _asking(standing: Standing, lang: str, now: int) -> Asking:
    if standing.citizen is None:
        raise ValueError("a second factor follows a password")
    return Asking(standing.login.id, standing.citizen, lang, now)


def _record_refusal(uow: UnitOfWork, login: Login, now: int, origin: Origin, reason: str) -> None:
    records.write(uow, login, Event.FACTOR_REFUSED, at=now, origin=origin, ok=False, method=Method.SMS, reason=reason)
