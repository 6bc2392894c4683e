"""Brings a database to the state that the sandbox promises. Safe to repeat: what people changed stays, unless reset."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.evidence import Method
from idp.domain.throttle import Count
from idp.factors.ports import Secrets
from idp.journey.ports import PasswordHasher
from idp.policy import throttle
from idp.policy.passwords import PasswordPolicy, faults
from idp.sandbox.persona import Persona
from idp.sandbox.personas import PERSONAS
from idp.sandbox.registered import registered
from idp.sandbox.relying_parties import registrations
from idp.sandbox.world import Store, UnitOfWork

_WRONG_CODES = 5


class UnfitPersonaPassword(Exception):
    """The password for sample people breaks the house's own rules. The text names them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to seed: the sample people's password and its rules, where MHRS is, its clients' secrets by client id."""

    persona_password: str = field(repr=False)
    password_policy: PasswordPolicy
    mhrs_url: str
    client_secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many sample people and clients were made or restored."""

    personas: int
    clients: int


def seed(
    store: Store, hasher: PasswordHasher, secrets: Secrets, plan: Plan, now: int, *, reset: bool = False
) -> Seeded:
    """Make what is missing; with `reset`, restore every sample person: password, methods, counters, no sessions.

    Raises UnfitPersonaPassword before anything is changed. Nothing is hashed inside a transaction.
    """
    _check_password(plan, now)
    with store.read() as uow:
        known = {one.id: uow.citizens.by_national_id(one.national_id) for one in PERSONAS}
    every = reset or _password_is_another(known, hasher, plan.persona_password)
    due = [one for one in PERSONAS if every or known[one.id] is None]
    hashes = {one.id: hasher.hash(plan.persona_password) for one in due}
    held = {one.id: registered(one, hasher, now) for one in due}
    with store.begin() as uow:
        for persona in PERSONAS:
            if persona.id in hashes:
                _restore(uow, persona.as_citizen(secrets.token(), hashes[persona.id], now), held[persona.id], now)
            if persona.paused:
                _pause(uow, persona, now)
        clients = sum(
            _register(uow, wanted, now, reset=reset)
            for wanted in registrations(plan.mhrs_url, plan.client_secrets, now)
        )
    return Seeded(len(hashes), clients)


def _check_password(plan: Plan, now: int) -> None:
    for persona in PERSONAS:
        broken = faults(plan.persona_password, persona.as_citizen("", None, now), plan.password_policy)
        if broken:
            raise UnfitPersonaPassword(", ".join(broken))


def _password_is_another(known: Mapping[str, Citizen | None], hasher: PasswordHasher, password: str) -> bool:
    """Whether the sample people were seeded with another password: asked of one whom nobody touched since."""
    untouched = next((one for one in known.values() if one is not None and _is_untouched(one)), None)
    return untouched is not None and not hasher.matches(password, untouched.password_hash)


def _is_untouched(citizen: Citizen) -> bool:
    return citizen.password_changed_at == citizen.created_at


def _restore(uow: UnitOfWork, citizen: Citizen, held: tuple[tuple[Authenticator, str], ...], now: int) -> None:
    former = uow.citizens.by_national_id(citizen.national_id)
    if former is not None:
        uow.sessions.end_all(former.id, now)
    citizen_id = uow.citizens.reset(citizen)
    for authenticator, secret in held:
        uow.authenticators.add(replace(authenticator, citizen_id=citizen_id), secret)
    for counts in _counters(citizen_id, citizen):
        uow.throttles.clear(counts)
    uow.audit.append(AuditRow(now, Event.CITIZEN_CHANGED, True, Origin(), citizen_id=citizen_id, reason="seeded"))


def _counters(citizen_id: str, citizen: Citizen) -> Iterator[tuple[Count, ...]]:
    """Everything that was counted against this person alone."""
    yield throttle.password_attempt(citizen.national_id.value)
    for method in Method:
        if method.is_second_factor:
            yield throttle.factor_attempt(citizen_id, method)
    yield throttle.approval_asking(citizen_id, quotas=True)
    sms = (throttle.SMS_ACCOUNT_MINUTE, throttle.SMS_ACCOUNT_HOUR, throttle.SMS_ACCOUNT_DAY)
    yield tuple(Count(limit, citizen_id) for limit in sms)
    if citizen.phone_number is not None:
        yield (Count(throttle.SMS_NUMBER_HOUR, citizen.phone_number.value),)


def _pause(uow: UnitOfWork, persona: Persona, now: int) -> None:
    """Count five wrong codes, as five wrong codes would have been counted."""
    citizen = uow.citizens.by_national_id(persona.national_id)
    if citizen is None:
        return
    counts = throttle.factor_attempt(citizen.id, Method.SMS)
    uow.throttles.clear(counts)
    for _ in range(_WRONG_CODES):
        uow.throttles.reserve(counts, now)


def _register(uow: UnitOfWork, wanted: Client, now: int, *, reset: bool) -> bool:
    known = uow.clients.by_id(wanted.client_id)
    if known is not None:
        wanted = replace(wanted, created_at=known.created_at, disabled=known.disabled and not reset)
    if wanted == known:
        return False
    uow.clients.put(wanted)
    uow.audit.append(AuditRow(now, Event.CLIENT_CHANGED, True, Origin(), client_id=wanted.client_id, reason="seeded"))
    return True
