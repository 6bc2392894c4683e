"""`response_mode` is one that the encoder knows (OAuth 2.0 Multiple Response Types §2.1; AL-11)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.responses import MODES


def response_mode(asked: Asked) -> None:
    sent = asked.get("response_mode")
    if sent is not None and sent not in MODES:
        raise ProtocolError(Reason.RESPONSE_MODE_UNSUPPORTED)
