"""What a device does to be registered: it shows the pairing code and proves its key, then waits for the citizen's yes.

Nothing here registers anything: that is the citizen's word on the account page, `devices.confirm_pairing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.enrolment import Enrolment
from idp.domain.errors import TooManyRequests
from idp.domain.evidence import Method
from idp.domain.throttle import Count, Refused, Reserved
from idp.factors import letters
from idp.factors.second_factor import NotAnAnswer
from idp.journey.devices import PAIRING_LETTERS, pairing_mac
from idp.journey.ports import UnitOfWork
from idp.journey.world import World
from idp.policy import addresses, throttle

PAIRING_TYPE = "esik-pairing+jwt"
REQUEST_TYPE = "esik-device+jwt"

ClaimFault = Literal["key", "proof", "code"]
"""Not a public P-256 key; not signed by it, for this code; a code that is wrong, expired or was shown already."""

PairingState = Literal["claimed", "registered", "refused", "expired"]


@dataclass(frozen=True, slots=True)
class PairingStanding:
    """`device_id` is known once the citizen said yes."""

    state: PairingState
    device_id: str | None = None


def claim_pairing(
    world: World, *, code: str, name: str, public_key: Mapping[str, object], proof: str, origin: Origin
) -> Enrolment | ClaimFault:
    """Count the showing of a code, commit, then judge it. `name` has no fault (`names.name_fault`).

    Raises TooManyRequests.
    """
    key = world.device_signatures.canonical_key(public_key)
    if key is None:
        return "key"
    now, counts = world.clock.now(), _counts(world, origin)
    reserved = _count(world, counts, now, origin)
    shown = _read(code)
    canonical, thumbprint = key
    claims = world.device_signatures.claims(proof, canonical, typ=PAIRING_TYPE, key_id=None, now=now)
    if claims is None or claims.get("jkt") != thumbprint or (shown and claims.get("pairing_code") != shown):
        return "proof"
    with world.begin() as uow:
        claimed = uow.enrolments.claim(
            pairing_mac(world, shown), public_key=canonical, handle=thumbprint, name=name.strip(), now=now
        )
        row = AuditRow(at=now, event=Event.ENROLMENT_REFUSED, ok=False, origin=origin, method=Method.APP, reason="code")
        if claimed is not None:
            row = AuditRow(
                at=now,
                event=Event.ENROLMENT_CLAIMED,
                ok=True,
                origin=origin,
                citizen_id=claimed.citizen_id,
                session_id=claimed.session_id,
                method=Method.APP,
            )
            uow.throttles.give_back(counts, reserved)
        uow.audit.append(row)
    return "code" if claimed is None else claimed


def standing_of(world: World, uow: UnitOfWork, pairing_id: str, signed: str, path: str) -> PairingStanding | None:
    """How the pairing stands, for the device that claimed it: `signed` names this `path`. None for anybody else."""
    now = world.clock.now()
    pairing = uow.enrolments.by_id(pairing_id)
    if pairing is None or pairing.method is not Method.APP or pairing.claimed_at is None:
        return None
    claims = world.device_signatures.claims(signed, pairing.public_key, typ=REQUEST_TYPE, key_id=None, now=now)
    if claims is None or not is_request(claims, path):
        return None
    if pairing.consumed_at is None:
        return PairingStanding("claimed" if now < pairing.expires_at else "expired")
    held = uow.authenticators.of_citizen(pairing.citizen_id)
    # Used up with a yes, the key is registered; used up with a no, or removed since, it is not.
    device = next((one for one in held if (one.method, one.handle) == (Method.APP, pairing.handle)), None)
    return PairingStanding("refused") if device is None else PairingStanding("registered", device.id)


def is_request(claims: Mapping[str, object], path: str) -> bool:
    """Whether a device signed a GET of this path, under a name of its own (`jti`).

    The name is not remembered: such a request changes nothing, and what it reads is for the same device within the
    same minute.
    """
    jti = claims.get("jti")
    return (claims.get("htm"), claims.get("htu")) == ("GET", path) and isinstance(jti, str) and 0 < len(jti) <= 128


def _counts(world: World, origin: Origin) -> tuple[Count, ...]:
    if world.limits.loopback_exempt and addresses.is_loopback(origin.ip):
        return ()
    address, _ = addresses.counted(origin.ip) or (origin.ip, "")
    return throttle.pairing_claim(address)


def _count(world: World, counts: tuple[Count, ...], now: int, origin: Origin) -> Reserved:
    with world.begin() as uow:
        reserved = uow.throttles.reserve(counts, now)
        if isinstance(reserved, Refused):
            reason = reserved.scope
            uow.audit.append(AuditRow(now, Event.ENROLMENT_REFUSED, False, origin, method=Method.APP, reason=reason))
    if isinstance(reserved, Refused):
        raise TooManyRequests(reserved.seconds(now) or throttle.PAIRING_CLAIMS.window)
    return reserved


def _read(code: str) -> str:
    """What cannot be a code at all is none that anybody has."""
    try:
        return letters.read(code, PAIRING_LETTERS)
    except NotAnAnswer:
        return ""
