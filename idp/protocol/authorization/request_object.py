"""Request objects do not exist here, and ignoring one silently would change what was asked (REQ-02, REQ-07, AL-27)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason


def request_object(asked: Asked) -> None:
    by_value, by_reference = asked.get("request") is not None, asked.get("request_uri") is not None
    if by_value and by_reference:  # Core §6.1
        raise ProtocolError(Reason.REQUEST_TWICE)
    if by_value:
        raise ProtocolError(Reason.REQUEST_OBJECT)
    if by_reference:
        raise ProtocolError(Reason.REQUEST_URI)
