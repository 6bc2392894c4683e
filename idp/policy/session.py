"""How long a session lives (security requirement R-70)."""

from idp.domain.session import Session

IDLE_SECONDS = 30 * 60
TOTAL_SECONDS = 8 * 3600


def is_live(session: Session, now: int) -> bool:
    """Not ended, seen within the last half hour, and not past its total life."""
    return session.ended_at is None and now < session.expires_at and now - session.last_seen_at < IDLE_SECONDS
