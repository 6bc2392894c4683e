"""Pairs into values, the same way at every endpoint (RFC 6749 §3.1, §3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.messages import Headers, Pairs

_REPEATABLE = frozenset({"resource"})  # RFC 8707 §2


@dataclass(frozen=True, slots=True)
class Parameters:
    """`values` holds the first value of each parameter; one without a value counts as left out (RFC 6749 §3.1).

    `several` holds every value of what may come more than once, and did.
    """

    values: Mapping[str, str]
    repeated: frozenset[str]
    several: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def every(self, name: str) -> tuple[str, ...]:
        """The values of a parameter that may come more than once, each once, in the order they came."""
        found = self.several.get(name, (self.values[name],) if name in self.values else ())
        return tuple(value for value in dict.fromkeys(found) if value)


def read(pairs: Pairs) -> Parameters:
    """Collect the pairs. Judging the repeated ones is the endpoint's: it knows where the answer may go."""
    values: dict[str, str] = {}
    repeated: set[str] = set()
    several: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name not in values:
            values[name] = value
        elif name in _REPEATABLE:
            several[name] = (*several.get(name, (values[name],)), value)
        else:
            repeated.add(name)
    return Parameters({name: value for name, value in values.items() if value}, frozenset(repeated), several)


def nothing_repeated(parameters: Parameters) -> None:
    """Raises ProtocolError `invalid_request` when any parameter came twice (AL-03)."""
    if parameters.repeated:
        raise ProtocolError(Reason.PARAMETER_REPEATED)


def authorization_once(headers: Headers) -> None:
    """Raises ProtocolError `invalid_request` when the header came twice: which one counts (RFC 9110 §5.3)?"""
    if "\n" in headers.get("authorization", ""):
        raise ProtocolError(Reason.AUTHORIZATION_REPEATED)


def is_storable(text: str) -> bool:
    """Whether no character is a control character or half a surrogate pair, which no database text can hold."""
    return not any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in text)
