"""Second step, the answer: counted, weighed, judged; also where the right one switches two-step login on."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from idp.domain.audit import Event, Origin
from idp.domain.errors import LoginMovedOn, TooBusy
from idp.domain.evidence import Method, Proof
from idp.domain.login import Enabling, Login
from idp.domain.throttle import Count, Refused, Reserved
from idp.factors.second_factor import Asking, NotAnAnswer, NotWaiting, Right, SecondFactor, Waiting, Wrong
from idp.journey import notices, records
from idp.journey.asking import Paused, asked_by, asking, refuse
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy import throttle
from idp.policy.journey import FACTOR_STEPS, Step


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """Not judged and not counted: it cannot be an answer."""

    fault: str


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """`tries_left` is None where the question has no limit of its own; `reason` as the factor gave it."""

    tries_left: int | None
    reason: str = "wrong"


@dataclass(frozen=True, slots=True)
class DeadQuestion:
    """Nothing to judge against: never asked, expired, used up, or refused on a device."""

    why: NotWaiting


@dataclass(frozen=True, slots=True)
class Proved:
    standing: Standing


AnswerOutcome = Proved | BadAnswer | WrongAnswer | DeadQuestion | Paused


def answer(
    world: World, *, login_id: str, browser_hash: str, method: Method, typed: str, lang: str, origin: Origin
) -> AnswerOutcome:
    """Count the guess, commit, weigh it, then judge it.

    `method` is the one whose page the form was on: where the login asks for another by now, it has moved on.
    Raises LoginNotFound, LoginExpired, LoginMovedOn, TooBusy.
    """
    factor = world.factors[method]
    try:
        given = factor.read(typed)
    except NotAnAnswer as error:
        with world.begin() as uow:
            _load(world, uow, login_id, browser_hash, method)
        return BadAnswer(error.fault)
    guess = _count(world, factor, login_id, browser_hash, given, lang, origin)
    if isinstance(guess, Paused):
        return guess
    try:
        weighed = guess.weigh()
    except TooBusy:
        _give_back(world, guess)  # nothing was judged
        raise
    try:
        return _judge(world, guess, browser_hash, weighed)
    except LoginMovedOn:
        if weighed:
            _forgive_a_second_sending(world, guess)
        raise


@dataclass(frozen=True, slots=True)
class _Guess:
    """An answer that may be judged. `reserved` is None where nothing is counted, since nothing can be guessed."""

    factor: SecondFactor
    asking: Asking
    answer: str
    reserved: Reserved | None
    weigh: Callable[[], bool]


def _count(
    world: World, factor: SecondFactor, login_id: str, browser_hash: str, given: str, lang: str, origin: Origin
) -> _Guess | Paused:
    with world.begin() as uow:
        standing = _load(world, uow, login_id, browser_hash, factor.method)
        question = asking(standing, lang, origin)
        now, reserved = question.now, None
        if factor.is_guessed:
            counted = uow.throttles.reserve(throttle.factor_attempt(question.citizen.id, factor.method), now)
            if isinstance(counted, Refused):
                # In the second in which the pause begins, the guess that set it may still turn out to be right.
                if counted.until == now + throttle.PAUSE_SECONDS:
                    refuse(uow, standing.login, factor.method, now, origin, "paused")
                else:
                    _pause(uow, standing, factor, origin, "paused")
                return Paused(counted.seconds(now))
            reserved = counted
        return _Guess(factor, question, given, reserved, factor.weigh(uow, given, question))


def _load(world: World, uow: UnitOfWork, login_id: str, browser_hash: str, method: Method) -> Standing:
    standing = load_at(world, uow, login_id, browser_hash, *FACTOR_STEPS.values(), Step.ENABLING)
    if asked_by(standing) is not method:
        raise LoginMovedOn(f"{login_id} does not ask for {method}")
    return standing


def _give_back(world: World, guess: _Guess) -> None:
    if guess.reserved is not None:
        with world.begin() as uow:
            uow.throttles.give_back(_counts(guess), guess.reserved)


def _counts(guess: _Guess) -> tuple[Count, ...]:
    return throttle.factor_attempt(guess.asking.citizen.id, guess.factor.method)


def _forgive_a_second_sending(world: World, guess: _Guess) -> None:
    """Nobody is charged for a right answer that was sent twice (L-36): a double click, a repeated request."""
    with world.begin() as uow:
        was_right = guess.factor.was_right(uow, guess.answer, guess.asking)
    if was_right:
        _give_back(world, guess)


def _judge(world: World, guess: _Guess, browser_hash: str, weighed: bool) -> AnswerOutcome:
    """Rows are locked in one order everywhere: challenge, counters, login. So no two guesses wait for each other."""
    factor, login_id, origin = guess.factor, guess.asking.login_id, guess.asking.origin
    with world.begin() as uow:
        standing = _load(world, uow, login_id, browser_hash, factor.method)
        # The citizen as of now: what changed since the question was asked proves nothing.
        present = replace(asking(standing, guess.asking.lang, origin), now=guess.asking.now)
        waiting = factor.waiting(uow, present)
        tried = factor.count(uow, waiting, present.now) if isinstance(waiting, Waiting) else None
        if tried is None and _is_answered(uow, standing.login):
            raise LoginMovedOn(f"{login_id} was answered meanwhile")
        if tried is None:  # the guess stays counted: it was one, whatever it was aimed at
            why: NotWaiting = "used_up" if isinstance(waiting, Waiting) else waiting
            return _refused(world, uow, standing, guess, why) or DeadQuestion(why)
        is_same = present.citizen.id == guess.asking.citizen.id
        judged = factor.judge(uow, tried, guess.answer, present) if weighed and is_same else Wrong()
        if isinstance(judged, Wrong) and judged.reason == "unanswered":
            return WrongAnswer(None, judged.reason)
        if isinstance(judged, Wrong):
            is_alarm = judged.reason == "counter_fell"
            if weighed and not is_alarm and _is_answered(uow, standing.login):
                raise LoginMovedOn(f"{login_id} was answered meanwhile")
            if is_alarm:
                event = Event.COUNTER_FELL
                records.write(uow, standing.login, event, at=present.now, origin=origin, ok=False, method=factor.method)
            paused = _refused(world, uow, standing, guess, judged.reason)
            return paused or WrongAnswer(tried.tries_left, judged.reason)
        if guess.reserved is not None:
            uow.throttles.give_back(_counts(guess), guess.reserved)
        return Proved(_proved(world, uow, standing, factor, judged, present))


def _is_answered(uow: UnitOfWork, login: Login) -> bool:
    """Whether the request that this one waited for, to judge the same code, moved the login on."""
    present = uow.logins.by_id(login.id, login.browser_hash)
    return present is None or present.version != login.version


def _proved(
    world: World, uow: UnitOfWork, standing: Standing, factor: SecondFactor, right: Right, present: Asking
) -> Standing:
    method = factor.method
    proof = Proof(method, present.citizen.id, standing.login.id, right.credential, present.now)
    others = tuple(old for old in standing.login.evidence if old.method is not method)
    login = replace(standing.login, evidence=(*others, proof))
    if standing.step is Step.ENABLING:
        login = _enabled(uow, login, present)
    login = save(uow, login)
    records.write(
        uow, login, Event.FACTOR_PROVED, at=present.now, origin=present.origin, method=method, reason=right.note
    )
    if method is Method.BACKUP_CODE:
        notices.backup_code_used(uow, present.citizen, present.lang, present.now)
    return stand(world, uow, login)


def _enabled(uow: UnitOfWork, login: Login, present: Asking) -> Login:
    """Two-step login is on from here, told once: to a citizen on the way to a service on a page of its own."""
    if uow.citizens.set_two_step(present.citizen.id, True):
        event = Event.TWO_STEP_ENABLED
        records.write(uow, login, event, at=present.now, origin=present.origin, method=Method.SMS)
        notices.two_step_enabled(uow, present.citizen, present.lang, present.now)
    return replace(login, enabling=Enabling.NO if login.request is None else Enabling.DONE)


def _refused(world: World, uow: UnitOfWork, standing: Standing, guess: _Guess, reason: str) -> Paused | None:
    """Record an answer that was not right. Paused if it was the one that pauses the method."""
    now, origin, method = guess.asking.now, guess.asking.origin, guess.factor.method
    waits = () if guess.reserved is None else guess.reserved.waits_set
    until = max((instant for instant in waits if instant is not None), default=None)
    if until is None:
        refuse(uow, standing.login, method, now, origin, reason)
        return None
    _pause(uow, standing, guess.factor, origin, reason)
    records.write(uow, standing.login, Event.FACTOR_PAUSED, at=now, origin=origin, ok=False, method=method)
    notices.factor_paused(uow, guess.asking.citizen, guess.asking.lang, now)
    return Paused(until - now)


def _pause(uow: UnitOfWork, standing: Standing, factor: SecondFactor, origin: Origin, reason: str) -> None:
    """A pause outlives this proof of the password: whoever goes on guessing afterwards must know it again (B10)."""
    refuse(uow, standing.login, factor.method, standing.facts.now, origin, reason)
    uow.challenges.end_all(standing.login.id)
    requirement = replace(standing.login.requirement, renew=True)
    save(uow, replace(standing.login, evidence=(), method=None, requirement=requirement))
