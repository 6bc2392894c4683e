"""What a citizen gave a relying party in one login: the family of everything issued from one code."""

from dataclasses import dataclass, field

from idp.domain.authorization_request import RequestedClaims
from idp.domain.citizen import Citizen
from idp.domain.evidence import Assurance


@dataclass(frozen=True, slots=True)
class Subject:
    """Who logged in, how strongly, in which session: what the journey hands to the protocol when a login is done."""

    citizen_id: str
    sid: str
    session_id: str
    assurance: Assurance


@dataclass(frozen=True, slots=True)
class Grant:
    """The family of one authorization code. `assurance` is fixed here and never renewed or raised afterwards.

    `code_hash` is the SHA-256 of the code. The row stays after the code is used, so that a second use is recognised
    and revokes everything (RFC 6749 §4.1.2). `resource` are the protected resources asked for (RFC 8707 §2).
    `expires_at`: nothing of this family is accepted from then on; with a refresh token it is the end of the last one.
    """

    id: str
    client_id: str
    subject: Subject
    scope: tuple[str, ...]
    redirect_uri: str
    code_hash: str = field(repr=False)
    code_expires_at: int
    created_at: int
    expires_at: int
    nonce: str | None = None
    code_challenge: str | None = None
    claims: RequestedClaims = field(default_factory=RequestedClaims)
    resource: tuple[str, ...] = ()
    code_consumed_at: int | None = None
    revoked_at: int | None = None

    @property
    def is_offline(self) -> bool:
        """Whether it may be used while the citizen is away, once the session ran out (Core §11)."""
        return "offline_access" in self.scope


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One generation of a grant's refresh token. `token_hash` is its SHA-256; at most one of a grant is unused."""

    token_hash: str = field(repr=False)
    grant_id: str
    generation: int
    created_at: int
    expires_at: int
    used_at: int | None = None


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """A grant with what may have ended it meanwhile, read in one go: rule 4, checked at every redemption.

    `session_is_live`: it neither ended nor is it gone, and `session_has_ended` is false for one that merely ran out
    and was forgotten, which an offline grant outlives. `is_spent`: the name that was asked about beside it, that of an
    access token, was spent.
    """

    grant: Grant
    citizen: Citizen | None
    session_is_live: bool
    session_has_ended: bool = False
    is_spent: bool = False
