"""Our own keys, as the protocol uses them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One of our own keys. `private_jwk` is the JSON of the private JWK; `kid` is its RFC 7638 thumbprint.

    `state` is `active` (signs and is published), `next` (published only) or `retired` (published until
    `published_until`). Times are seconds since the epoch.
    """

    kid: str
    alg: str
    state: str
    private_jwk: str = field(repr=False)
    created_at: int
    published_until: int | None = None
