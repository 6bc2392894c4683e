"""What the store needs to keep secrets secret: the shapes only, `crypto` fits them."""

from typing import Protocol


class Sealer(Protocol):
    """Authenticated encryption, bound to the place of the value."""

    def seal(self, text: str, *, table: str, row_id: str, purpose: str) -> str: ...
    def open(self, sealed: str, *, table: str, row_id: str, purpose: str) -> str: ...


class Mac(Protocol):
    """A keyed digest of some parts, separated by purpose."""

    def __call__(self, purpose: str, *parts: str) -> str: ...
