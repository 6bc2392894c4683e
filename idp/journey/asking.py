"""Second step, the question: which method, and what is sent for it. A GET sends nothing; a posted form does."""

from dataclasses import dataclass, replace

from idp.domain.audit import Event, Origin
from idp.domain.evidence import Method
from idp.domain.login import Login
from idp.domain.throttle import Count, Refused
from idp.factors.second_factor import Asking
from idp.journey import records
from idp.journey.pauses import pause_of
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy import addresses, throttle
from idp.policy.journey import FACTOR_STEPS, Step

STEPS = (Step.METHOD, *FACTOR_STEPS.values(), Step.ENABLING)
"""Where a second factor is asked for; ENABLING asks by SMS only."""


_EVENTS = {Method.SMS: Event.CODE_SENT, Method.APP: Event.APPROVAL_ASKED}
"""What is written down when a question leaves the house."""


@dataclass(frozen=True, slots=True)
class Sent:
    standing: Standing


@dataclass(frozen=True, slots=True)
class TooEarly:
    """It was asked a moment ago; `seconds` until it may be asked again."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The method takes no answers now. `seconds` is how long; None when only recovery, or another method, helps."""

    seconds: int | None


@dataclass(frozen=True, slots=True)
class NotOffered:
    """No such method can be chosen in this login."""


AskOutcome = Sent | TooEarly | Paused


def asked_by(standing: Standing) -> Method | None:
    """The method whose page this is; None where it is no second step, or the method is still to be chosen."""
    if standing.step is Step.ENABLING:
        return Method.SMS
    return next((method for method, step in FACTOR_STEPS.items() if step is standing.step), None)


def arrive(world: World, uow: UnitOfWork, standing: Standing, lang: str, origin: Origin) -> Standing:
    """The login comes to its second step by a form that was posted: begin with the citizen's own method at once."""
    if standing.step not in STEPS:
        return standing
    is_settled = standing.login.method is not None or standing.step is Step.ENABLING
    method = asked_by(standing) if is_settled else _first_unpaused(uow, standing)
    if method is None:
        return standing
    _ask(world, uow, standing, method, lang, origin)
    return standing if is_settled else _chosen(world, uow, standing, method)


def choose(
    world: World, *, login_id: str, browser_hash: str, method: Method | None, lang: str, origin: Origin
) -> Standing | NotOffered:
    """Go on with another method, or (None) to the page that lists them. Nothing proved or counted is carried over.

    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.METHOD, *FACTOR_STEPS.values())
        if method is None:
            return stand(world, uow, save(uow, replace(standing.login, method=None)))
        if method not in standing.facts.offered:
            return NotOffered()
        _ask(world, uow, standing, method, lang, origin)
        records.write(uow, standing.login, Event.METHOD_CHOSEN, at=standing.facts.now, origin=origin, method=method)
        return _chosen(world, uow, standing, method)


def ask_again(world: World, *, login_id: str, browser_hash: str, lang: str, origin: Origin) -> AskOutcome:
    """A new code, challenge or approval; the former one is dead, and no counter is touched.

    Of two that are sent at once one is asked (L-36): the other finds that the login changed.
    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, *FACTOR_STEPS.values(), Step.ENABLING)
        method = asked_by(standing)
        outcome = Sent(standing) if method is None else _ask(world, uow, standing, method, lang, origin)
        return Sent(stand(world, uow, save(uow, standing.login))) if isinstance(outcome, Sent) else outcome


def asking(standing: Standing, lang: str, origin: Origin) -> Asking:
    """Raises ValueError while nobody gave a password."""
    if standing.citizen is None:
        raise ValueError("a second factor follows a password")
    return Asking(standing.login.id, standing.citizen, lang, standing.facts.now, origin)


def _first_unpaused(uow: UnitOfWork, standing: Standing) -> Method | None:
    first, citizen = standing.facts.first_method, standing.citizen
    if first is None or citizen is None:
        return None
    order = (first, *(method for method in standing.facts.offered if method is not first))
    now = standing.facts.now
    return next((method for method in order if pause_of(uow, citizen.id, method, now) is None), first)


def _chosen(world: World, uow: UnitOfWork, standing: Standing, method: Method) -> Standing:
    return stand(world, uow, save(uow, replace(standing.login, method=method)))


def _ask(world: World, uow: UnitOfWork, standing: Standing, method: Method, lang: str, origin: Origin) -> AskOutcome:
    """Put the question, if this method has one. Counters are taken before the login is saved (ADR 0010)."""
    factor, question = world.factors[method], asking(standing, lang, origin)
    now, citizen, login = question.now, question.citizen, standing.login
    if not factor.asks:
        return Sent(standing)
    if method not in standing.facts.methods:
        return Paused(None)
    refused = pause_of(uow, citizen.id, method, now)
    if refused is not None:
        return Paused(refused.seconds(now))
    last = uow.challenges.current(login.id, method)
    wait = 0 if last is None else last.created_at + throttle.ASK_AGAIN_SECONDS.get(method, 0) - now
    if last is not None and last.citizen_id == citizen.id and wait > 0:
        return TooEarly(wait)
    reserved = uow.throttles.reserve(_sending(world, method, question), now)
    if isinstance(reserved, Refused):
        refuse(uow, login, method, now, origin, reserved.scope)
        seconds = reserved.seconds(now)
        return Paused(None) if seconds is None else TooEarly(seconds)
    factor.start(uow, question)
    if method in _EVENTS:
        records.write(uow, login, _EVENTS[method], at=now, origin=origin, method=method)
    return Sent(standing)


def _sending(world: World, method: Method, question: Asking) -> tuple[Count, ...]:
    """The counters of one message that leaves for the citizen; none for a question that stays in the browser."""
    citizen, quotas = question.citizen, world.limits.sms_quotas
    if method is Method.APP:
        return throttle.approval_asking(citizen.id, quotas=quotas)
    if method is Method.SMS and quotas and citizen.verified_phone is not None:
        address, _ = addresses.counted(question.origin.ip) or (question.origin.ip, "")
        return throttle.sms_sending(citizen.id, citizen.verified_phone.value, address)
    return ()


def refuse(uow: UnitOfWork, login: Login, method: Method, now: int, origin: Origin, reason: str) -> None:
    """Write down an answer, or a question, that was refused."""
    records.write(uow, login, Event.FACTOR_REFUSED, at=now, origin=origin, ok=False, method=method, reason=reason)
