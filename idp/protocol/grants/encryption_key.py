"""A check of every grant that gives an ID token: whoever registered encryption has a key to encrypt to."""

from typing import Protocol

from idp.protocol.frame import TokenRequest
from idp.protocol.jose.encryption import recipient_key


class Exchange(Protocol):
    @property
    def request(self) -> TokenRequest: ...


def encryption_key_at_hand(exchange: Exchange) -> None:
    """Before a code or a refresh token is used up: none is lost to a key that is missing or still to be fetched.

    Raises DocumentNeeded.
    """
    request = exchange.request
    wanted = request.client.metadata.id_token_encryption
    if wanted is not None:
        recipient_key(request.uow, request.client, wanted, request.now)
