"""The redirect URI is one of the client's, character for character (RFC 9700 §2.1; AUTH-04, AUTH-05, R-01)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason


def redirect_uri(asked: Asked) -> None:
    """With `openid` it is required even where only one is registered (Core §3.1.2.1), so there is no default."""
    sent = asked.get("redirect_uri")
    if sent is None:
        raise ProtocolError(Reason.REDIRECT_URI_MISSING)
    if sent not in asked.client.redirect_uris or "#" in sent:  # RFC 6749 §3.1.2: no fragment, registered or not
        raise ProtocolError(Reason.REDIRECT_URI_UNREGISTERED)
    asked.redirect_uri = sent
