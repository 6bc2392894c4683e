"""The one encoder of authorization responses. Success and error alike carry `iss` (RFC 9207 §2) and `state`."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client_metadata import ResponseMode
from idp.protocol.errors import WIRE, Reason
from idp.protocol.messages import FormPost, Redirect


@dataclass(frozen=True, slots=True)
class Callback:
    """Where an answer goes, and how: `redirect_uri` was found registered, `mode` fits it."""

    redirect_uri: str
    mode: ResponseMode
    state: str | None = field(repr=False)
    issuer: str

    @classmethod
    def of(cls, request: AuthorizationRequest, issuer: str) -> "Callback":
        return cls(request.redirect_uri, request.response_mode, request.state, issuer)


def success(callback: Callback, given: dict[str, str]) -> Redirect | FormPost:
    """What is given, `state` if one was sent, `iss`, and nothing else (AUTH-09)."""
    return _encoded(callback, dict(given))


def error(callback: Callback, reason: Reason) -> Redirect | FormPost:
    """`error`, `error_description`, `state` if one was sent, `iss`, and never a code (AUTH-10)."""
    code, description = WIRE[reason]
    return _encoded(callback, {"error": code, "error_description": description}, code)


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """The address with parameters added behind its own query, which stays as registered (RFC 6749 §4.1.2)."""
    if not parameters:
        return uri
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}{_form_encoded(parameters)}"


def _encoded(callback: Callback, parameters: dict[str, str], error: str | None = None) -> Redirect | FormPost:
    if callback.state is not None:
        parameters["state"] = callback.state
    parameters["iss"] = callback.issuer
    match callback.mode:
        case ResponseMode.QUERY:
            return Redirect(with_parameters(callback.redirect_uri, parameters), error)
        case ResponseMode.FRAGMENT:  # Multiple Response Types §2.1; a registered address has no fragment of its own
            return Redirect(f"{callback.redirect_uri}#{_form_encoded(parameters)}", error)
        case ResponseMode.FORM_POST:  # Form Post Response Mode §2
            return FormPost(callback.redirect_uri, tuple(parameters.items()), error)


def _form_encoded(parameters: dict[str, str]) -> str:
    # Half a surrogate pair can come from a client: percent-encode it rather than fail.
    return urlencode(parameters, quote_via=quote, safe="", errors="surrogatepass")
