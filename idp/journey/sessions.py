"""The session behind a browser's cookie."""

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.session import Session
from idp.journey.ports import UnitOfWork
from idp.journey.world import World
from idp.policy.session import IDLE_SECONDS, is_live

_TOUCH_SECONDS = 60


def of_browser(world: World, uow: UnitOfWork, handle: str | None) -> Session | None:
    """The session of this cookie value, also one that has run out; None if there is none, or it was ended."""
    return uow.sessions.by_handle(world.secrets.mac("session", handle)) if handle else None


def current(world: World, uow: UnitOfWork, handle: str | None) -> Session | None:
    """The live session of this cookie value; None if there is none, or it is over."""
    session = of_browser(world, uow, handle)
    return None if session is None or has_run_out(world, session) else session


def has_run_out(world: World, session: Session) -> bool:
    """Whether its time is over, though nobody ended it."""
    return not is_live(session, world.clock.now())


def touch(world: World, uow: UnitOfWork, session: Session) -> None:
    """Note that the citizen is there; written at most once a minute."""
    now = world.clock.now()
    if now - session.last_seen_at >= _TOUCH_SECONDS:
        uow.sessions.touch(session.id, now)


def log_out(world: World, uow: UnitOfWork, session: Session, origin: Origin) -> None:
    """End the session and every grant made in it; the relying parties are told (LOGOUT-12).

    What services may still do on their own since earlier sessions ran out ends too: the consent page promises that
    logging out ends it (R-07). Sessions that are live elsewhere keep theirs.
    """
    end(world, uow, session, session.id, origin, reason="logout")
    now = world.clock.now()
    uow.sessions.revoke_left_over(session.citizen_id, now, seen_since=now - IDLE_SECONDS)


def end(world: World, uow: UnitOfWork, session: Session, session_id: str, origin: Origin, *, reason: str) -> bool:
    """End one of the citizen's own sessions, `session` being the one at hand; False if it is not theirs or is over."""
    now = world.clock.now()
    ended = uow.sessions.end(session_id, session.citizen_id, now)
    if ended:
        uow.audit.append(
            AuditRow(
                at=now,
                event=Event.SESSION_ENDED,
                ok=True,
                origin=origin,
                citizen_id=session.citizen_id,
                session_id=session_id,
                reason=reason,
            )
        )
    return ended
