"""`grant_type=refresh_token` (RFC 6749 §6; OpenID Connect Core §12).

Everything else about the request is judged first; then the token is used up in one statement. One that was used before
means that two parties hold it, and ends the whole family (RFC 9700 §4.14.2), except for the short while in which an
authenticated client may have lost the answer.
"""

from collections.abc import Callable
from dataclasses import replace

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.citizen import Citizen
from idp.domain.client_metadata import GrantType
from idp.domain.grant import Grant, RefreshToken
from idp.protocol.claims import OFFLINE, granted
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Answer
from idp.protocol.grants import floor
from idp.protocol.grants.encryption_key import encryption_key_at_hand
from idp.protocol.grants.exchange import Exchange, client_authentication, grant_type_registered
from idp.protocol.tokens import issuing, protected_resources, refresh_token
from idp.protocol.tokens.standing import citizen_of_live_grant


class RefreshTokenGrant(Exchange):
    """One refresh. `known`, `grant`, `citizen`, `scope`, `resource` and `successor` are set by the checks."""

    GRANT_TYPE = GrantType.REFRESH_TOKEN.value

    known: RefreshToken
    grant: Grant
    citizen: Citizen
    scope: tuple[str, ...]
    resource: tuple[str, ...]
    successor: str

    @property
    def presented(self) -> str:
        return self.request.get("refresh_token") or ""

    def validate_token_request(self) -> None:
        """Run the checks in their order. Raises ProtocolError."""
        for check in CHECKS:
            check(self)

    def create_token_response(self) -> Answer:
        """New tokens with the old `acr`, `amr` and `auth_time`: nobody logged in meanwhile (A16, R-35)."""
        body = issuing.tokens(
            self.server.issuer,
            self.request,
            replace(self.grant, nonce=None),  # Core §12.2: it was for the first ID token
            self.citizen,
            scope=self.scope,
            resource=self.resource,
            refresh_token=self.successor,
            event=Event.REFRESHED,
        )
        return 200, body, self.TOKEN_RESPONSE_HEADER


def token_present(exchange: RefreshTokenGrant) -> None:
    if not exchange.presented:
        raise ProtocolError(Reason.REFRESH_TOKEN_MISSING)


def token_known(exchange: RefreshTokenGrant) -> None:
    """Of this client. Another client's attempt is written down and changes nothing for the owner (TOKEN-16)."""
    uow, client, now = exchange.request.uow, exchange.request.client, exchange.request.now
    known = uow.refresh_tokens.by_hash(sha256_hex(exchange.presented))
    standing = None if known is None else uow.grants.standing(known.grant_id)
    if known is None or standing is None:
        raise ProtocolError(Reason.REFRESH_TOKEN_DEAD)
    if standing.grant.client_id != client.client_id:
        raise ProtocolError(Reason.REFRESH_TOKEN_FOREIGN)
    citizen = citizen_of_live_grant(standing, client, now)
    if citizen is None or OFFLINE not in granted(standing.grant.scope, client):
        raise ProtocolError(Reason.REFRESH_TOKEN_DEAD)
    exchange.known, exchange.grant, exchange.citizen = known, standing.grant, citizen


def floor_reached(exchange: RefreshTokenGrant) -> None:
    """Not of a token that was used before: that two parties hold it counts, whatever the client demands by now."""
    if exchange.known.used_at is None:
        floor.floor_reached(exchange)


def scope_within(exchange: RefreshTokenGrant) -> None:
    """Less for this one access token, never more than was granted (RFC 6749 §6; D09), nor than the client still has."""
    sent = exchange.request.get("scope")
    asked = exchange.grant.scope if sent is None else tuple(name for name in sent.split(" ") if name)
    still = granted(exchange.grant.scope, exchange.request.client)
    exchange.scope = tuple(name for name in still if name in asked or not asked)
    if not exchange.scope or not set(asked) <= set(exchange.grant.scope):
        raise ProtocolError(Reason.SCOPE_WIDER)


def resource_within(exchange: RefreshTokenGrant) -> None:
    """RFC 8707 §2.2"""
    issuer, request, granted = exchange.server.issuer, exchange.request, exchange.grant.resource
    exchange.resource = protected_resources.within(
        issuer, request.uow.clients, request.client, granted, request.resource
    )


def token_used_up(exchange: RefreshTokenGrant) -> None:
    """One statement decides who uses it (L-02). A second use ends the family, unless the answer was just lost."""
    issuer, uow, now = exchange.server.issuer, exchange.request.uow, exchange.request.now
    client, grant, token = exchange.request.client, exchange.grant, exchange.presented
    used = uow.refresh_tokens.use_up(exchange.known.token_hash, client.client_id, now)
    if used is not None:
        exchange.successor = refresh_token.succeed(issuer, uow, token, used, grant, now)
        return
    seen = uow.refresh_tokens.by_hash(exchange.known.token_hash)
    if seen is None or seen.used_at is None:
        raise ProtocolError(Reason.REFRESH_TOKEN_DEAD)  # it lay unused for too long, or its grant was just revoked
    once_more = refresh_token.again(issuer, uow, token, seen, client, now)
    if once_more is None:
        uow.grants.revoke(grant.id, now)
        raise ProtocolError(Reason.REFRESH_TOKEN_REUSED)
    floor.floor_reached(exchange)
    exchange.successor = once_more


CHECKS: tuple[Callable[[RefreshTokenGrant], None], ...] = (
    client_authentication,
    grant_type_registered,
    encryption_key_at_hand,
    token_present,
    token_known,
    floor_reached,
    scope_within,
    resource_within,
    token_used_up,
)
