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
from typing import Any

from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event
from idp.domain.citizen import Citizen
from idp.domain.grant import Grant
from idp.protocol import access_token, id_token
from idp.protocol.client_auth import METHODS
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Frame, TokenRequest
from idp.protocol.standing import citizen_of_live_grant

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1

Answer = tuple[int, dict[str, Any], list[tuple[str, str]]]


class AuthorizationCodeGrant(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]  # Authlib has no types
    """One redemption. `grant`, `is_first_use` and `citizen` are set by the checks that find them."""

    GRANT_TYPE = "authorization_code"

    request: TokenRequest
    server: Frame
    grant: Grant
    is_first_use: bool
    citizen: Citizen

    def validate_token_request(self) -> None:
        """Run the checks in their order. Raises ProtocolError."""
        for check in CHECKS:
            check(self)

    def create_token_response(self) -> Answer:
        """Issue what the code stands for, with the assurance fixed when it was made (TOKEN-02, R-35)."""
        issuer, now, client = self.server.issuer, self.request.now, self.request.client
        bearer = access_token.issue(issuer, self.grant, client, now=now)
        body = {
            "access_token": bearer,
            "token_type": "Bearer",
            "expires_in": issuer.lifetimes.access_token,
            "id_token": id_token.issue(
                issuer, self.grant, client, self.citizen, uow=self.request.uow, access_token=bearer, now=now
            ),
            "scope": " ".join(self.grant.scope),
        }
        subject = self.grant.subject
        self.request.uow.audit.append(
            AuditRow(
                now,
                Event.CODE_REDEEMED,
                True,
                self.request.origin,
                citizen_id=subject.citizen_id,
                client_id=client.client_id,
                session_id=subject.session_id,
            )
        )
        return 200, body, self.TOKEN_RESPONSE_HEADER


def client_authentication(exchange: AuthorizationCodeGrant) -> None:
    request = exchange.request
    request.authenticated = exchange.server.authenticate_client(request, tuple(METHODS))


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


def grant_stands(exchange: AuthorizationCodeGrant) -> None:
    """Citizen, session and client may have ended since the code was made (rule 4)."""
    request = exchange.request
    citizen = citizen_of_live_grant(request.uow.grants.standing(exchange.grant.id), request.client)
    if citizen is None:
        raise ProtocolError(Reason.GRANT_ENDED)
    exchange.citizen = citizen


CHECKS: tuple[Callable[[AuthorizationCodeGrant], None], ...] = (
    client_authentication,
    code_present,
    code_used_up,
    redirect_uri_same,
    code_verifier_right,
    first_use,
    grant_stands,
)
