"""Reading parameters: raw pairs for the protocol, which must see every repetition; single fields for our own forms."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 65_536
LONGEST_BOUNCE = 12_000
"""Characters of a posted request that may go on as the query of a GET."""

_MOST_FIELDS = 200

Pairs = list[tuple[str, str]]


def query_pairs(request: Request) -> Pairs:
    """The query's parameters, repetitions included. Raises HTTPException 400 past 200 of them."""
    return _parsed(request.scope["query_string"])


async def body_pairs(request: Request) -> Pairs | None:
    """A form's parameters; None if the body is no `application/x-www-form-urlencoded`.

    Raises HTTPException 413 past 64 KiB, and 400 past 200 parameters.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await whole_body(request)
    if content_type != "application/x-www-form-urlencoded":
        return None
    return _parsed(body)


async def posted(request: Request) -> Mapping[str, str]:
    """The fields of one of our own forms. A field that comes twice counts as absent: no page of ours sends one."""
    fields: dict[str, str] = {}
    repeated: set[str] = set()
    for name, value in await body_pairs(request) or []:
        if name in fields:
            repeated.add(name)
        fields[name] = value
    return {name: value for name, value in fields.items() if name not in repeated}


async def whole_body(request: Request) -> bytes:
    """Raises HTTPException 413 past 64 KiB."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(received)


def _parsed(raw: bytes) -> Pairs:
    try:
        return parse_qsl(raw.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
