"""`max_age` is a whole number of seconds, zero included (Core §3.1.2.1; AUTH-19, A14), or what was registered."""

import re

from idp.protocol.authorization.asked import Asked
from idp.protocol.errors import ProtocolError, Reason

_SECONDS = re.compile(r"0*([0-9]+)", re.ASCII)
_MOST_DIGITS = 9
_LONGEST = 999_999_999
"""About 31 years. More asks for no more: every proof is younger."""


def max_age(asked: Asked) -> None:
    sent = asked.get("max_age")
    if sent is None:
        asked.max_age = asked.client.metadata.default_max_age  # Registration §2: a request overrides it
        return
    digits = _SECONDS.fullmatch(sent)
    if digits is None:
        raise ProtocolError(Reason.MAX_AGE_MALFORMED)
    asked.max_age = int(digits[1]) if len(digits[1]) <= _MOST_DIGITS else _LONGEST
