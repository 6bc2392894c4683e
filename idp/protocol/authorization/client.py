"""The client is known and enabled (RFC 6749 §4.1.2.1; AUTH-04)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.clients import find_client
from idp.protocol.errors import ProtocolError, Reason


def client(asked: Asked) -> None:
    asked.known_client = find_client(asked.clients, asked.get("client_id"))
    if asked.known_client is None:
        raise ProtocolError(Reason.CLIENT_UNKNOWN)
