"""`prompt` holds known values, and `none` stands alone (Core §3.1.2.1; AUTH-16, AL-10)."""

from idp.domain.authorization_request import Prompt
from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason

_KNOWN = {prompt.value: prompt for prompt in Prompt}


def prompt(asked: Asked) -> None:
    """An unknown value may be a demand that we would break by ignoring it, so it is refused."""
    sent = [value for value in (asked.get("prompt") or "").split(" ") if value]
    if any(value not in _KNOWN for value in sent):
        raise ProtocolError(Reason.PROMPT_UNKNOWN)
    asked.prompt = frozenset(_KNOWN[value] for value in sent)
    if Prompt.NONE in asked.prompt and len(asked.prompt) > 1:
        raise ProtocolError(Reason.PROMPT_NONE_MIXED)
