"""A forgotten password (A21): a code to the verified phone, then what `policy.recovery` asks, then a new password.

Whoever knows nothing but a number learns nothing here. Until the code was right, the login holds only a MAC of the
number; limits are counted under that MAC; and for a number that nobody can recover (unknown, closed, without a
verified phone) the same work is done on rows that nobody reads (B15). What limits the citizen's own logins is not
touched before that either, so nobody is locked out from here (B12).
"""

import hmac
from dataclasses import dataclass, replace
from typing import cast

from idp.domain.audit import Event, Origin
from idp.domain.challenge import Challenge
from idp.domain.citizen import Citizen
from idp.domain.errors import LoginMovedOn
from idp.domain.evidence import Method, Proof
from idp.domain.login import Login, LoginState, PasswordRecovery, Requirement
from idp.domain.national_id import InvalidNationalId, NationalId
from idp.domain.throttle import Refused, Reserved
from idp.factors import digits
from idp.factors.second_factor import NotAnAnswer
from idp.factors.sms import Sms
from idp.journey import notices, records
from idp.journey.asking import Paused, Sent, TooEarly, arrive
from idp.journey.password import BadNationalId, slow_down
from idp.journey.ports import UnitOfWork
from idp.journey.second_factor import BadAnswer, Proved
from idp.journey.standing import load_at, save, stand
from idp.journey.world import World
from idp.policy import addresses, recovery
from idp.policy.journey import Step
from idp.policy.throttle import CODE_TRIES, SMS_RESEND_SECONDS

_ID_CHARACTERS = 43
"""As long as any login's id: of these hexadecimal digits, 172 bits."""


@dataclass(frozen=True, slots=True)
class WrongCode:
    """Wrong, too late, used up, or never sent: which of them is not said."""


def begin_recovery(
    world: World, *, national_id: str, form: str, waiting: str | None, browser_hash: str, lang: str, origin: Origin
) -> Login | BadNationalId | TooEarly:
    """Begin with a number that was typed. `waiting` is a login of this browser to go back to.

    A code goes to the verified phone of the citizen, if the number has one, with a word that it was asked for.
    `form` is the random value of the page that was sent: a form that is sent twice, as by a double click, is answered
    with the recovery that it began, and nothing is sent or counted again (L-36). Raises TooManyRequests.
    """
    try:
        number = NationalId.parse(national_id)
    except InvalidNationalId as error:
        return BadNationalId(error.fault)
    now = world.clock.now()
    login = Login(
        id=world.secrets.mac("recovery form", browser_hash, form, number.value)[:_ID_CHARACTERS],
        browser_hash=browser_hash,
        purpose=PasswordRecovery(waiting),
        requirement=Requirement(),
        created_at=now,
        expires_at=_expires_at(world, now),
        sought=world.secrets.mac("sought", number.value),
    )
    with world.begin() as uow:
        slow_down(world, uow, origin, now)
        once = recovery.form(login.id)
        first = uow.throttles.reserve(once, now)
        if isinstance(first, Refused):
            begun = uow.logins.by_id(login.id, browser_hash)
            if begun is not None and begun.state is LoginState.OPEN and now < begun.expires_at:
                return begun
            login = replace(login, id=world.secrets.token())
        refused = _count_sending(world, uow, login, origin, now)
        if refused is not None:
            if isinstance(first, Reserved):
                uow.throttles.give_back(once, first)
            return refused
        citizen = uow.citizens.by_national_id(number)
        reached = _reachable(citizen)
        uow.logins.insert(login)
        notices.recovery_begun(uow, reached, lang, now)
        _send(world, uow, login, reached, lang, now)
        named = login if citizen is None else replace(login, citizen_id=citizen.id)
        event = Event.RECOVERY_REFUSED if reached is None else Event.RECOVERY_BEGUN
        records.write(uow, named, event, at=now, origin=origin, ok=reached is not None)
    return login


def send_again(world: World, *, login_id: str, browser_hash: str, lang: str, origin: Origin) -> Sent | TooEarly:
    """A new code; the former one is dead, and no counter of guesses is touched.

    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    now = world.clock.now()
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.RECOVERY_CODE)
        login = standing.login
        wait = sent_at(world, login) + SMS_RESEND_SECONDS - now
        if wait > 0:
            return TooEarly(wait)
        refused = _count_sending(world, uow, login, origin, now)
        if refused is not None:
            return refused
        reached = _asked_of(uow, uow.challenges.current(login.id, Method.SMS))
        _send(world, uow, login, reached, lang, now)
        login = save(uow, replace(login, expires_at=_expires_at(world, now)))
        named = login if reached is None else replace(login, citizen_id=reached.id)
        is_sent = reached is not None
        records.write(uow, named, Event.CODE_SENT, at=now, origin=origin, ok=is_sent, method=Method.SMS)
        return Sent(stand(world, uow, login))


def prove_phone(
    world: World, *, login_id: str, browser_hash: str, typed: str, lang: str, origin: Origin
) -> Proved | BadAnswer | WrongCode | Paused:
    """Judge the code. From the right one on the login names the citizen, and asks for what comes next.

    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    try:
        given = digits.read(typed, _sms(world).digits)
    except NotAnAnswer as error:
        return BadAnswer(error.fault)
    now = world.clock.now()
    with world.begin() as uow:
        login = load_at(world, uow, login_id, browser_hash, Step.RECOVERY_CODE).login
        counted = uow.throttles.reserve(recovery.guess(login.sought or ""), now)
        if isinstance(counted, Refused):
            _refuse(uow, login, now, origin, "paused")
            return Paused(counted.seconds(now))
    try:
        return _judge(world, login_id, browser_hash, given, counted, lang, origin)
    except LoginMovedOn:
        with world.begin() as uow:  # nobody is charged for a right code that was sent twice (L-36)
            if _was_right(world, uow, login_id, given):
                uow.throttles.give_back(recovery.guess(login.sought or ""), counted)
        raise


def sent_at(world: World, login: Login) -> int:
    """When the last code was sent, or would have been: each one begins the login's time anew."""
    return login.expires_at - world.limits.enabling_seconds


def code_expires_at(world: World, login: Login) -> int:
    """Until when the last code is good, or would be."""
    return sent_at(world, login) + _sms(world).lifetime


def code_digits(world: World) -> int:
    return _sms(world).digits


def _judge(
    world: World, login_id: str, browser_hash: str, given: str, counted: Reserved, lang: str, origin: Origin
) -> Proved | WrongCode:
    """Where nothing was sent, the same statements run, and find nothing."""
    now = world.clock.now()
    with world.begin() as uow:
        login = load_at(world, uow, login_id, browser_hash, Step.RECOVERY_CODE).login
        sent = uow.challenges.current(login.id, Method.SMS)
        challenge_id = login.id if sent is None else sent.id
        tried = uow.challenges.count_try(challenge_id, most=CODE_TRIES, now=now)
        reached = _asked_of(uow, sent)
        phone = None if reached is None else reached.verified_phone
        is_same_phone = sent is not None and phone is not None and sent.destination == phone.value
        mac = _mac(world, challenge_id, given) if tried is not None and is_same_phone else ""
        citizen_id = "" if reached is None else reached.id
        is_right = uow.challenges.consume(challenge_id, code_mac=mac, citizen_id=citizen_id, now=now)
        if not is_right or phone is None:
            if _was_right(world, uow, login_id, given):
                raise LoginMovedOn(f"{login_id} was answered meanwhile")
            named = login if reached is None else replace(login, citizen_id=citizen_id)
            _refuse(uow, named, now, origin, "wrong")
            return WrongCode()
        uow.throttles.give_back(recovery.guess(login.sought or ""), counted)
        proof = Proof(Method.SMS, citizen_id, login.id, phone.value, now)
        login = save(uow, replace(login, citizen_id=citizen_id, evidence=(proof,)))
        records.write(uow, login, Event.FACTOR_PROVED, at=now, origin=origin, method=Method.SMS)
        return Proved(arrive(world, uow, stand(world, uow, login), lang, origin))


def _was_right(world: World, uow: UnitOfWork, login_id: str, given: str) -> bool:
    """Whether this very code was right in this recovery, and is used up."""
    sent = uow.challenges.current(login_id, Method.SMS)
    if sent is None or sent.consumed_at is None:
        return False
    return hmac.compare_digest(sent.code_mac, _mac(world, sent.id, given))


def _reachable(citizen: Citizen | None) -> Citizen | None:
    """The citizen, if a code can be sent that proves something."""
    is_reachable = citizen is not None and citizen.is_active and citizen.verified_phone is not None
    return citizen if is_reachable else None


def _asked_of(uow: UnitOfWork, sent: Challenge | None) -> Citizen | None:
    """Whose phone the last code went to, as the citizen is now."""
    return _reachable(uow.citizens.by_id("" if sent is None else sent.citizen_id))


def _count_sending(world: World, uow: UnitOfWork, login: Login, origin: Origin, now: int) -> TooEarly | None:
    """The same for every number: what limits it says nothing about whose it is."""
    if not world.limits.sms_quotas:
        return None
    address, _ = addresses.counted(origin.ip) or (origin.ip, "")
    counted = uow.throttles.reserve(recovery.sending(login.sought or "", address), now)
    if isinstance(counted, Reserved):
        return None
    _refuse(uow, login, now, origin, counted.scope)
    return TooEarly(counted.seconds(now) or SMS_RESEND_SECONDS)


def _send(world: World, uow: UnitOfWork, login: Login, reached: Citizen | None, lang: str, now: int) -> None:
    """A code that is good for this recovery and nothing else: its MAC has a purpose of its own."""
    sms, challenge_id = _sms(world), world.secrets.token()
    code = world.secrets.code(sms.digits)
    phone = None if reached is None else reached.verified_phone
    if reached is None or phone is None:
        uow.challenges.end_all(login.id)
        uow.outbox.put(replace(sms.message("", code, lang, now), expires_at=now))
        return
    uow.challenges.insert(
        Challenge(
            id=challenge_id,
            login_id=login.id,
            citizen_id=reached.id,
            method=Method.SMS,
            destination=phone.value,
            code_mac=_mac(world, challenge_id, code),
            created_at=now,
            expires_at=now + sms.lifetime,
        )
    )
    uow.outbox.put(sms.message(phone.value, code, lang, now))


def _refuse(uow: UnitOfWork, login: Login, now: int, origin: Origin, reason: str) -> None:
    records.write(uow, login, Event.RECOVERY_REFUSED, at=now, origin=origin, ok=False, method=Method.SMS, reason=reason)


def _expires_at(world: World, now: int) -> int:
    return now + world.limits.enabling_seconds


def _mac(world: World, challenge_id: str, code: str) -> str:
    return world.secrets.mac("recovery", challenge_id, code)


def _sms(world: World) -> Sms:
    return cast(Sms, world.factors[Method.SMS])
