"""Authlib's authorization server as the frame of what clients call themselves: it registers and dispatches.

It picks the grant for a `grant_type`, or the endpoint, asks the registered client authentication methods, and turns an
`OAuth2Error` into an answer. Every check is ours (protocol.md §13 says why), and no logic hangs on Authlib's hooks. A
request here is our own value, not Authlib's `OAuth2Request`, which would judge a URI that no check of ours looks at
(AL-02).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from authlib.oauth2 import AuthorizationServer, OAuth2Error

from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.client import Client, ClientAuthMethod
from idp.domain.client_metadata import GrantType
from idp.protocol.client_auth import METHODS, AuthenticatedClient, Method
from idp.protocol.client_auth.credentials import Attempt, Credentials
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.messages import JsonAnswer
from idp.protocol.ports import UnitOfWork

Answer = tuple[int, dict[str, Any] | None, Sequence[tuple[str, str]]]
"""Status, body and headers: what a grant or an endpoint gives to the frame."""


@dataclass(slots=True)
class TokenRequest:
    """One request of a client, in the shape that Authlib's frame looks at. It lives for one call.

    `authenticated` is set by the check that authenticates. `grant_type` is known to be one that exists, and empty at
    other endpoints than the token endpoint. `resource` are the protected resources it names.
    """

    uow: UnitOfWork
    credentials: Credentials
    grant_type: str
    origin: Origin
    now: int
    resource: tuple[str, ...] = ()
    authenticated: AuthenticatedClient | None = None
    auth_method: str | None = None  # Authlib's frame writes it
    method: str = "POST"

    @property
    def payload(self) -> "TokenRequest":
        """Authlib's frame reads `request.payload.grant_type`."""
        return self

    def get(self, name: str) -> str | None:
        """A parameter of the body; None if it was left out or sent without a value."""
        return self.credentials.form.get(name)

    @property
    def client(self) -> Client:
        """The authenticated client. Raises ValueError before authentication."""
        if self.authenticated is None:
            raise ValueError("no client was authenticated")
        return self.authenticated.client


class Endpoint:
    """Another endpoint that clients authenticate at, in the shape that Authlib's frame dispatches to."""

    ENDPOINT_NAME: str

    server: "Frame"

    def create_endpoint_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def __call__(self, request: TokenRequest) -> Answer:
        """Judge and answer. Raises ProtocolError."""
        raise NotImplementedError


class Frame(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """The dispatcher. `grants` are classes with Authlib's token endpoint verbs."""

    def __init__(self, issuer: Issuer, grants: Sequence[type], endpoints: Sequence[type[Endpoint]]) -> None:
        super().__init__()
        self.issuer = issuer
        for name, method in METHODS.items():
            self.register_client_auth_method(name, _as_authlib_asks(issuer, name, method))
        for grant in grants:
            self.register_grant(grant)
        for endpoint in endpoints:
            self.register_endpoint(endpoint())

    def respond(self, request: TokenRequest, endpoint: str | None = None) -> JsonAnswer:
        """Dispatch to the grant, or to the endpoint of this name."""
        answer: JsonAnswer = (
            self.create_token_response(request)
            if endpoint is None
            else self.create_endpoint_response(endpoint, request)
        )
        return answer

    def authenticate_client(
        self, request: TokenRequest, methods: Sequence[str], endpoint: str = "token"
    ) -> AuthenticatedClient:
        """The client, by exactly one method, the one it registered. Raises ProtocolError (TOKEN-05, TOKEN-06)."""
        presented = [str(name) for name in methods if METHODS[ClientAuthMethod(name)].is_presented(request.credentials)]
        if len(presented) > 1:
            raise ProtocolError(Reason.TWO_CLIENT_AUTH_METHODS)
        try:
            client: AuthenticatedClient = super().authenticate_client(request, presented, endpoint)
        except OAuth2Error as refused:
            raise ProtocolError(Reason.CLIENT_NOT_AUTHENTICATED) from refused
        return client

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def query_client(self, client_id: str) -> NoReturn:
        """Authlib hands this to the methods; ours look in the request's unit of work instead."""
        raise NotImplementedError(client_id)

    def handle_error_response(self, request: TokenRequest, error: ProtocolError) -> JsonAnswer:
        """Write the refusal down, in the transaction that the route commits, and answer."""
        request.uow.audit.append(_refusal(request, error.reason))
        answer: JsonAnswer = super().handle_error_response(request, error)
        return answer

    def handle_response(
        self, status: int, body: dict[str, Any] | None, headers: Sequence[tuple[str, str]]
    ) -> JsonAnswer:
        """Authlib's headers hold what RFC 6749 §5.1 wants: application/json, no-store, no-cache."""
        sent = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        return JsonAnswer(status, sent, tuple(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


def _as_authlib_asks(
    issuer: Issuer, name: ClientAuthMethod, method: Method
) -> Callable[[Any, TokenRequest], AuthenticatedClient | None]:
    def authenticate(_query_client: object, request: TokenRequest) -> AuthenticatedClient | None:
        client = method.authenticate(Attempt(request.credentials, request.uow, issuer, request.now))
        return None if client is None else AuthenticatedClient(client, name)

    return authenticate


_EVENT = {
    Reason.CLIENT_NOT_AUTHENTICATED: Event.CLIENT_REFUSED,
    Reason.CODE_REPLAYED: Event.CODE_REPLAYED,
    Reason.REFRESH_TOKEN_REUSED: Event.REFRESH_REUSED,
}
_EVENT_OF_GRANT = {
    GrantType.AUTHORIZATION_CODE.value: Event.CODE_REFUSED,
    GrantType.REFRESH_TOKEN.value: Event.REFRESH_REFUSED,
}


def _refusal(request: TokenRequest, reason: Reason) -> AuditRow:
    client = None if request.authenticated is None else request.authenticated.client.client_id
    event = _EVENT.get(reason) or _EVENT_OF_GRANT.get(request.grant_type, Event.TOKEN_REFUSED)
    return AuditRow(request.now, event, False, request.origin, client_id=client, reason=reason)
