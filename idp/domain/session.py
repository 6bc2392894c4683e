"""A browser in which a citizen is logged in."""

from dataclasses import dataclass, field

from idp.domain.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Session:
    """A live single sign-on session.

    `id` is the row's own; `handle_hash` is the SHA-256 of the cookie's value, which changes at every authentication,
    step-up and logout, while `sid`, the claim that relying parties see, stays until the session ends. `evidence` is
    what was proved in it and never more.
    """

    id: str
    handle_hash: str = field(repr=False)
    sid: str
    citizen_id: str
    evidence: Evidence
    created_at: int
    last_seen_at: int
    expires_at: int
    ip: str = ""
    user_agent: str = ""
    ended_at: int | None = None
