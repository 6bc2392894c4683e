"""Whether a bearer token is believed, and whether the login behind it is good enough (RFC 6750; RFC 9470).

What guards a resource of our own: a token, sent in one way, that was issued here for this very resource and whose
grant, citizen, session and client all still stand.
"""

from dataclasses import dataclass, replace

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import Grant
from idp.domain.level import Level
from idp.protocol.claims import granted
from idp.protocol.clients import find_client
from idp.protocol.errors import WIRE, ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.jose.verification import InvalidToken
from idp.protocol.messages import Headers
from idp.protocol.parameters import Parameters
from idp.protocol.ports import UnitOfWork
from idp.protocol.tokens.access_token import revoked_name, verify_access_token
from idp.protocol.tokens.standing import citizen_of_live_grant, is_below_floor

STATUS = {
    Reason.TOKEN_MISSING: 401,
    Reason.TOKEN_INVALID: 401,
    Reason.AUTHENTICATION_INSUFFICIENT: 401,
    Reason.SCOPE_INSUFFICIENT: 403,
}
"""RFC 6750 §3.1, RFC 9470 §3. Everything else is a 400."""


@dataclass(frozen=True, slots=True)
class Believed:
    """What stands behind a token. `grant` has the token's own scope, which may be less than what was granted."""

    grant: Grant
    client: Client
    citizen: Citizen


class AuthenticationInsufficient(ProtocolError):
    """The login must be repeated, with at least these requirements (RFC 9470 §3; R-38). `max_age` is in seconds."""

    def __init__(self, level: Level, max_age: int | None) -> None:
        super().__init__(Reason.AUTHENTICATION_INSUFFICIENT)
        self.level = level
        self.max_age = max_age


def presented(headers: Headers, query: Parameters, form: Parameters) -> str:
    """The token in the header, its scheme in any case, or in a form, in one way only; never in the query.

    Raises ProtocolError (UINFO-07, R-03).
    """
    if query.get("access_token") is not None:
        raise ProtocolError(Reason.TOKEN_IN_QUERY)
    scheme, _, in_header = headers.get("authorization", "").partition(" ")
    in_header = in_header.strip() if scheme.lower() == "bearer" else ""
    in_form = form.get("access_token") or ""
    if in_header and in_form:
        raise ProtocolError(Reason.TOKEN_TWICE)  # RFC 6750 §2
    if not in_header and not in_form:
        raise ProtocolError(Reason.TOKEN_MISSING)
    return in_header or in_form


def believed(issuer: Issuer, uow: UnitOfWork, token: str, now: int) -> Believed:
    """A citizen's live token for the issuer itself. Raises ProtocolError `invalid_token`; asks the store twice."""
    try:
        grant_id, claims = verify_access_token(token, issuer, now=now)
    except InvalidToken as invalid:
        raise ProtocolError(Reason.TOKEN_INVALID) from invalid
    standing = uow.grants.standing(grant_id, revoked_name(claims)) if grant_id else None
    client = find_client(uow.clients, claims["client_id"])
    citizen = citizen_of_live_grant(standing, client, now)
    if standing is None or client is None or citizen is None:
        raise ProtocolError(Reason.TOKEN_INVALID)
    grant = standing.grant
    told = str(claims.get("scope", "")).split()
    scope = tuple(name for name in granted(grant.scope, client) if name in told)
    if scope != grant.scope:
        grant = replace(grant, scope=scope)
    return Believed(grant, client, citizen)


def authentication_sufficient(issuer: Issuer, client: Client, grant: Grant, now: int) -> None:
    """Raises AuthenticationInsufficient where the client demands more today than the login behind the grant was.

    The level is the client's floor. The age is judged once tokens are refreshed: those that came with the code follow a
    login that was fresh enough for it, and end within minutes.
    """
    max_age = client.metadata.default_max_age
    first_tokens_end_at = grant.created_at + issuer.lifetimes.code + issuer.lifetimes.access_token
    is_old = max_age is not None and now - grant.subject.assurance.auth_time > max_age and now >= first_tokens_end_at
    if is_below_floor(grant, client) or is_old:
        raise AuthenticationInsufficient(client.minimum_level, max_age)


def challenge(realm: str, refused: ProtocolError) -> str:
    """The value of `WWW-Authenticate`, bare where no token was sent (RFC 6750 §3; UINFO-06, AL-29).

    It names level and age whichever of them failed: who mended only the one would be sent back for the other.
    """
    error, description = WIRE[refused.reason]
    told = {"realm": realm}
    if error:
        told |= {"error": error, "error_description": description}
    if isinstance(refused, AuthenticationInsufficient):
        told["acr_values"] = refused.level.acr
        if refused.max_age is not None:
            told["max_age"] = str(refused.max_age)
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in told.items())
