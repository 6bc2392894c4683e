"""`response_mode` exists, is registered, and fits the redirect URI and what goes there.

Multiple Response Types §2.1, §3; AL-11, R-05.
"""

from idp.domain.client_metadata import ResponseMode
from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason


def response_mode(asked: Asked) -> None:
    """A form can be posted to a web address only: not to an app's own scheme (FORM-04).

    The registration is compared with what was sent. `asked.response_mode` can differ from that only by a `state` that
    no form can hold, which is refused in words of its own.
    """
    sent = asked.get("response_mode")
    if sent is not None and sent not in tuple(ResponseMode):
        raise ProtocolError(Reason.RESPONSE_MODE_UNSUPPORTED)
    if sent == ResponseMode.QUERY and asked.is_implicit:
        raise ProtocolError(Reason.RESPONSE_MODE_QUERY)
    if sent == ResponseMode.FORM_POST and not asked.takes_forms:
        raise ProtocolError(Reason.RESPONSE_MODE_UNFIT)
    if not asked.client.may(asked.usual_mode if sent is None else ResponseMode(sent)):
        raise ProtocolError(Reason.RESPONSE_MODE_UNREGISTERED)
