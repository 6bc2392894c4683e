"""Sending the browser back to the relying party with an authorization response, in the way that was asked for."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.messages import FormPost, Redirect
from idp.web.presentation import page, see_other
from idp.web.views import FormPostPage


def send_back(request: Request, answer: Redirect | FormPost) -> Response:
    """A 303, or a page with a form that sends itself; a button does the same without scripts (FORM-01, FORM-04)."""
    if isinstance(answer, Redirect):
        return see_other(answer.location)
    view = FormPostPage(action=answer.action, fields=answer.fields)
    return page(request, view, form_targets=(origin_of(answer.action),), keeps_query=False)


def origin_of(uri: str) -> str:
    """What a page's policy calls this address: its origin, or the scheme alone of an app's own address.

    The scheme alone, too, where the host is an IPv6 address: policies have no way to write one (CSP Level 3 §2.3.1),
    and browsers pass over one that is written all the same.
    """
    parts = urlsplit(uri)
    has_name = parts.scheme in {"http", "https"} and "[" not in parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if has_name else f"{parts.scheme}:"
