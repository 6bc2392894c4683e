"""Pairs into values, the same way at every endpoint (RFC 6749 §3.1, §3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.messages import Pairs

_REPEATABLE = frozenset({"resource"})  # RFC 8707 §2


@dataclass(frozen=True, slots=True)
class Parameters:
    """`values` holds the first value of each parameter; one without a value counts as left out (RFC 6749 §3.1)."""

    values: Mapping[str, str]
    repeated: frozenset[str]

    def get(self, name: str) -> str | None:
        return self.values.get(name)


def read(pairs: Pairs) -> Parameters:
    """Collect the pairs. Judging the repeated ones is the endpoint's: it knows where the answer may go."""
    values: dict[str, str] = {}
    repeated: set[str] = set()
    for name, value in pairs:
        if name not in values:
            values[name] = value
        elif name not in _REPEATABLE:
            repeated.add(name)
    return Parameters({name: value for name, value in values.items() if value}, frozenset(repeated))


def nothing_repeated(parameters: Parameters) -> None:
    """Raises ProtocolError `invalid_request` when any parameter came twice (AL-03)."""
    if parameters.repeated:
        raise ProtocolError(Reason.PARAMETER_REPEATED)


def is_storable(text: str) -> bool:
    """Whether no character is a control character or half a surrogate pair, which no database text can hold."""
    return not any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in text)
