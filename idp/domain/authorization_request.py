"""What a relying party asked for, after the protocol has found every part of it acceptable."""

from dataclasses import dataclass, field
from enum import StrEnum

from idp.domain.client_metadata import ResponseMode, ResponseType
from idp.domain.level import Level


class Prompt(StrEnum):
    """Values of `prompt` (OpenID Connect Core §3.1.2.1)."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


@dataclass(frozen=True, slots=True)
class RequestedClaims:
    """The parts of the `claims` parameter that we honour: names asked for at each place (Core §5.5)."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A valid authorization request: `redirect_uri` is a registered one, so answers may be sent there.

    `wished_levels` come from `acr_values` or a voluntary `acr` claim, in the order of preference, without values that
    are not ours: a wish, never an error, which requires nothing. `essential_levels` comes from an essential `acr`
    claim with `value` or `values` (Core §5.5.1.1): None when there is none, empty when it names only values we do not
    know, which nothing can meet.
    `hinted_subjects` are the `sub` values that may be answered for: that of a verified `id_token_hint`, or those that
    `claims` demands (Core §5.5.1); empty where nobody in particular is asked for. `resource` names protected resources
    (RFC 8707).
    """

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: frozenset[Prompt] = frozenset()
    max_age: int | None = None
    wished_levels: tuple[Level, ...] = ()
    essential_levels: tuple[Level, ...] | None = None
    claims: RequestedClaims = field(default_factory=RequestedClaims)
    login_hint: str | None = field(default=None, repr=False)
    hinted_subjects: tuple[str, ...] = ()
    ui_locales: tuple[str, ...] = ()
    response_type: ResponseType = ResponseType.CODE
    response_mode: ResponseMode = ResponseMode.QUERY
    resource: tuple[str, ...] = ()

    @property
    def asks_for(self) -> frozenset[str]:
        """Everything that consent is about: the scopes, and the claims named one by one.

        Not `resource`: it says where at this service the tokens are good, since nobody may name a resource that another
        sector operates; what is released, and to whom, it does not change.
        """
        return frozenset((*self.scope, *(f"claim:{name}" for name in (*self.claims.userinfo, *self.claims.id_token))))
