"""Yedek Kodlar: ten codes for the day on which nothing else is at hand, made anew as a whole.

They are answered once, to whoever asked, and stored as hashes only (R-58). A new set voids the old one.
"""

from idp.domain.audit import Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.errors import ProofRequired
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.factors import backup_code
from idp.journey import notices
from idp.journey.authenticators import admit, record
from idp.journey.security_settings import Visitor
from idp.journey.world import World


def make(world: World, visitor: Visitor, lang: str, origin: Origin) -> tuple[str, ...]:
    """Ten new codes, to be shown in the answer to this very request and nowhere else. Raises ProofRequired, TooBusy."""
    if not visitor.reaches(Level.TWO_STEP):
        raise ProofRequired("making backup codes needs a fresh proof of two steps")
    codes = backup_code.new_codes(world.secrets)
    parts = [backup_code.index_and_secret(code) for code in codes]
    hashed = [(index, world.hasher.hash(secret)) for index, secret in parts]
    now = world.clock.now()
    with world.begin() as uow:
        citizen = admit(world, uow, visitor).citizen
        replaced = uow.authenticators.remove_all(citizen.id, Method.BACKUP_CODE) > 0
        for index, secret_hash in hashed:
            code = Authenticator(
                id=world.secrets.token(),
                citizen_id=citizen.id,
                method=Method.BACKUP_CODE,
                name="",
                created_at=now,
                handle=index,
            )
            uow.authenticators.add(code, secret_hash)
        record(uow, visitor, Event.BACKUP_CODES_MADE, now, origin, Method.BACKUP_CODE)
        notices.backup_codes_made(uow, citizen, lang, now)
        if replaced:
            uow.sessions.end_all(citizen.id, now, but=visitor.session.id)
    return codes
