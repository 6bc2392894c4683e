"""`response_type` is `code`; nothing else exists (RFC 6749 §3.1.1; RFC 9700 §2.1.2; AUTH-07, AUTH-08, R-05)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason

RESPONSE_TYPES = ("code",)


def response_type(asked: Asked) -> None:
    sent = asked.get("response_type")
    if sent is None:
        raise ProtocolError(Reason.RESPONSE_TYPE_MISSING)
    if sent not in RESPONSE_TYPES:
        raise ProtocolError(Reason.RESPONSE_TYPE_UNSUPPORTED)
