"""Doğrulama uygulaması: a secret for the citizen's app, and the first code, which proves that the app has it.

The time step of that code is the first one that counts as used, so it logs nobody in (S-15).
"""

from dataclasses import dataclass
from typing import Literal

from idp.domain.audit import Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.enrolment import Enrolment
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.factors import digits, totp
from idp.factors.second_factor import NotAnAnswer
from idp.journey import notices
from idp.journey.authenticators import admit, record
from idp.journey.ports import UnitOfWork
from idp.journey.security_settings import Visitor
from idp.journey.world import World

SETUP_SECONDS = 600
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Added:
    """The app is registered. `replaced`: another one was before, and other sessions are over."""

    replaced: bool


@dataclass(frozen=True, slots=True)
class BadCode:
    """Neither judged nor counted: it cannot be a code. `fault` is `empty`, `not_digits` or `length`."""

    fault: str


@dataclass(frozen=True, slots=True)
class WrongCode:
    """At no `tries_left` the secret is dead, and another one has to be begun with."""

    tries_left: int


SetupOutcome = Added | BadCode | WrongCode | Literal["over"]
"""`over`: nothing waits for a code in this session: too late, used up, or begun anew in another one."""


def begin(world: World, visitor: Visitor, origin: Origin) -> Enrolment:
    """The secret that waits in this session, or a new one. Raises ProofRequired."""
    now = world.clock.now()
    with world.begin() as uow:
        admit(world, uow, visitor)
        waiting = _waiting(uow, visitor, now)
        if waiting is not None:
            return waiting
        enrolment = Enrolment(
            id=world.secrets.token(),
            citizen_id=visitor.citizen.id,
            session_id=visitor.session.id,
            method=Method.TOTP,
            created_at=now,
            expires_at=now + SETUP_SECONDS,
            secret=totp.new_seed(world.secrets),
        )
        uow.enrolments.insert(enrolment)
        record(uow, visitor, Event.ENROLMENT_BEGUN, now, origin, Method.TOTP)
    return enrolment


def confirm(world: World, visitor: Visitor, typed: str, lang: str, origin: Origin) -> SetupOutcome:
    """Count the guess, commit, then judge it; the right one registers the app in place of a former one.

    Raises ProofRequired.
    """
    if not visitor.reaches(Level.TWO_STEP):
        raise ProofRequired("registering an app needs a fresh proof of two steps")
    try:
        code = digits.read(typed, totp.DIGITS)
    except NotAnAnswer as error:
        return BadCode(error.fault)
    now = world.clock.now()
    with world.begin() as uow:
        enrolment = _waiting(uow, visitor, now)
        tries = None if enrolment is None else uow.enrolments.count_try(enrolment.id, most=MOST_TRIES, now=now)
        if enrolment is None or tries is None:
            return _done_before(uow, visitor)
    step = totp.time_step(enrolment.secret, code, now)
    if step is None:
        with world.begin() as uow:
            record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, Method.TOTP, ok=False, reason="wrong")
        return WrongCode(MOST_TRIES - tries)
    return _register(world, visitor, enrolment, step, lang, origin)


def _register(
    world: World, visitor: Visitor, enrolment: Enrolment, step: int, lang: str, origin: Origin
) -> SetupOutcome:
    now = world.clock.now()
    with world.begin() as uow:
        if not uow.enrolments.consume(enrolment.id, now=now):
            return _done_before(uow, visitor)
        citizen = admit(world, uow, visitor).citizen
        replaced = uow.authenticators.remove_all(citizen.id, Method.TOTP) > 0
        app = Authenticator(
            id=world.secrets.token(),
            citizen_id=citizen.id,
            method=Method.TOTP,
            name="",
            created_at=now,
            counter=step,
        )
        uow.authenticators.add(app, enrolment.secret)
        record(uow, visitor, Event.AUTHENTICATOR_ADDED, now, origin, Method.TOTP)
        if replaced:
            notices.method_replaced(uow, citizen, Method.TOTP, lang, now)
            uow.sessions.end_all(citizen.id, now, but=visitor.session.id)
        else:
            notices.method_added(uow, citizen, Method.TOTP, lang, now)
    return Added(replaced)


def _waiting(uow: UnitOfWork, visitor: Visitor, now: int) -> Enrolment | None:
    """What this session began, while a code can complete it."""
    found = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.TOTP)
    is_live = found is not None and found.consumed_at is None and now < found.expires_at and found.tries < MOST_TRIES
    return found if is_live else None


def _done_before(uow: UnitOfWork, visitor: Visitor) -> SetupOutcome:
    """The form was sent twice (L-36): this session's own secret is registered already. Nothing is granted by it."""
    begun = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.TOTP)
    if begun is None or begun.consumed_at is None:
        return "over"
    held = (one for one in uow.authenticators.of_citizen(visitor.citizen.id) if one.method is Method.TOTP)
    is_that = any(uow.authenticators.secret_of(one.id) == begun.secret for one in held)
    return Added(replaced=False) if is_that else "over"
