"""The logo of a relying party: our own copy, fetched like every document of theirs (AUTH-28, SET-13)."""

import base64
import binascii
from dataclasses import dataclass, field

from idp.clock import Clock
from idp.protocol.clients import find_client
from idp.protocol.documents import document
from idp.protocol.ports import UnitOfWork

_KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"RIFF": "image/webp",
}
"""By how they begin, not by what their server calls them. No SVG: it is a program as much as a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image and its media type."""

    body: bytes = field(repr=False)
    media_type: str


def logo(uow: UnitOfWork, client_id: str, language: str, clock: Clock) -> Picture | None:
    """What the client registered as its logo, in this language if it has one; None for none that can be shown.

    Raises DocumentNeeded.
    """
    client = find_client(uow.clients, client_id)
    uri = None if client is None else client.told("logo_uri", language)
    return None if uri is None else _read(document(uow, uri, clock.now()))


def _read(copy: str | None) -> Picture | None:
    head, _, encoded = (copy or "").partition(";base64,")
    if not head.startswith("data:image/"):
        return None
    try:
        body = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    return next((Picture(body, kind) for begins, kind in _KINDS.items() if body.startswith(begins)), None)
