"""The headers of a request as the protocol reads them (`messages.Headers`)."""

from starlette.requests import Request


def received(request: Request) -> dict[str, str]:
    """By lower-case name, the lines of one that came more than once joined by line feeds."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found
