"""Finding a client by what a request calls it."""

from idp.domain.client import Client
from idp.protocol.ports import Clients

_LONGEST_CLIENT_ID = 255


def find_client(clients: Clients, client_id: str | None) -> Client | None:
    """The enabled client of this id. None otherwise, and for text that can be no id (RFC 6749 A.1: VSCHAR)."""
    if client_id is None or not 0 < len(client_id) <= _LONGEST_CLIENT_ID:
        return None
    if not (client_id.isascii() and client_id.isprintable()):
        return None
    client = clients.by_id(client_id)
    return None if client is None or client.disabled else client
