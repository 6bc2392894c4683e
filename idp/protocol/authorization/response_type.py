"""`response_type` exists and is registered (RFC 6749 §3.1.1; RFC 9700 §2.1.2; AUTH-07, AUTH-08, AUTH-29, R-05).

The implicit ones exist only where an operator switched them on. Hybrid ones do not exist.
"""

from idp.protocol.authorization.asked import Asked
from idp.protocol.authorization_response import may_answer_with
from idp.protocol.errors import ProtocolError, Reason


def response_type(asked: Asked) -> None:
    if asked.get("response_type") is None:
        raise ProtocolError(Reason.RESPONSE_TYPE_MISSING)
    if asked.response_type is None:
        raise ProtocolError(Reason.RESPONSE_TYPE_UNSUPPORTED)
    if not may_answer_with(asked.issuer, asked.client, asked.response_type):
        raise ProtocolError(Reason.RESPONSE_TYPE_UNREGISTERED)
