"""Şifre ve Güvenlik Ayarlarım: what a logged-in citizen may change, each time with a fresh proof.

`visitor` is the door: without it no verb here can be called, since each takes the `Visitor` that it makes.
"""

from dataclasses import dataclass, replace

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.citizen import Citizen
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Evidence
from idp.domain.level import Level
from idp.domain.session import Session
from idp.journey import notices
from idp.journey.new_password import Fault, faults_of, naming, next_version
from idp.journey.ports import UnitOfWork
from idp.journey.sessions import current
from idp.journey.world import World
from idp.policy import assurance
from idp.policy.session import is_live


@dataclass(frozen=True, slots=True)
class Visitor:
    """A citizen in a live session, proved at the level the account itself has, or more.

    `fresh_level` is what proofs of the last five minutes reach; None where they do not even hold the password.
    """

    citizen: Citizen
    session: Session
    fresh_level: Level | None

    @property
    def own_level(self) -> Level:
        return Level.TWO_STEP if self.citizen.two_step else Level.PASSWORD

    @property
    def fresh(self) -> bool:
        return self.reaches(self.own_level)

    def reaches(self, level: Level) -> bool:
        """Whether fresh proofs carry this level, and the account's own."""
        return self.fresh_level is not None and self.fresh_level >= max(level, self.own_level)


def visitor(
    world: World, uow: UnitOfWork, handle: str | None, *, fresh: bool, level: Level = Level.PASSWORD
) -> Visitor:
    """Who is at the account pages. Raises ProofRequired: nobody, too weak, or (where `fresh` is asked) too old.

    `level` is the least that the page needs: registering a factor needs two steps, whatever the account's level is.
    """
    found, evidence = _found(world, uow, handle)
    reached = assurance.level_of(evidence, found.citizen.id)
    if reached is None or reached < max(level, found.own_level):
        raise ProofRequired("the session is weaker than what is asked")
    if fresh and not found.reaches(level):
        raise ProofRequired("the proofs are too old")
    return found


def whoever(world: World, uow: UnitOfWork, handle: str | None) -> Visitor:
    """Whose live session this is, whatever still stands of its proofs: to say what was just done in it, and no more.

    Raises ProofRequired where there is none.
    """
    return _found(world, uow, handle)[0]


def switch_two_step_off(world: World, visitor: Visitor, lang: str, origin: Origin) -> bool:
    """Switch two-step login off. Needs a fresh proof at two-step, ends other sessions, and tells the citizen.

    False where it was off before, and nothing changed. Raises ProofRequired.
    """
    _must_be_fresh(visitor)
    now = world.clock.now()
    with world.begin() as uow:
        _present_session(world, uow, visitor)
        if not uow.citizens.set_two_step(visitor.citizen.id, False):
            return False
        uow.sessions.end_all(visitor.citizen.id, now, but=visitor.session.id)
        _record(uow, visitor, Event.TWO_STEP_DISABLED, now, origin)
        notices.two_step_disabled(uow, visitor.citizen, lang, now)
    return True


def change_password(
    world: World,
    visitor: Visitor,
    *,
    new: str,
    repeat: str,
    lang: str,
    origin: Origin,
) -> tuple[Fault, ...]:
    """Everything wrong with the new password; nothing wrong means it is changed and other sessions are over.

    Raises ProofRequired, TooBusy.
    """
    _must_be_fresh(visitor)
    citizen = visitor.citizen
    found = faults_of(world, citizen, new, repeat)
    if found:
        return found
    new_hash = world.hasher.hash(new)
    now = world.clock.now()
    version = next_version(citizen, now)
    with world.begin() as uow:
        session = _present_session(world, uow, visitor)
        if not uow.citizens.set_password(
            citizen.id, password_hash=new_hash, expected_hash=citizen.password_hash or "", now=version
        ):
            raise ProofRequired("the password changed meanwhile")
        uow.sessions.end_all(citizen.id, now, but=session.id)
        renewed = replace(session, evidence=naming(session.evidence, version))
        if not uow.sessions.renew(renewed, session.handle_hash):
            raise ProofRequired("the session ended meanwhile")
        _record(uow, visitor, Event.PASSWORD_CHANGED, now, origin)
        notices.password_changed(uow, citizen, lang, now)
    return ()


def end_other_sessions(world: World, visitor: Visitor, origin: Origin) -> int:
    """End every session of the citizen but this one; how many ended. Raises ProofRequired."""
    _must_be_fresh(visitor)
    now = world.clock.now()
    with world.begin() as uow:
        ended = uow.sessions.end_all(visitor.citizen.id, now, but=visitor.session.id)
        _record(uow, visitor, Event.SESSION_ENDED, now, origin)
    return ended


def _found(world: World, uow: UnitOfWork, handle: str | None) -> tuple[Visitor, Evidence]:
    """The visitor, and the proofs of the session that still stand."""
    session = current(world, uow, handle)
    citizen = uow.citizens.by_id(session.citizen_id) if session is not None else None
    if session is None or citizen is None or not citizen.is_active:
        raise ProofRequired("nobody is logged in")
    evidence = assurance.standing(session.evidence, citizen, uow.authenticators.of_citizen(citizen.id))
    return Visitor(citizen, session, assurance.fresh_level(evidence, citizen.id, world.clock.now())), evidence


def _present_session(world: World, uow: UnitOfWork, visitor: Visitor) -> Session:
    """The visitor's session as it is in this transaction. Raises ProofRequired when it ended meanwhile."""
    session = uow.sessions.by_id(visitor.session.id)
    if session is None or not is_live(session, world.clock.now()):
        raise ProofRequired("the session ended meanwhile")
    return session


def _must_be_fresh(visitor: Visitor) -> None:
    if not visitor.fresh:
        raise ProofRequired("the proofs are too old")


def _record(uow: UnitOfWork, visitor: Visitor, event: Event, now: int, origin: Origin) -> None:
    uow.audit.append(
        AuditRow(
            at=now,
            event=event,
            ok=True,
            origin=origin,
            citizen_id=visitor.citizen.id,
            session_id=visitor.session.id,
        )
    )
