"""`state` and `nonce` can be kept and returned whole: any length and any text, but no control character (SET-15)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.parameters import is_storable


def state_and_nonce(asked: Asked) -> None:
    for name in ("state", "nonce"):
        if not is_storable(asked.get(name) or ""):
            raise ProtocolError(Reason.PARAMETER_UNREADABLE)
    if asked.is_implicit and asked.get("nonce") is None:  # Core §3.2.2.1
        raise ProtocolError(Reason.NONCE_MISSING)
