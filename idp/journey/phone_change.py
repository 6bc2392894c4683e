"""Another phone number: proved with the former phone or a passkey, then with a code that the new number gets (R-56).

Changing the number is binding a new factor, and it carries the former number's verification with identity over. So a
fresh proof of the account's own level is not enough: it must hold the former phone itself, or a passkey. Without any
verified phone there is nothing to carry over, and only identity helps (domain rules §3.4).
"""

from dataclasses import dataclass
from typing import Literal, cast

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.enrolment import Enrolment
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method
from idp.domain.phone_number import InvalidPhoneNumber, PhoneNumber
from idp.domain.throttle import Count, Refused, Reserved
from idp.factors import digits
from idp.factors.second_factor import NotAnAnswer
from idp.factors.sms import Sms
from idp.journey import notices
from idp.journey.asking import Paused, TooEarly
from idp.journey.ports import UnitOfWork
from idp.journey.second_factor import BadAnswer, DeadQuestion, WrongAnswer
from idp.journey.security_settings import Visitor
from idp.journey.world import World
from idp.policy import addresses, assurance, throttle
from idp.policy.session import is_live

LIFETIME = 180
"""Seconds that a code to a new number is good (domain rules §3.6: the one lifetime that is sourced)."""

PROVING = (Method.SMS, Method.PASSKEY)
"""The proofs of which one must be fresh."""


@dataclass(frozen=True, slots=True)
class Changed:
    phone: PhoneNumber


NumberFault = Literal["invalid", "unchanged"]
Outcome = Changed | BadAnswer | WrongAnswer | DeadQuestion | Paused


def is_proved(world: World, uow: UnitOfWork, visitor: Visitor) -> bool:
    """Whether the former phone, or a passkey, is among the proofs of the last five minutes, at the account's level."""
    citizen, now = visitor.citizen, world.clock.now()
    standing = assurance.standing(visitor.session.evidence, citizen, uow.authenticators.of_citizen(citizen.id))
    fresh = tuple(proof for proof in standing if now - proof.proved_at <= assurance.FRESH_SECONDS)
    level = assurance.level_of(fresh, citizen.id)
    return level is not None and level >= visitor.own_level and any(proof.method in PROVING for proof in fresh)


def ask_for_code(
    world: World, visitor: Visitor, typed: str, lang: str, origin: Origin
) -> Enrolment | NumberFault | TooEarly:
    """Send a code to the new number. Only the newest code of the citizen counts. Raises ProofRequired."""
    try:
        phone = PhoneNumber.parse(typed)
    except InvalidPhoneNumber:
        return "invalid"
    if phone == visitor.citizen.phone_number:
        return "unchanged"
    with world.begin() as uow:
        _admit(world, uow, visitor)
        return _send(world, uow, visitor, phone, lang, origin)


def ask_again(world: World, visitor: Visitor, lang: str, origin: Origin) -> Enrolment | TooEarly | DeadQuestion:
    """A new code to the same number; the former one is dead. Raises ProofRequired."""
    with world.begin() as uow:
        _admit(world, uow, visitor)
        last = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.SMS)
        if last is None or last.consumed_at is not None:
            return DeadQuestion("none")
        return _send(world, uow, visitor, PhoneNumber(last.destination), lang, origin)


def asked(world: World, uow: UnitOfWork, visitor: Visitor) -> Enrolment | None:
    """The change that this session began and did not finish, live or not."""
    last = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.SMS)
    return last if last is not None and last.consumed_at is None else None


def is_answerable(world: World, enrolment: Enrolment) -> bool:
    return world.clock.now() < enrolment.expires_at and enrolment.tries < throttle.CODE_TRIES


def changed_to(world: World, uow: UnitOfWork, visitor: Visitor) -> PhoneNumber | None:
    """The citizen's number, if this very session changed it in the last five minutes.

    Saying so needs no proof: the one by the former phone just fell.
    """
    last = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.SMS)
    if last is None or last.consumed_at is None or world.clock.now() - last.consumed_at > assurance.FRESH_SECONDS:
        return None
    phone = PhoneNumber(last.destination)
    return phone if phone == visitor.citizen.phone_number else None


def change_phone(world: World, visitor: Visitor, typed: str, lang: str, origin: Origin) -> Outcome:
    """Count the guess, commit, then judge it. The right code changes the number and ends the other sessions.

    This session goes on with what it proved. A proof by the former phone falls with it; none comes in its place, so
    the citizen proves the new one when next asked. Raises ProofRequired.
    """
    try:
        given = digits.read(typed, code_digits(world))
    except NotAnAnswer as error:
        return BadAnswer(error.fault)
    now = world.clock.now()
    with world.begin() as uow:
        _admit(world, uow, visitor)
        enrolment = asked(world, uow, visitor)
        if enrolment is None:
            return DeadQuestion("none")
        tried = uow.enrolments.count_try(enrolment.id, most=throttle.CODE_TRIES, now=now)
        counted = uow.throttles.reserve(_guess(visitor), now)
        if isinstance(counted, Refused):
            _record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, reason="paused")
            return Paused(counted.seconds(now))
        if tried is None:
            _record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, reason="dead")
            return DeadQuestion("expired" if now >= enrolment.expires_at else "used_up")
    with world.begin() as uow:
        _admit(world, uow, visitor)
        if not uow.enrolments.consume(enrolment.id, now=now, code_mac=_mac(world, enrolment.id, given)):
            _record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, reason="wrong")
            return WrongAnswer(throttle.CODE_TRIES - tried)
        return _changed(uow, visitor, enrolment, counted, now, lang, origin)


def code_digits(world: World) -> int:
    return _sms(world).digits


def _changed(
    uow: UnitOfWork, visitor: Visitor, enrolment: Enrolment, counted: Reserved, now: int, lang: str, origin: Origin
) -> Changed:
    citizen, phone = visitor.citizen, PhoneNumber(enrolment.destination)
    uow.throttles.give_back(_guess(visitor), counted)
    if not uow.citizens.set_phone(citizen.id, phone, former=citizen.phone_number, now=now):
        raise ProofRequired("the number changed meanwhile")
    uow.sessions.end_all(citizen.id, now, but=visitor.session.id)
    _record(uow, visitor, Event.PHONE_CHANGED, now, origin)
    notices.phone_changed(uow, citizen, phone, lang, now)
    return Changed(phone)


def _send(
    world: World, uow: UnitOfWork, visitor: Visitor, phone: PhoneNumber, lang: str, origin: Origin
) -> Enrolment | TooEarly:
    now, citizen = world.clock.now(), visitor.citizen
    last = asked(world, uow, visitor)
    wait = 0 if last is None else last.created_at + throttle.SMS_RESEND_SECONDS - now
    if wait > 0:
        return TooEarly(wait)
    refused = uow.throttles.reserve(_sending(world, visitor, phone, origin), now)
    if isinstance(refused, Refused):
        _record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, reason=refused.scope)
        return TooEarly(refused.seconds(now) or throttle.SMS_RESEND_SECONDS)
    enrolment_id, code = world.secrets.token(), world.secrets.code(code_digits(world))
    enrolment = Enrolment(
        id=enrolment_id,
        citizen_id=citizen.id,
        session_id=visitor.session.id,
        method=Method.SMS,
        created_at=now,
        expires_at=now + LIFETIME,
        code_mac=_mac(world, enrolment_id, code),
        destination=phone.value,
    )
    uow.enrolments.insert(enrolment)
    uow.outbox.put(_sms(world).message(phone.value, code, lang, now))
    _record(uow, visitor, Event.ENROLMENT_BEGUN, now, origin)
    return enrolment


def _admit(world: World, uow: UnitOfWork, visitor: Visitor) -> None:
    """Raises ProofRequired unless the session lives, the former phone is verified, and the proof is of the right kind.

    All of it as it is now, and not as it was when the page was opened.
    """
    session, citizen = uow.sessions.by_id(visitor.session.id), uow.citizens.by_id(visitor.citizen.id)
    if session is None or not is_live(session, world.clock.now()) or citizen is None or not citizen.is_active:
        raise ProofRequired("the session ended meanwhile")
    present = Visitor(citizen, session, visitor.fresh_level)
    if citizen.verified_phone is None or citizen.phone_number != visitor.citizen.phone_number:
        raise ProofRequired("the number changed meanwhile")
    if not is_proved(world, uow, present):
        raise ProofRequired("another number needs a fresh proof of the former one, or of a passkey")


def _sending(world: World, visitor: Visitor, phone: PhoneNumber, origin: Origin) -> tuple[Count, ...]:
    if not world.limits.sms_quotas:
        return ()
    address, _ = addresses.counted(origin.ip) or (origin.ip, "")
    return throttle.sms_sending(visitor.citizen.id, phone.value, address)


def _guess(visitor: Visitor) -> tuple[Count, ...]:
    """Ten wrong codes a day, over all numbers. No streak: nobody gets here without the account's own proofs."""
    return (Count(throttle.FACTOR_DAY, f"{visitor.citizen.id}|phone_change"),)


def _mac(world: World, enrolment_id: str, code: str) -> str:
    return world.secrets.mac("phone change", enrolment_id, code)


def _sms(world: World) -> Sms:
    return cast(Sms, world.factors[Method.SMS])


def _record(
    uow: UnitOfWork, visitor: Visitor, event: Event, now: int, origin: Origin, *, reason: str | None = None
) -> None:
    uow.audit.append(
        AuditRow(
            at=now,
            event=event,
            ok=event is not Event.ENROLMENT_REFUSED,
            origin=origin,
            citizen_id=visitor.citizen.id,
            session_id=visitor.session.id,
            method=Method.SMS,
            reason=reason,
        )
    )
