"""A login that somebody else begins: the provider's list of services, or a portal (OIDC Core §4, protocol.md DCR-14).

Any page of the web can send a browser here, so nothing is believed: the issuer must be the one we know, the target is
a page of ours or the panel, and all that happens is a login as if its button had been pressed.
"""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from relying_party_demo import pages
from relying_party_demo.login_flow import begin
from relying_party_demo.logins import Purpose
from relying_party_demo.services import Caller, ForeignIssuerError, Form, House

PATH = "/oidc/initiate"
_PARAMETERS = ("iss", "login_hint", "target_link_uri")
_LONGEST_HINT = 255

router = APIRouter(include_in_schema=False)


def single_values(request: Request) -> dict[str, str]:
    """What the query says. A repeated parameter is a 400: it is unclear which one is meant."""
    pairs: Sequence[tuple[str, str]] = request.query_params.multi_items()
    if len(dict(pairs)) != len(pairs):
        raise HTTPException(400)
    return dict(pairs)


@router.get(PATH)
def initiate(
    request: Request, services: House, visitor: Caller, asked: Annotated[dict[str, str], Depends(single_values)]
) -> Response:
    """Begin a login, whoever may be logged in here: it is the provider that knows who sits there now."""
    if asked.get("iss") != services.settings.issuer:
        raise ForeignIssuerError
    hint = asked.get("login_hint", "")
    return begin(
        request,
        services,
        visitor,
        return_to=_own_path(asked.get("target_link_uri", ""), services.settings.base_url),
        purpose=Purpose.SIGN_IN,
        login_hint=hint if len(hint) <= _LONGEST_HINT and hint.isprintable() else "",
    )


@router.post(PATH)
def initiate_by_post(form: Form) -> Response:
    """The same from a form. It arrives without our cookies (SameSite), which the redirect brings back."""
    return pages.see_other(f"{PATH}?{urlencode({name: form[name] for name in _PARAMETERS if name in form})}")


def _own_path(target: str, base_url: str) -> str:
    """The path and query of an address of ours; "" for any other, so that no redirect leaves this house."""
    return target.removeprefix(base_url) if target.startswith(f"{base_url}/") else ""
