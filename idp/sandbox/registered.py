"""What sample people hold as second factors: as rows to seed, and as what a test program needs to use them."""

from collections.abc import Callable, Iterable, Mapping

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.factors import backup_code
from idp.journey.ports import PasswordHasher
from idp.policy import second_step
from idp.sandbox import credentials
from idp.sandbox.persona import Persona
from idp.sandbox.personas import persona_of

Registered = tuple[Authenticator, str]
"""A row and the secret it keeps, sealed: a TOTP seed (base32), the hash of a backup code, or nothing."""


def registered(persona: Persona, hasher: PasswordHasher, now: int) -> tuple[Registered, ...]:
    """What seeding registers. The citizen's id is left empty: only the store knows it."""
    return tuple(one for method in persona.holds for one in _MAKERS[method](persona.id, hasher, now))


def methods(citizen: Citizen, held: Iterable[Authenticator]) -> tuple[Method, ...]:
    """The second factors that this person has now, in the order in which a login offers them."""
    return second_step.offered(citizen, second_step.active(citizen, held), Level.TWO_STEP)


def sample_device(citizen: Citizen, held: Iterable[Authenticator]) -> credentials.Device | None:
    """The published device of a sample person who has it still."""
    persona = persona_of(citizen.national_id)
    if persona is None or Method.APP not in persona.holds:
        return None
    device = credentials.device(persona.id)
    return device if any(one.id == device.id and one.handle == device.thumbprint for one in held) else None


def _app(persona_id: str, hasher: PasswordHasher, now: int) -> tuple[Registered, ...]:
    device = credentials.device(persona_id)
    row = Authenticator(
        id=device.id,
        citizen_id="",
        method=Method.APP,
        name="Sanal telefon",
        created_at=now,
        handle=device.thumbprint,
        public_key=device.public_key,
    )
    return ((row, ""),)


def _totp(persona_id: str, hasher: PasswordHasher, now: int) -> tuple[Registered, ...]:
    key = credentials.authenticator_id(persona_id, Method.TOTP)
    row = Authenticator(id=key, citizen_id="", method=Method.TOTP, name="", created_at=now)
    return ((row, credentials.totp_secret(persona_id)),)


def _passkey(persona_id: str, hasher: PasswordHasher, now: int) -> tuple[Registered, ...]:
    passkey = credentials.passkey(persona_id)
    row = Authenticator(
        id=credentials.authenticator_id(persona_id, Method.PASSKEY),
        citizen_id="",
        method=Method.PASSKEY,
        name="Örnek geçiş anahtarı",
        created_at=now,
        handle=passkey.credential_id,
        public_key=passkey.public_key,
    )
    return ((row, ""),)


def _backup_codes(persona_id: str, hasher: PasswordHasher, now: int) -> tuple[Registered, ...]:
    rows = []
    for code in credentials.backup_codes(persona_id):
        index, secret = backup_code.index_and_secret(code)
        row = Authenticator(
            id=credentials.authenticator_id(persona_id, f"{Method.BACKUP_CODE} {index}"),
            citizen_id="",
            method=Method.BACKUP_CODE,
            name="",
            created_at=now,
            handle=index,
        )
        rows.append((row, hasher.hash(secret)))
    return tuple(rows)


_MAKERS: Mapping[Method, Callable[[str, PasswordHasher, int], tuple[Registered, ...]]] = {
    Method.APP: _app,
    Method.TOTP: _totp,
    Method.PASSKEY: _passkey,
    Method.BACKUP_CODE: _backup_codes,
}
