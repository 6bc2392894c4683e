"""Whether what a grant rests on still stands. Asked again at every redemption (rule 4, R-71, E07)."""

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import GrantStanding


def citizen_of_live_grant(standing: GrantStanding | None, client: Client | None) -> Citizen | None:
    """The citizen, if grant, session, citizen and client are all still good; None as soon as one is not."""
    if standing is None or standing.grant.revoked_at is not None or not standing.session_is_live:
        return None
    if client is None or client.disabled or client.client_id != standing.grant.client_id:
        return None
    citizen = standing.citizen
    return citizen if citizen is not None and citizen.is_active else None
