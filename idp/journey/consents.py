"""What a citizen said yes to, taken back: the relying party asks anew, and what it was granted is worth nothing."""

from idp.domain.audit import AuditRow, Event, Origin
from idp.journey.authenticators import admit
from idp.journey.security_settings import Visitor
from idp.journey.world import World


def revoke(world: World, visitor: Visitor, client_id: str, origin: Origin) -> bool:
    """Forget one of the citizen's own consents (R-16). False where there is none. Raises ProofRequired."""
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor, visitor.own_level).citizen
        revoked = uow.consents.revoke(citizen.id, client_id, now)
        if revoked:
            uow.audit.append(
                AuditRow(
                    at=now,
                    event=Event.CONSENT_REVOKED,
                    ok=True,
                    origin=origin,
                    citizen_id=citizen.id,
                    client_id=client_id,
                    session_id=visitor.session.id,
                )
            )
    return revoked
