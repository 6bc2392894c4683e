"""`registration` tells a self-issued provider who asks (Core §7.2.1). Nothing here would obey it, so it is refused."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason


def registration_parameter(asked: Asked) -> None:
    if asked.get("registration") is not None:
        raise ProtocolError(Reason.REGISTRATION_PARAMETER)  # Core §3.1.2.6
