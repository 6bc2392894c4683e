"""What the relying party will receive, and the citizen's yes."""

from dataclasses import replace
from typing import Literal

from idp.domain.audit import Event, Origin
from idp.journey import records
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy.consent import seen
from idp.policy.journey import Step

ConsentFault = Literal["changed"]


def approve(world: World, *, login_id: str, browser_hash: str, shown: str, origin: Origin) -> Standing | ConsentFault:
    """Record the yes in this login, and remember it for the client.

    `shown` is what `policy.consent.seen` answered for the page that the citizen looked at. Where it is another by now
    nothing is recorded, and the page has to be shown again (R-16). Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    now = world.clock.now()
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.CONSENT)
        request, citizen = standing.login.request, standing.citizen
        if request is None or citizen is None:
            raise ValueError("consent is asked for a relying party, of somebody who logged in")
        client = uow.clients.share(request.client_id)  # as it is by now, and stays until the yes is remembered
        if client is None or seen(client, request) != shown:
            return "changed"
        login = save(uow, replace(standing.login, consented=True))
        uow.consents.add(citizen.id, request.client_id, request.asks_for, now)
        records.write(uow, login, Event.CONSENT_GIVEN, at=now, origin=origin)
        return stand(world, uow, login)
