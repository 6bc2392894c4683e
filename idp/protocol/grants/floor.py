"""The client's floor, asked again at the token endpoint: an operator may have raised it since the login (E07, R-38)."""

from typing import Protocol

from idp.domain.grant import Grant
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import TokenRequest
from idp.protocol.tokens.standing import is_below_floor


class _OfAGrant(Protocol):
    grant: Grant
    request: TokenRequest


def floor_reached(exchange: _OfAGrant) -> None:
    """No new tokens for a login that would not be let in today: the way back is a new login, which asks for the level.

    What was issued before is judged where it is shown (RFC 9470).
    """
    if is_below_floor(exchange.grant, exchange.request.client):
        raise ProtocolError(Reason.LOGIN_TOO_WEAK)
