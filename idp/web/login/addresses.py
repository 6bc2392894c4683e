"""What the pages of one login have in common: their addresses, and the service that they are for."""

from urllib.parse import urlencode

from idp.domain.citizen import Citizen
from idp.journey.standing import Standing
from idp.web import client_logo
from idp.web.conclusion import address
from idp.web.i18n import Language
from idp.web.views import AboutService

FORGOTTEN = "/sifremi-unuttum"
WAITING_PARAMETER = "giris"


def forgotten(login_id: str | None, what: str = "") -> str:
    """Where a forgotten password is replaced, and the login to come back to."""
    query = "" if login_id is None else f"?{urlencode({WAITING_PARAMETER: login_id})}"
    return f"{FORGOTTEN}{what}{query}"


def here(standing: Standing) -> str:
    """Where the step's own form goes."""
    return address(standing.login.id, standing.step)


def beside(standing: Standing, what: str) -> str:
    """Where another form of the page goes: `resend`, `other`, `cancel`, `method`."""
    return f"{address(standing.login.id)}/{what}"


OURSELVES = "Eşik"
"""Who asks where no service does: an account page that needs two steps."""


def rp_name(standing: Standing, language: Language) -> str | None:
    return standing.client.called(language) if standing.client is not None else None


def about(standing: Standing, language: Language) -> AboutService:
    """What the service shows of itself, where a service asks."""
    client = standing.client
    if client is None:
        return AboutService()
    return AboutService(
        logo=client_logo.address(client, language),
        policy=client.told("policy_uri", language),
        terms=client.told("tos_uri", language),
    )


def citizen_of(standing: Standing) -> Citizen:
    """Raises ValueError at the one step that comes before anybody is known."""
    if standing.citizen is None:
        raise ValueError("every step after the password knows the citizen")
    return standing.citizen
