"""What a citizen registered as a second factor, besides the phone."""

from dataclasses import dataclass, field

from idp.domain.evidence import Method


@dataclass(frozen=True, slots=True)
class Authenticator:
    """One registered device, TOTP app, passkey or backup code. Its secret, if it has one, is asked for by itself.

    `handle` tells those of one citizen and method apart: a passkey's credential id, the thumbprint of a device's key,
    the first two characters of a backup code; empty for TOTP, of which there is one. `public_key` is a device's JWK
    (JSON) or a passkey's COSE key (base64url); empty for the others. `counter` only grows: the last accepted time step
    of TOTP, the signature count of a passkey. `used_at`: a backup code that was used up; it proves nothing again, but
    a proof made with it stands.
    """

    id: str
    citizen_id: str
    method: Method
    name: str
    created_at: int
    handle: str = ""
    public_key: str = field(default="", repr=False)
    counter: int = 0
    last_used_at: int | None = None
    used_at: int | None = None

    @property
    def is_usable(self) -> bool:
        return self.used_at is None
