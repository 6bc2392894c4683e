"""A citizen's second factors, as they are kept in order: prefer one, give it another name, remove it.

`admit` is the door of every verb that adds, replaces or removes one. It also puts such changes of one citizen in a
row, since "not the last one" and "one set of codes" are true of all of them together and not of any single row.
"""

from collections.abc import Iterable
from typing import Literal

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.journey import notices
from idp.journey.names import NameFault, name_fault
from idp.journey.ports import UnitOfWork
from idp.journey.security_settings import Visitor
from idp.journey.world import World
from idp.policy import assurance, second_step
from idp.policy.session import is_live

REMOVABLE = frozenset({Method.APP, Method.TOTP, Method.PASSKEY})
"""The phone is changed and never removed, since it is what recovery rests on; backup codes are replaced."""

Removal = Literal["removed", "last", "gone"]


def admit(world: World, uow: UnitOfWork, visitor: Visitor, level: Level = Level.TWO_STEP) -> Visitor:
    """The visitor as of now, alone with the citizen's second factors until this transaction ends (ADR 0010).

    Session and proofs are judged anew: another request may have ended the one, or removed what the others rest on.
    Raises ProofRequired.
    """
    if not visitor.reaches(level):
        raise ProofRequired("changing second factors needs a fresh proof")
    uow.citizens.hold(visitor.citizen.id)
    now = world.clock.now()
    session, citizen = uow.sessions.by_id(visitor.session.id), uow.citizens.by_id(visitor.citizen.id)
    if session is None or citizen is None or not citizen.is_active or not is_live(session, now):
        raise ProofRequired("the session ended meanwhile")
    evidence = assurance.standing(session.evidence, citizen, uow.authenticators.of_citizen(citizen.id))
    present = Visitor(citizen, session, assurance.fresh_level(evidence, citizen.id, now))
    if not present.reaches(level):
        raise ProofRequired("a proof fell meanwhile")
    return present


def prefer(world: World, visitor: Visitor, method: Method | None, lang: str, origin: Origin) -> bool:
    """Ask for this method first from now on. False where the citizen has it not, or it cannot lead, or leads already.

    Raises ProofRequired.
    """
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor, visitor.own_level).citizen
        if method is None or method not in can_lead(citizen, uow.authenticators.of_citizen(citizen.id)):
            return False
        uow.citizens.prefer_method(citizen.id, method)
        record(uow, visitor, Event.AUTHENTICATOR_PREFERRED, now, origin, method)
        notices.method_preferred(uow, citizen, method, lang, now)
    return True


def can_lead(citizen: Citizen, held: Iterable[Authenticator]) -> frozenset[Method]:
    """The methods that could become the preferred one. A backup code is for the day the others are lost."""
    return second_step.active(citizen, held) - {Method.BACKUP_CODE, citizen.preferred_method}


def own(uow: UnitOfWork, visitor: Visitor, authenticator_id: str, method: Method) -> Authenticator | None:
    """The visitor's own authenticator of this method; None for anybody else's, which is as good as none (E01)."""
    found = uow.authenticators.by_id(authenticator_id)
    is_own = found is not None and (found.citizen_id, found.method) == (visitor.citizen.id, method)
    return found if is_own else None


def rename(
    world: World, visitor: Visitor, authenticator_id: str, method: Method, name: str, lang: str, origin: Origin
) -> bool | NameFault:
    """Give a device or a passkey another name, and tell the citizen; the name it has already changes nothing.

    False if it is gone, or somebody else's. Raises ProofRequired.
    """
    fault = name_fault(name)
    if fault is not None:
        return fault
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor).citizen
        named = own(uow, visitor, authenticator_id, method)
        if named is None:
            return False
        if named.name != name.strip():
            uow.authenticators.rename(named.id, citizen.id, name.strip())
            record(uow, visitor, Event.AUTHENTICATOR_RENAMED, now, origin, method)
            notices.method_renamed(uow, citizen, method, lang, now)
    return True


def remove(world: World, visitor: Visitor, authenticator_id: str, method: Method, lang: str, origin: Origin) -> Removal:
    """Remove a device, an authenticator app or a passkey; other sessions end, with the grants made in them (R-61).

    This very session goes on, and what it proved with the removed one falls by itself. Raises ProofRequired.
    """
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor).citizen
        removed = own(uow, visitor, authenticator_id, method)
        if removed is None or method not in REMOVABLE:
            return "gone"
        left = [one for one in uow.authenticators.of_citizen(citizen.id) if one.id != removed.id]
        if not may_remain(citizen, left):
            return "last"
        uow.authenticators.remove(removed.id, citizen.id)
        if method is citizen.preferred_method and method not in second_step.active(citizen, left):
            uow.citizens.prefer_method(citizen.id, None)
        record(uow, visitor, Event.AUTHENTICATOR_REMOVED, now, origin, method)
        notices.method_removed(uow, citizen, method, lang, now)
        uow.sessions.end_all(citizen.id, now, but=visitor.session.id)
    return "removed"


def may_remain(citizen: Citizen, left: Iterable[Authenticator]) -> bool:
    """Whether the citizen can go on with these alone. Backup codes do not carry two-step login: they run out."""
    return not citizen.two_step or bool(second_step.active(citizen, left) - {Method.BACKUP_CODE})


def record(
    uow: UnitOfWork,
    visitor: Visitor,
    event: Event,
    now: int,
    origin: Origin,
    method: Method,
    *,
    ok: bool = True,
    reason: str | None = None,
) -> None:
    """Write down what happened to a second factor, in the transaction in which it did."""
    uow.audit.append(
        AuditRow(
            at=now,
            event=event,
            ok=ok,
            origin=origin,
            citizen_id=visitor.citizen.id,
            session_id=visitor.session.id,
            method=method,
            reason=reason,
        )
    )
