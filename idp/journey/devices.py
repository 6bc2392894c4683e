"""Registered devices, from the account pages: pairing one, and confirming the very key that is shown.

What a device does to be registered is `pairing`; what it is asked afterwards is `approvals`. Whoever adds a device has
just proved two steps, and is told of it by SMS, since the next login may be approved with it.
"""

import base64
from typing import Literal

from idp.domain.audit import Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method
from idp.factors.letters import ALPHABET
from idp.journey import notices
from idp.journey.authenticators import admit, record
from idp.journey.ports import UnitOfWork
from idp.journey.security_settings import Visitor
from idp.journey.world import World

PAIRING_SECONDS = 300
PAIRING_LETTERS = 8
MOST_DEVICES = 5

PairingFault = Literal["expired", "too_many", "known"]
"""Nothing to confirm any more, or another key than the page showed; five devices already; this very key already."""


def begin_pairing(world: World, visitor: Visitor, origin: Origin) -> tuple[Enrolment, str] | PairingFault:
    """A pairing code that one device may show within five minutes; an earlier one is dead. Raises ProofRequired."""
    now, enrolment_id = world.clock.now(), world.secrets.token()
    code = pairing_code(world, enrolment_id)
    enrolment = Enrolment(
        id=enrolment_id,
        citizen_id=visitor.citizen.id,
        session_id=visitor.session.id,
        method=Method.APP,
        created_at=now,
        expires_at=now + PAIRING_SECONDS,
        code_mac=pairing_mac(world, code),
    )
    with world.begin() as uow:
        admit(world, uow, visitor)
        if _is_full(uow, visitor):
            return "too_many"
        uow.enrolments.insert(enrolment)
        record(uow, visitor, Event.ENROLMENT_BEGUN, now, origin, Method.APP)
    return enrolment, code


def pairing_of(world: World, uow: UnitOfWork, visitor: Visitor) -> Enrolment | None:
    """The pairing that this session began, while it can be confirmed or claimed: claimed once it has a `handle`."""
    found = uow.enrolments.current(visitor.citizen.id, visitor.session.id, Method.APP)
    is_over = found is None or found.consumed_at is not None or world.clock.now() >= found.expires_at
    return None if is_over else found


def pairing_code(world: World, enrolment_id: str) -> str:
    """The eight letters of a pairing, to be shown on its page only. Derived, so nowhere stored."""
    number = int(world.secrets.mac("pairing code", enrolment_id)[:10], 16)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(PAIRING_LETTERS))


def pairing_mac(world: World, code: str) -> str:
    return world.secrets.mac("pairing", code)


def fingerprint(handle: str) -> str:
    """The first 64 bits of a key's thumbprint, for two eyes to compare: `1A2B 3C4D 5E6F 7081`."""
    letters = base64.urlsafe_b64decode(handle + "=")[:8].hex().upper()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def confirm_pairing(
    world: World, visitor: Visitor, handle: str, lang: str, origin: Origin
) -> Authenticator | PairingFault:
    """Register the device whose key (`handle`) the page showed, and tell the citizen. Other sessions go on.

    Raises ProofRequired.
    """
    now = world.clock.now()
    with world.begin() as uow:
        admit(world, uow, visitor)
        pairing = pairing_of(world, uow, visitor)
        if pairing is None or not handle or pairing.handle != handle:
            return "expired"
        if _is_full(uow, visitor):
            return "too_many"
        if not uow.enrolments.consume(pairing.id, now=now, handle=handle):
            return "expired"  # between the two
        device = Authenticator(
            id=world.secrets.token(),
            citizen_id=visitor.citizen.id,
            method=Method.APP,
            name=pairing.name,
            created_at=now,
            handle=pairing.handle,
            public_key=pairing.public_key,
        )
        if not uow.authenticators.add(device):
            return "known"
        record(uow, visitor, Event.AUTHENTICATOR_ADDED, now, origin, Method.APP)
        notices.device_added(uow, visitor.citizen, lang, now)
    return device


def reject_pairing(world: World, visitor: Visitor, origin: Origin) -> bool:
    """ "Bu benim cihazım değil": what was begun ends without a device. False if it was over. Raises ProofRequired."""
    now = world.clock.now()
    with world.begin() as uow:
        admit(world, uow, visitor)
        pairing = pairing_of(world, uow, visitor)
        if pairing is None or not uow.enrolments.consume(pairing.id, now=now):
            return False
        record(uow, visitor, Event.ENROLMENT_REFUSED, now, origin, Method.APP, ok=False, reason="rejected")
    return True


def _is_full(uow: UnitOfWork, visitor: Visitor) -> bool:
    held = uow.authenticators.of_citizen(visitor.citizen.id)
    return sum(one.method is Method.APP for one in held) >= MOST_DEVICES
