"""`openid` is asked for; what nobody knows, or the client may not have, is left out (Core §3.1.2.1; AUTH-13, AL-09)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.claims import granted
from idp.protocol.errors import ProtocolError, Reason


def scope(asked: Asked) -> None:
    """In our own order: `scope` has none (RFC 6749 §3.3; AUTH-02)."""
    asked.scope = granted((asked.get("scope") or "").split(" "), asked.client)
    if "openid" not in asked.scope:
        raise ProtocolError(Reason.OPENID_MISSING)
