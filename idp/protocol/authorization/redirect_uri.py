"""The redirect URI is one of the client's, character for character (RFC 9700 §2.1; AUTH-04, AUTH-05, R-01)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason


def redirect_uri_outside(asked: Asked) -> None:
    """What stands outside a request object only says where to report that the object is bad (REQ-03, REQ-05).

    So it may be left out, or be wrong: then such an error stays on a page of ours. Without an object it is refused.
    """
    if asked.get("request") is None and asked.get("request_uri") is None:
        redirect_uri(asked)
    elif _is_registered(asked, asked.get("redirect_uri")):
        asked.redirect_uri = asked.get("redirect_uri")


def redirect_uri(asked: Asked) -> None:
    """With `openid` it is required even where only one is registered (Core §3.1.2.1), so there is no default."""
    asked.redirect_uri = None
    sent = asked.get("redirect_uri")
    if sent is None:
        raise ProtocolError(Reason.REDIRECT_URI_MISSING)
    if not _is_registered(asked, sent):
        raise ProtocolError(Reason.REDIRECT_URI_UNREGISTERED)
    asked.redirect_uri = sent


def _is_registered(asked: Asked, sent: str | None) -> bool:
    return sent is not None and asked.client.redirects_to(sent)
