"""What the pages of one login have in common: their addresses, and the service that they are for."""

from idp.domain.citizen import Citizen
from idp.journey.standing import Standing
from idp.web.conclusion import address


def here(standing: Standing) -> str:
    """Where the step's own form goes."""
    return address(standing.login.id, standing.step)


def beside(standing: Standing, what: str) -> str:
    """Where another form of the page goes: `resend`, `other`, `cancel`, `method`."""
    return f"{address(standing.login.id)}/{what}"


def rp_name(standing: Standing) -> str | None:
    return standing.client.name if standing.client is not None else None


def citizen_of(standing: Standing) -> Citizen:
    """Raises ValueError at the one step that comes before anybody is known."""
    if standing.citizen is None:
        raise ValueError("every step after the password knows the citizen")
    return standing.citizen
