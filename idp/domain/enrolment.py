"""An authenticator, or a new phone number, that waits until it is proved and confirmed."""

from dataclasses import dataclass, field

from idp.domain.evidence import Method


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One registration that was begun in one session. Only the newest of a citizen and method lives.

    `method` is SMS for a change of the phone number, `destination` being the new number. `code_mac` is a keyed MAC of
    the code that is waited for: the one sent to the new number, or the pairing code that a device must show. `secret`
    is a TOTP seed (base32), sealed at rest, or the challenge of a passkey. A device that showed the pairing code fills
    in `public_key` (JWK), `handle` (its thumbprint) and `name`, once: it is claimed, and waits for the citizen's yes.
    """

    id: str
    citizen_id: str
    session_id: str
    method: Method
    created_at: int
    expires_at: int
    code_mac: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    destination: str = field(default="", repr=False)
    public_key: str = field(default="", repr=False)
    handle: str = ""
    name: str = ""
    tries: int = 0
    claimed_at: int | None = None
    consumed_at: int | None = None
