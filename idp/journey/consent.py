"""What the relying party will receive, and the citizen's yes."""

from dataclasses import replace

from idp.domain.audit import Event, Origin
from idp.journey import records
from idp.journey.standing import Standing, load_at, save, stand
from idp.journey.world import World
from idp.policy.journey import Step


def approve(world: World, *, login_id: str, browser_hash: str, origin: Origin) -> Standing:
    """Record the yes in this login, and remember it for the client.

    Raises LoginNotFound, LoginExpired, LoginMovedOn.
    """
    now = world.clock.now()
    with world.begin() as uow:
        standing = load_at(world, uow, login_id, browser_hash, Step.CONSENT)
        login, request = save(uow, replace(standing.login, consented=True)), standing.login.request
        if request is not None and login.citizen_id is not None:
            uow.consents.add(login.citizen_id, request.client_id, request.asks_for, now)
        records.write(uow, login, Event.CONSENT_GIVEN, at=now, origin=origin)
        return stand(world, uow, login)
