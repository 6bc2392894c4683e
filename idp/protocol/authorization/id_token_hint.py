"""`id_token_hint` is an ID token that we issued to this client, expired or not (Core §3.1.2.1; AUTH-16, A15)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.jose.verification import InvalidToken
from idp.protocol.tokens.id_token import verify_hint


def id_token_hint(asked: Asked) -> None:
    """A hint that says nothing we can believe is refused: going on without it could log in somebody else.

    The journey compares `hinted_subjects` with the citizen. A `sub` that the `claims` parameter demands is the same
    demand (Core §3.1.2.2); where both are made they must agree.
    """
    sent = asked.get("id_token_hint")
    if sent is None:
        return
    try:
        claims = verify_hint(sent, asked.issuer, client_id=asked.client.client_id)
    except InvalidToken as invalid:
        raise ProtocolError(Reason.ID_TOKEN_HINT) from invalid
    if asked.hinted_subjects and claims["sub"] not in asked.hinted_subjects:
        raise ProtocolError(Reason.ID_TOKEN_HINT)
    asked.hinted_subjects = (claims["sub"],)
