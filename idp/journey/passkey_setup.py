"""Geçiş anahtarı: a challenge for the browser, and the passkey that answers it. A challenge takes one answer."""

from typing import Literal, cast

from idp.domain.audit import Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.enrolment import Enrolment
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.factors import passkey_registration
from idp.factors.passkey import Passkey
from idp.factors.passkey_registration import NewPasskey, User
from idp.journey import notices
from idp.journey.authenticators import admit, record
from idp.journey.names import NameFault, name_fault
from idp.journey.ports import UnitOfWork
from idp.journey.security_settings import Visitor
from idp.journey.world import World

MOST_PASSKEYS = 10
SERVICE = "Eşik"

PasskeyFault = Literal["over", "not_accepted", "known", "too_many"]
"""Nothing waits for an answer in this session; not made for us, here and now; registered already; ten already."""


def begin(world: World, visitor: Visitor, origin: Origin) -> Enrolment | Literal["too_many"]:
    """The challenge that waits in this session, or a new one. Raises ProofRequired."""
    now = world.clock.now()
    with world.begin() as uow:
        admit(world, uow, visitor)
        waiting = _waiting(uow, visitor, now)
        if waiting is not None:
            return waiting
        if _is_full(uow, visitor):
            return "too_many"
        enrolment = Enrolment(
            id=world.secrets.token(),
            citizen_id=visitor.citizen.id,
            session_id=visitor.session.id,
            method=Method.PASSKEY,
            created_at=now,
            expires_at=now + _factor(world).lifetime,
            secret=world.secrets.token(),
        )
        uow.enrolments.insert(enrolment)
        record(uow, visitor, Event.ENROLMENT_BEGUN, now, origin, Method.PASSKEY)
    return enrolment


def options(world: World, uow: UnitOfWork, visitor: Visitor, enrolment: Enrolment) -> str:
    """What the browser is asked, as JSON. The user's handle is the same each time, and tells nobody who it is."""
    citizen = visitor.citizen
    handle = bytes.fromhex(world.secrets.mac("passkey user", citizen.id))
    user = User(handle, citizen.national_id.masked, citizen.name)
    return passkey_registration.options(_factor(world), enrolment.secret, user, _held(uow, visitor), SERVICE)


def finish(
    world: World, visitor: Visitor, *, answer: str, name: str, lang: str, origin: Origin
) -> Authenticator | PasskeyFault | NameFault:
    """Use the challenge up, commit, then judge the answer and register the passkey under `name`.

    Raises ProofRequired.
    """
    if not visitor.reaches(Level.TWO_STEP):
        raise ProofRequired("registering a passkey needs a fresh proof of two steps")
    fault = name_fault(name)
    if fault is not None:
        return fault
    now = world.clock.now()
    with world.begin() as uow:
        enrolment = _waiting(uow, visitor, now)
        if enrolment is None or not uow.enrolments.consume(enrolment.id, now=now):
            return _done_before(uow, visitor, answer) or "over"
    made = passkey_registration.registered(_factor(world), enrolment.secret, answer)
    if made is None:
        with world.begin() as uow:
            record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, Method.PASSKEY, ok=False, reason="not_accepted")
        return "not_accepted"
    return _register(world, visitor, made, name.strip(), lang, origin)


def _register(
    world: World, visitor: Visitor, made: NewPasskey, name: str, lang: str, origin: Origin
) -> Authenticator | PasskeyFault:
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor).citizen
        if _is_full(uow, visitor):
            return "too_many"
        passkey = Authenticator(
            id=world.secrets.token(),
            citizen_id=citizen.id,
            method=Method.PASSKEY,
            name=name,
            created_at=now,
            handle=made.handle,
            public_key=made.public_key,
            counter=made.counter,
        )
        if not uow.authenticators.add(passkey):
            return "known"
        record(uow, visitor, Event.AUTHENTICATOR_ADDED, now, origin, Method.PASSKEY)
        notices.method_added(uow, citizen, Method.PASSKEY, lang, now)
    return passkey


def _factor(world: World) -> Passkey:
    return cast(Passkey, world.factors[Method.PASSKEY])


def _waiting(uow: UnitOfWork, visitor: Visitor, now: int) -> Enrolment | None:
    found = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.PASSKEY)
    return found if found is not None and found.consumed_at is None and now < found.expires_at else None


def _held(uow: UnitOfWork, visitor: Visitor) -> tuple[Authenticator, ...]:
    every = uow.authenticators.of_citizen(visitor.citizen.id)
    return tuple(one for one in every if one.method is Method.PASSKEY)


def _is_full(uow: UnitOfWork, visitor: Visitor) -> bool:
    return len(_held(uow, visitor)) >= MOST_PASSKEYS


def _done_before(uow: UnitOfWork, visitor: Visitor, answer: str) -> Authenticator | None:
    """The form was sent twice (L-36): what it speaks of is registered already. Nothing is granted by it."""
    named = passkey_registration.named_in(answer)
    return next((one for one in _held(uow, visitor) if one.handle == named), None)
