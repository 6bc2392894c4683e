"""No parameter comes twice (RFC 6749 §3.1; AUTH-03, AL-03)."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.parameters import nothing_repeated

_SENDER = frozenset({"client_id", "redirect_uri"})


def sender_not_repeated(asked: Asked) -> None:
    """Who asks and where to answer must be beyond doubt before anything is answered there."""
    if asked.parameters.repeated & _SENDER:
        raise ProtocolError(Reason.PARAMETER_REPEATED)


def nothing_else_repeated(asked: Asked) -> None:
    nothing_repeated(asked.parameters)
