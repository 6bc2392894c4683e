""" "Ben değildim": a finished login in the citizen's own history that somebody else made.

Whoever made it knew what the citizen knows, so every other session ends with it, and the next thing to do is to choose
a new password.
"""

from idp.domain.audit import AuditRow, Event, Origin
from idp.journey import notices
from idp.journey.authenticators import admit
from idp.journey.ports import UnitOfWork
from idp.journey.security_settings import Visitor
from idp.journey.world import World

_LOOKED_THROUGH = 200
"""Rows of the history, newest first; its page shows fewer."""

REASON = "disowned"


def disownable(uow: UnitOfWork, visitor: Visitor, login_id: str) -> AuditRow | None:
    """The citizen's own finished login of this id, unless it made the session at hand: that one is whoever asks."""
    rows = uow.audit.of_citizen(visitor.citizen.id, _LOOKED_THROUGH)
    found = (row for row in rows if row.event is Event.LOGIN_FINISHED and row.login_id == login_id)
    return next((row for row in found if row.session_id != visitor.session.id), None)


def disown(world: World, visitor: Visitor, login_id: str, lang: str, origin: Origin) -> bool:
    """Raise the alarm, and end every session but this one with the grants made in them. Once for each login (L-36).

    False where there is no such login. Raises ProofRequired.
    """
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor, visitor.own_level).citizen
        login = disownable(uow, visitor, login_id)
        if login is None:
            return False
        uow.sessions.end_all(citizen.id, now, but=visitor.session.id)
        if _was_raised(uow, visitor, login_id):
            return True
        uow.audit.append(
            AuditRow(
                at=now,
                event=Event.ALARM_RAISED,
                ok=False,
                origin=origin,
                citizen_id=citizen.id,
                client_id=login.client_id,
                login_id=login_id,
                session_id=login.session_id,
                method=login.method,
                reason=REASON,
            )
        )
        notices.login_disowned(uow, citizen, lang, now)
    return True


def _was_raised(uow: UnitOfWork, visitor: Visitor, login_id: str) -> bool:
    rows = uow.audit.of_citizen(visitor.citizen.id, _LOOKED_THROUGH)
    return any((row.event, row.login_id, row.reason) == (Event.ALARM_RAISED, login_id, REASON) for row in rows)
