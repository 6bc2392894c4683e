"""What a client may learn of a token (RFC 7662): everything of a live one of its own, else that it is not active.

A resource server learns of the access tokens that are for it. Dead, foreign, unknown and malformed tokens look alike
(§2.2; R-12, D17). `token_type_hint` may be left out and is never believed: neither kind can be taken for the other.
"""

from collections.abc import Callable
from typing import Any

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client, ClientAuthMethod
from idp.domain.grant import Grant
from idp.protocol.claims import OFFLINE, granted
from idp.protocol.client_auth import METHODS
from idp.protocol.clients import find_client
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Answer, Endpoint, Frame, TokenRequest
from idp.protocol.issuer import Issuer
from idp.protocol.jose.verification import InvalidToken
from idp.protocol.tokens.access_token import revoked_name, verify_access_token
from idp.protocol.tokens.standing import citizen_of_live_grant, is_below_floor

AUTH_METHODS = tuple(method for method in METHODS if method is not ClientAuthMethod.NONE)
"""A public client proves nothing, so it learns nothing (§2.1)."""

INACTIVE: dict[str, Any] = {"active": False}

_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))


class IntrospectionEndpoint(Endpoint):
    ENDPOINT_NAME = "introspection"

    def __call__(self, request: TokenRequest) -> Answer:
        for check in CHECKS:
            check(self.server, request)
        issuer, token = self.server.issuer, request.get("token") or ""
        known = _access_token(issuer, request, token) or _refresh_token(issuer, request, token)
        return 200, known or INACTIVE, _HEADERS


def client_authentication(server: Frame, request: TokenRequest) -> None:
    request.authenticated = server.authenticate_client(request, AUTH_METHODS, "introspection")


def token_present(server: Frame, request: TokenRequest) -> None:
    if request.get("token") is None:
        raise ProtocolError(Reason.TOKEN_PARAMETER_MISSING)


CHECKS: tuple[Callable[[Frame, TokenRequest], None], ...] = (client_authentication, token_present)


def _access_token(issuer: Issuer, request: TokenRequest, token: str) -> dict[str, Any] | None:
    try:
        grant_id, claims = verify_access_token(token, issuer, now=request.now, for_anybody=True)
    except InvalidToken:
        return None
    if not (claims["client_id"] == request.client.client_id or _is_for(issuer, request.client, claims["aud"])):
        return None
    client = find_client(request.uow.clients, claims["client_id"])
    if client is None or not _stands(request, client, grant_id, claims):
        return None
    return {"active": True, "token_type": "Bearer"} | claims | _scope_left(client, claims)


def _is_for(issuer: Issuer, caller: Client, audience: str | list[str]) -> bool:
    """Whether the caller operates a resource that the token is for. The issuer's own is nobody else's."""
    named = {audience} if isinstance(audience, str) else set(audience)
    return not named.isdisjoint(set(caller.resources) - {issuer.identifier})


def _stands(request: TokenRequest, client: Client, grant_id: str, claims: dict[str, Any]) -> bool:
    """Whether the token, and the grant it came from if there is one, are still good (R-71)."""
    name = revoked_name(claims)
    if not grant_id:
        return not request.uow.spent.is_spent(name)
    standing = request.uow.grants.standing(grant_id, name)
    return citizen_of_live_grant(standing, client, request.now) is not None


def _scope_left(client: Client, claims: dict[str, Any]) -> dict[str, Any]:
    """The token's scope without what its client lost since (E07), as UserInfo takes it."""
    return {"scope": " ".join(granted(claims["scope"].split(), client))} if "scope" in claims else {}


def _refresh_token(issuer: Issuer, request: TokenRequest, token: str) -> dict[str, Any] | None:
    """For its own client only."""
    uow, client, now = request.uow, request.client, request.now
    found = uow.refresh_tokens.by_hash(sha256_hex(token))
    if found is None or found.used_at is not None or now >= found.expires_at:
        return None
    standing = uow.grants.standing(found.grant_id)
    if standing is None or citizen_of_live_grant(standing, client, now) is None:
        return None
    if not _may_refresh(client, standing.grant):
        return None
    about = _about(issuer, client, standing.grant)
    return {"active": True} | about | {"iat": found.created_at, "exp": found.expires_at}


def _may_refresh(client: Client, grant: Grant) -> bool:
    """Whether the token endpoint would: the client may have lost scope or grant type, or have a higher floor (E07)."""
    return OFFLINE in granted(grant.scope, client) and not is_below_floor(grant, client)


def _about(issuer: Issuer, client: Client, grant: Grant) -> dict[str, Any]:
    assurance = grant.subject.assurance
    return {
        "iss": issuer.identifier,
        "sub": issuer.subject(client, grant.subject.citizen_id),
        "client_id": client.client_id,
        "scope": " ".join(granted(grant.scope, client)),
        "auth_time": assurance.auth_time,
        "acr": assurance.acr,
        "amr": list(assurance.amr),
    }
