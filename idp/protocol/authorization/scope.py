"""`openid` is asked for; what nobody knows, or the client may not have, is left out (Core §3.1.2.1; AUTH-13, AL-09)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.claims import SCOPES
from idp.protocol.errors import ProtocolError, Reason


def scope(asked: Asked) -> None:
    """In our own order: `scope` has none (RFC 6749 §3.3; AUTH-02)."""
    sent = (asked.get("scope") or "").split(" ")
    granted = tuple(name for name in SCOPES if name in sent and name in asked.client.scopes)
    if "openid" not in granted:
        raise ProtocolError(Reason.OPENID_MISSING)
    asked.scope = granted
