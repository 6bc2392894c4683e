"""`grant_type=client_credentials` (RFC 6749 §4.4): a token for the client itself, about no citizen.

It carries no scope, since every scope that exists releases something about a citizen, and no refresh token comes with
it (§4.4.3).
"""

from collections.abc import Callable
from typing import Any

from idp.domain.audit import AuditRow, Event
from idp.domain.client_metadata import GrantType
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Answer
from idp.protocol.grants.exchange import Exchange, client_authentication, grant_type_registered
from idp.protocol.tokens import access_token, protected_resources


class ClientCredentialsGrant(Exchange):
    """One request. `resource` is set by the check that judges it. A public client never registered this grant."""

    GRANT_TYPE = GrantType.CLIENT_CREDENTIALS.value

    resource: tuple[str, ...]

    def validate_token_request(self) -> None:
        """Run the checks in their order. Raises ProtocolError."""
        for check in CHECKS:
            check(self)

    def create_token_response(self) -> Answer:
        request, issuer = self.request, self.server.issuer
        body: dict[str, Any] = {
            "access_token": access_token.issue_to_client(
                issuer, request.client, now=request.now, resource=self.resource
            ),
            "token_type": "Bearer",
            "expires_in": issuer.lifetimes.access_token,  # AL-18
        }
        issued = Event.CLIENT_TOKEN_ISSUED
        request.uow.audit.append(
            AuditRow(request.now, issued, True, request.origin, client_id=request.client.client_id)
        )
        return 200, body, self.TOKEN_RESPONSE_HEADER


def scope_absent(exchange: ClientCredentialsGrant) -> None:
    if exchange.request.get("scope") is not None:
        raise ProtocolError(Reason.SCOPE_OF_CITIZENS)


def resource_known(exchange: ClientCredentialsGrant) -> None:
    request = exchange.request
    exchange.resource = protected_resources.known_without_citizen(
        exchange.server.issuer, request.uow.clients, request.client, request.resource
    )


CHECKS: tuple[Callable[[ClientCredentialsGrant], None], ...] = (
    client_authentication,
    grant_type_registered,
    scope_absent,
    resource_known,
)
