"""Mobil Uygulama ile Doğrulama, on the device: what waits for the citizen, and the verdict that its key signs.

Nothing but that signature decides. The number is never told here: the citizen reads it in the browser that asks and
enters it on the device, so whoever approves sits at that browser. The browser's own post uses the verdict up
(`factors.app_approval`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.challenge import Challenge, Verdict
from idp.domain.citizen import Citizen
from idp.domain.errors import LoginNotFound
from idp.domain.evidence import Method
from idp.domain.login import LoginState, PasswordRecovery
from idp.factors.app_approval import AppApproval
from idp.journey import notices
from idp.journey.pairing import REQUEST_TYPE, is_request
from idp.journey.ports import UnitOfWork
from idp.journey.world import World
from idp.policy.throttle import CODE_TRIES

DECISION_TYPE = "esik-approval+jwt"


@dataclass(frozen=True, slots=True)
class Asked:
    """An approval that waits for a verdict. `service` is the relying party by name; None for our own `account` pages.

    `recovery`: it is a forgotten password that asks, and approving it leads to a new one.
    """

    challenge: Challenge
    service: str | None
    account: bool
    recovery: bool


@dataclass(frozen=True, slots=True)
class Decided:
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """Another number than the browser shows. At no `tries_left` the request is dead."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class NotWaiting:
    """No such approval waits: over, decided, replaced by a newer one, or never this citizen's."""


@dataclass(frozen=True, slots=True)
class NotADevice:
    """Not signed by a device that is registered now, for this very use."""


DecisionOutcome = Decided | WrongNumber | NotWaiting | NotADevice
Seen = Literal["waiting", "approved", "denied", "expired"]


def asking_device(world: World, uow: UnitOfWork, signed: str, path: str) -> Authenticator | None:
    """The registered device that signed this request for `path`; None for anybody else."""
    found = _signed_in(world, uow, signed, REQUEST_TYPE)
    return found[0] if found is not None and is_request(found[2], path) else None


def asked_of(world: World, uow: UnitOfWork, device: Authenticator, lang: str) -> Asked | None:
    """What waits for the device's citizen, if anything does. None too once the device was removed."""
    now = world.clock.now()
    is_registered = uow.authenticators.by_id(device.id) is not None
    challenge = _waiting(uow, device.citizen_id, now) if is_registered else None
    purpose = None if challenge is None else uow.logins.open_purpose(challenge.login_id, now)
    if challenge is None or purpose is None:
        return None
    if not isinstance(purpose, AuthorizationRequest):
        return Asked(challenge, None, account=True, recovery=isinstance(purpose, PasswordRecovery))
    client = uow.clients.by_id(purpose.client_id)
    if client is None or client.disabled:
        return None  # the login ends at its next step (E07)
    return Asked(challenge, client.called(lang), account=False, recovery=False)


def decide(world: World, *, approval_id: str, signed: str, lang: str, origin: Origin) -> DecisionOutcome:
    """Judge a signed verdict. A number is counted in a transaction of its own before it is compared."""
    now = world.clock.now()
    with world.begin() as uow:
        found = _signed_in(world, uow, signed, DECISION_TYPE)
        verdict = None if found is None else _verdict(found[2], approval_id)
        if found is None or verdict is None:
            return NotADevice()
        device, citizen, claims = found
        waiting = _waiting(uow, citizen.id, now)
        if waiting is None or waiting.id != approval_id:
            return NotWaiting()
        if verdict is not Verdict.APPROVED:
            return _stop(uow, waiting, citizen, device, verdict, now, lang, origin)
        tries = uow.challenges.count_try(waiting.id, most=CODE_TRIES, now=now)
    if tries is None:
        return NotWaiting()
    return _approve(world, waiting, device, claims.get("number"), tries, origin)


def seen_by_browser(world: World, uow: UnitOfWork, login_id: str, browser_hash: str) -> Seen:
    """What the browser that asks may know: whether to look again. Raises LoginNotFound for any other browser."""
    now = world.clock.now()
    login = uow.logins.by_id(login_id, browser_hash)
    if login is None:
        raise LoginNotFound(login_id)
    challenge = uow.challenges.current(login_id, Method.APP)
    if challenge is not None and challenge.verdict in {Verdict.DENIED, Verdict.NOT_ME}:
        return "denied"
    is_open = login.state is LoginState.OPEN and now < login.expires_at
    if challenge is None or challenge.citizen_id != login.citizen_id or not is_open or now >= challenge.expires_at:
        return "expired"
    if challenge.verdict is Verdict.APPROVED:
        return "approved"
    waiting = _waiting(uow, challenge.citizen_id, now)
    return "waiting" if waiting is not None and waiting.id == challenge.id else "expired"


def _signed_in(
    world: World, uow: UnitOfWork, signed: str, typ: str
) -> tuple[Authenticator, Citizen, Mapping[str, object]] | None:
    """The device that signed, its citizen, and what it signed. The key is looked up by name, so `kid` is signed too."""
    signatures = world.device_signatures
    key_id = signatures.key_id(signed)
    device = uow.authenticators.by_id(key_id) if key_id else None
    if device is None or device.method is not Method.APP:
        return None
    claims = signatures.claims(signed, device.public_key, typ=typ, key_id=device.id, now=world.clock.now())
    citizen = uow.citizens.by_id(device.citizen_id)
    if claims is None or citizen is None or not citizen.is_active:
        return None
    return device, citizen, claims


def _verdict(claims: Mapping[str, object], approval_id: str) -> Verdict | None:
    given = claims.get("verdict")
    known = isinstance(given, str) and given in set(Verdict)
    return Verdict(str(given)) if known and claims.get("approval") == approval_id else None


def _waiting(uow: UnitOfWork, citizen_id: str, now: int) -> Challenge | None:
    """The one approval of the citizen that can be decided: three wrong numbers end it (B18)."""
    found = uow.challenges.approval_of(citizen_id, now)
    return None if found is None or found.tries >= CODE_TRIES else found


def _approve(
    world: World, asked: Challenge, device: Authenticator, number: object, tries: int, origin: Origin
) -> Decided | WrongNumber | NotWaiting:
    """A missing or malformed number is a wrong one. The right one, the time and the verdict are one statement."""
    now, verdict = world.clock.now(), Verdict.APPROVED
    mac = AppApproval(world.secrets).number_mac(asked.id, number if isinstance(number, str) else "")
    with world.begin() as uow:
        if uow.challenges.decide(
            asked.id, citizen_id=asked.citizen_id, code_mac=mac, verdict=verdict, decided_by=device.id, now=now
        ):
            uow.authenticators.touch(device.id, now)
            _record(uow, asked, Event.APPROVAL_GIVEN, now, origin)
            return Decided(verdict)
        still = uow.challenges.approval_of(asked.citizen_id, now)
        is_wrong = still is not None and still.id == asked.id
        reason = "wrong" if is_wrong else "not_waiting"
        _record(uow, asked, Event.FACTOR_REFUSED, now, origin, reason=reason)
    return WrongNumber(CODE_TRIES - tries) if is_wrong else NotWaiting()


def _stop(
    uow: UnitOfWork,
    asked: Challenge,
    citizen: Citizen,
    device: Authenticator,
    verdict: Verdict,
    now: int,
    lang: str,
    origin: Origin,
) -> Decided | NotWaiting:
    """A refusal needs no number. It ends the login, and "Bu ben değilim" raises the alarm besides."""
    if not uow.challenges.decide(
        asked.id, citizen_id=citizen.id, code_mac=None, verdict=verdict, decided_by=device.id, now=now
    ):
        return NotWaiting()
    uow.challenges.end_all(asked.login_id)
    ended = uow.logins.end(asked.login_id)
    request = None if ended is None else ended.request
    client_id = None if request is None else request.client_id
    _record(uow, asked, Event.APPROVAL_DENIED, now, origin, client_id=client_id, reason=verdict)
    if ended is not None:
        _record(uow, asked, Event.LOGIN_REFUSED, now, origin, client_id=client_id, reason=verdict)
    if verdict is Verdict.NOT_ME:
        _record(uow, asked, Event.ALARM_RAISED, now, origin, client_id=client_id, reason=verdict)
        notices.not_me(uow, citizen, lang, now)
    return Decided(verdict)


def _record(
    uow: UnitOfWork,
    asked: Challenge,
    event: Event,
    now: int,
    origin: Origin,
    *,
    client_id: str | None = None,
    reason: str | None = None,
) -> None:
    """`origin` is the device's: the browser's own rows tell of the browser."""
    uow.audit.append(
        AuditRow(
            at=now,
            event=event,
            ok=event is Event.APPROVAL_GIVEN,
            origin=origin,
            citizen_id=asked.citizen_id,
            client_id=client_id,
            login_id=asked.login_id,
            method=asked.method,
            reason=reason,
        )
    )
