"""The one encoder of authorization responses. Success and error alike carry `iss` (RFC 9207 §2) and `state`."""

from urllib.parse import quote, urlencode

from idp.protocol.errors import WIRE, Reason
from idp.protocol.messages import Redirect

MODES = ("query",)
"""Response modes that exist."""


def success(redirect_uri: str, *, code: str, state: str | None, issuer: str) -> Redirect:
    """`code`, `state` if one was sent, `iss`, and nothing else (AUTH-09)."""
    return Redirect(_in_query(redirect_uri, {"code": code}, state, issuer))


def error(redirect_uri: str, reason: Reason, *, state: str | None, issuer: str) -> Redirect:
    """`error`, `error_description`, `state` if one was sent, `iss`, and never a code (AUTH-10)."""
    code, description = WIRE[reason]
    return Redirect(_in_query(redirect_uri, {"error": code, "error_description": description}, state, issuer), code)


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """The address with parameters added behind its own query, which stays as registered (RFC 6749 §4.1.2)."""
    if not parameters:
        return uri
    separator = "&" if "?" in uri else "?"
    # Half a surrogate pair can come from a client: percent-encode it rather than fail.
    return f"{uri}{separator}{urlencode(parameters, quote_via=quote, safe='', errors='surrogatepass')}"


def _in_query(redirect_uri: str, parameters: dict[str, str], state: str | None, issuer: str) -> str:
    if state is not None:
        parameters["state"] = state
    parameters["iss"] = issuer
    return with_parameters(redirect_uri, parameters)
