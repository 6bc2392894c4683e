"""Whether what a grant rests on still stands. Asked again at every redemption (rule 4, R-71, E07)."""

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import Grant, GrantStanding
from idp.domain.level import Level


def citizen_of_live_grant(standing: GrantStanding | None, client: Client | None, now: int) -> Citizen | None:
    """The citizen, if grant, session, citizen and client are all still good; None as soon as one is not.

    An offline grant outlives a session that merely ran out, and none that was ended (Core §11; A16).
    """
    if standing is None or standing.is_spent or standing.session_has_ended:
        return None
    grant = standing.grant
    if grant.revoked_at is not None or now >= grant.expires_at:
        return None
    if not (standing.session_is_live or grant.is_offline):
        return None
    if client is None or client.disabled or client.client_id != grant.client_id:
        return None
    citizen = standing.citizen
    return citizen if citizen is not None and citizen.is_active else None


def is_below_floor(grant: Grant, client: Client) -> bool:
    """Whether the login behind the grant was weaker than the client's floor is today."""
    reached = Level.of_acr(grant.subject.assurance.acr)
    return reached is None or reached < client.minimum_level
