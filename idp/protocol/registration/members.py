"""What was sent, read member by member into the types that the specifications give them (R-74, E01).

`null` counts as left out (RFC 7592 §2.2). What nobody asks for here is never looked at.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from idp.protocol import strict_json
from idp.protocol.errors import WIRE, ProtocolError, Reason

_DEEPEST = 8
_LONGEST_TEXT = 255
_MOST_ITEMS = 50
_MOST_SECONDS = 2**31 - 1
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646 §2.1


class MetadataRefused(ProtocolError):
    """A refusal that names the member it is about: a name from the code, never one that was sent."""

    def __init__(self, reason: Reason, member: str = "") -> None:
        super().__init__(reason)
        self.member = member.partition("#")[0]  # a language tag is input

    @property
    def words(self) -> tuple[str, str]:
        """`error` and `error_description`."""
        code, text = WIRE[self.reason]
        return code, f"{self.member}: {text}" if self.member else text


class Members:
    """The members of one request. Each verb raises MetadataRefused for a value of another type than the member has."""

    def __init__(self, sent: Mapping[str, Any]) -> None:
        self._sent = {name: value for name, value in sent.items() if value is not None}

    @classmethod
    def read(cls, body: bytes) -> "Members":
        """Raises MetadataRefused for what is not one strict JSON object."""
        try:
            return cls(strict_json.read_object(body, deepest=_DEEPEST))
        except ValueError as error:
            raise MetadataRefused(Reason.METADATA_UNREADABLE) from error

    def __contains__(self, name: str) -> bool:
        return name in self._sent

    def raw(self, name: str) -> object:
        """The value as it was sent, of whatever type; None if it was left out."""
        return self._sent.get(name)

    def text(self, name: str, *, longest: int = _LONGEST_TEXT) -> str | None:
        value = self._sent.get(name)
        if value is None:
            return None
        if not _is_text(value, longest):
            raise MetadataRefused(Reason.METADATA_TEXT, name)
        return str(value)

    def texts(self, name: str, *, longest: int = _LONGEST_TEXT) -> tuple[str, ...] | None:
        """Each once, in their order; None if the member was left out."""
        value = self._sent.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) > _MOST_ITEMS or not all(isinstance(one, str) for one in value):
            raise MetadataRefused(Reason.METADATA_LIST, name)
        if not all(_is_text(one, longest) for one in value):
            raise MetadataRefused(Reason.METADATA_TEXT, name)
        return tuple(dict.fromkeys(value))

    def flag(self, name: str) -> bool:
        value = self._sent.get(name, False)
        if not isinstance(value, bool):
            raise MetadataRefused(Reason.METADATA_FLAG, name)
        return value

    def seconds(self, name: str) -> int | None:
        value = self._sent.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_SECONDS:
            raise MetadataRefused(Reason.METADATA_SECONDS, name)
        return value

    def one_of(self, name: str, known: Collection[str]) -> str | None:
        """A value that discovery lists."""
        value = self.text(name)
        if value is not None and value not in known:
            raise MetadataRefused(Reason.METADATA_VALUE, name)
        return value

    def some_of(self, name: str, known: Collection[str]) -> tuple[str, ...] | None:
        values = self.texts(name)
        if values is not None and not set(values) <= set(known):
            raise MetadataRefused(Reason.METADATA_VALUE, name)
        return values

    def localized(self, name: str) -> Iterator[str]:
        """The members `name#tag` that were sent (RFC 7591 §2.2)."""
        for sent in self._sent:
            base, marked, tag = sent.partition("#")
            if base == name and marked:
                if not _LANGUAGE_TAG.fullmatch(tag):
                    raise MetadataRefused(Reason.METADATA_LANGUAGE, name)
                yield sent


def _is_text(value: object, longest: int) -> bool:
    """Printable: no line breaks, nothing that turns the direction of what people read (E02)."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable() and not value.isspace()
