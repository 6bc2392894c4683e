"""A new password: what is wrong with one, and setting it inside a login whose password is due, or in a recovery."""

from dataclasses import replace
from typing import Literal

from idp.domain.audit import Event, Origin
from idp.domain.citizen import Citizen
from idp.domain.errors import LoginMovedOn
from idp.domain.evidence import Evidence, Method
from idp.domain.login import LoginState, PasswordRecovery
from idp.journey import notices, records
from idp.journey.ports import UnitOfWork
from idp.journey.standing import Standing, load_at, save
from idp.journey.world import World
from idp.policy import recovery, throttle
from idp.policy.journey import Step
from idp.policy.passwords import HISTORY, PasswordFault, faults

Fault = PasswordFault | Literal["empty", "differs"]


def faults_of(world: World, citizen: Citizen, new: str, repeat: str) -> tuple[Fault, ...]:
    """Everything wrong with a new password, typed twice; empty if it will do. Not inside a transaction: it hashes.

    Raises TooBusy.
    """
    if not new:
        return ("empty",)
    if new != repeat:
        return ("differs",)
    found = faults(new, citizen, world.passwords.policy)
    if found:
        return found
    with world.begin() as uow:
        former = uow.citizens.former_passwords(citizen.id, HISTORY - 1)
    was_used = any(world.hasher.matches(new, password_hash) for password_hash in (citizen.password_hash, *former))
    return (PasswordFault.REUSED,) if was_used else ()


def next_version(citizen: Citizen, now: int) -> int:
    """The instant that the new password is from: a version of its own, even within one second."""
    return max(now, citizen.password_changed_at + 1)


def naming(evidence: Evidence, version: int) -> Evidence:
    """Whoever just chose the password goes on: the proof of the former one names the new one, at its old time."""
    return tuple(
        replace(proof, credential=str(version)) if proof.method is Method.PASSWORD else proof for proof in evidence
    )


def set_new_password(
    world: World, *, login_id: str, browser_hash: str, new: str, repeat: str, lang: str, origin: Origin
) -> tuple[Fault, ...]:
    """Everything wrong with the new password; nothing wrong means it is set, and the citizen's other sessions are over.

    A login then goes on to where it was going. A recovery is done: nobody is logged in, and no session is left.
    Raises LoginNotFound, LoginExpired, LoginMovedOn, TooBusy.
    """
    with world.begin() as uow:
        former = _asked(load_at(world, uow, login_id, browser_hash, Step.NEW_PASSWORD))
    found = faults_of(world, former, new, repeat)
    if found:
        return found
    new_hash = world.hasher.hash(new)
    now, version = world.clock.now(), next_version(former, world.clock.now())
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.NEW_PASSWORD)
        is_recovery = isinstance(standing.login.purpose, PasswordRecovery)
        if is_recovery:
            _bring_back(uow, standing, former)
        if _asked(standing).id != former.id or not uow.citizens.set_password(
            former.id, password_hash=new_hash, expected_hash=former.password_hash or "", now=version
        ):
            raise LoginMovedOn("the password changed meanwhile")
        login = standing.login
        changed = (
            replace(login, state=LoginState.FINISHED, evidence=())
            if is_recovery
            else replace(login, evidence=naming(login.evidence, version))
        )
        login = save(uow, changed)
        uow.sessions.end_all(former.id, now, but=login.session_id)
        reason = "recovery" if is_recovery else "due"
        records.write(uow, login, Event.PASSWORD_CHANGED, at=now, origin=origin, reason=reason)
        notices.password_changed(uow, former, lang, now)
    return ()


def _asked(standing: Standing) -> Citizen:
    if standing.citizen is None:
        raise ValueError("a new password is asked of somebody who proved something")
    return standing.citizen


def _bring_back(uow: UnitOfWork, standing: Standing, citizen: Citizen) -> None:
    """A complete recovery takes away what only a recovery can (R-53): the streak of wrong passwords, and those of the
    methods that it proved. Daily quotas, and methods that it did not prove, stay as they are.
    """
    uow.challenges.end_all(standing.login.id)
    uow.throttles.clear(throttle.password_attempt(citizen.national_id.value))
    uow.throttles.clear(throttle.factor_streaks(citizen.id, *recovery.proved(standing.facts)))
