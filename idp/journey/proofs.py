"""Which proofs still stand: a former password, a former phone or a method that is gone proves nothing any more."""

from idp.domain.citizen import Citizen
from idp.domain.evidence import Evidence, Method
from idp.journey.world import World


def credential_of(world: World, method: Method, citizen: Citizen) -> str | None:
    """What a proof by this method names today; None where the citizen no longer has the method."""
    if method is Method.PASSWORD:
        return str(citizen.password_changed_at)
    return world.sms.credential(citizen) if world.sms.is_active(citizen) else None


def standing(world: World, evidence: Evidence, citizen: Citizen) -> Evidence:
    """The proofs of this citizen that name what the citizen has today."""
    return tuple(
        proof
        for proof in evidence
        if proof.citizen_id == citizen.id and proof.credential == credential_of(world, proof.method, citizen)
    )
