"""`grant_type=authorization_code` (RFC 6749 §4.1.3; OpenID Connect Core §3.1.3).

The code is used up by the first request that presents it as its client, before anything else about the request is
judged: a guess at the verifier costs the code. A second use that is right in every respect means that two parties
hold the code, and ends everything issued from it (RFC 6749 §4.1.2; R-06).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.citizen import Citizen
from idp.domain.client_metadata import GrantType
from idp.domain.grant import Grant
from idp.protocol import claims
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Answer
from idp.protocol.grants.encryption_key import encryption_key_at_hand
from idp.protocol.grants.exchange import Exchange, client_authentication, grant_type_registered
from idp.protocol.grants.floor import floor_reached
from idp.protocol.tokens import issuing, protected_resources, refresh_token
from idp.protocol.tokens.standing import citizen_of_live_grant

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1


class AuthorizationCodeGrant(Exchange):
    """One redemption. `grant`, `is_first_use`, `resource` and `citizen` are set by the checks that find them."""

    GRANT_TYPE = GrantType.AUTHORIZATION_CODE.value

    grant: Grant
    is_first_use: bool
    resource: tuple[str, ...]
    citizen: Citizen

    def validate_token_request(self) -> None:
        """Run the checks in their order. Raises ProtocolError."""
        for check in CHECKS:
            check(self)

    def create_token_response(self) -> Answer:
        """Issue what the code stands for, and a refresh token if `offline_access` was granted (TOKEN-14, AL-19)."""
        issuer, request, grant = self.server.issuer, self.request, self.grant
        scope = claims.granted(grant.scope, request.client)  # E07: the client may have lost some since
        is_offline = claims.OFFLINE in scope
        body = issuing.tokens(
            issuer,
            request,
            grant,
            self.citizen,
            scope=scope,
            resource=self.resource,
            refresh_token=refresh_token.begin(issuer, request.uow, grant, request.now) if is_offline else None,
            event=Event.CODE_REDEEMED,
        )
        return 200, body, self.TOKEN_RESPONSE_HEADER


def code_present(exchange: AuthorizationCodeGrant) -> None:
    if exchange.request.get("code") is None:
        raise ProtocolError(Reason.CODE_MISSING)


def code_used_up(exchange: AuthorizationCodeGrant) -> None:
    """One statement decides (TOKEN-10, TOKEN-13, AL-16). A used code goes on, to be told apart from a guess."""
    request = exchange.request
    code_hash, client_id = sha256_hex(request.get("code") or ""), request.client.client_id
    consumed = request.uow.grants.consume_code(code_hash, client_id, request.now)
    found = consumed or request.uow.grants.by_code(code_hash)
    if found is None or found.client_id != client_id or (consumed is None and found.code_consumed_at is None):
        raise ProtocolError(Reason.CODE_DEAD)
    exchange.grant, exchange.is_first_use = found, consumed is not None


def redirect_uri_same(exchange: AuthorizationCodeGrant) -> None:
    if exchange.request.get("redirect_uri") != exchange.grant.redirect_uri:  # RFC 6749 §4.1.3
        raise ProtocolError(Reason.REDIRECT_URI_DIFFERS)


def code_verifier_right(exchange: AuthorizationCodeGrant) -> None:
    """RFC 7636 §4.6, RFC 9700 §4.8 (TOKEN-11, TOKEN-12, AL-15)."""
    verifier, challenge = exchange.request.get("code_verifier"), exchange.grant.code_challenge
    if challenge is None:
        if verifier is not None:
            raise ProtocolError(Reason.CODE_VERIFIER_UNEXPECTED)
        return
    if verifier is None or _VERIFIER.fullmatch(verifier) is None:
        raise ProtocolError(Reason.CODE_VERIFIER)
    derived = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(derived, challenge.encode()):
        raise ProtocolError(Reason.CODE_VERIFIER)


def first_use(exchange: AuthorizationCodeGrant) -> None:
    """A second valid use revokes the grant, and with it every token (TOKEN-08, TOKEN-09)."""
    if not exchange.is_first_use:
        exchange.request.uow.grants.revoke(exchange.grant.id, exchange.request.now)
        raise ProtocolError(Reason.CODE_REPLAYED)


def resource_within(exchange: AuthorizationCodeGrant) -> None:
    """RFC 8707 §2.2: of what was granted, never more."""
    issuer, request, granted = exchange.server.issuer, exchange.request, exchange.grant.resource
    exchange.resource = protected_resources.within(
        issuer, request.uow.clients, request.client, granted, request.resource
    )


def grant_stands(exchange: AuthorizationCodeGrant) -> None:
    """Citizen, session and client may have ended since the code was made (rule 4)."""
    request = exchange.request
    citizen = citizen_of_live_grant(request.uow.grants.standing(exchange.grant.id), request.client, request.now)
    if citizen is None:
        raise ProtocolError(Reason.GRANT_ENDED)
    exchange.citizen = citizen


CHECKS: tuple[Callable[[AuthorizationCodeGrant], None], ...] = (
    client_authentication,
    grant_type_registered,
    encryption_key_at_hand,
    code_present,
    code_used_up,
    redirect_uri_same,
    code_verifier_right,
    first_use,
    resource_within,
    grant_stands,
    floor_reached,
)
