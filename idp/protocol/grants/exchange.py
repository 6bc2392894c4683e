"""What every grant begins with: the client proves itself, and may use the grant."""

from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from idp.domain.client_metadata import GrantType
from idp.protocol.client_auth import METHODS
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Frame, TokenRequest


class Exchange(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]  # Authlib has no types
    """One token request of one grant, in the shape that Authlib's frame dispatches to."""

    GRANT_TYPE: str

    request: TokenRequest
    server: Frame


def client_authentication(exchange: Exchange) -> None:
    request = exchange.request
    request.authenticated = exchange.server.authenticate_client(request, tuple(METHODS))


def grant_type_registered(exchange: Exchange) -> None:
    """RFC 6749 §5.2, RFC 7591 §2 (D08)."""
    if not exchange.request.client.may(GrantType(exchange.GRANT_TYPE)):
        raise ProtocolError(Reason.GRANT_TYPE_UNREGISTERED)
