"""Where the provider says that a login is over (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8).

The caller is the provider's server: no cookie, no page, no form token. What it may do rests on the signed token alone.
"""

import logging
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relying_party_demo import answers, logout_token, logouts, sessions
from relying_party_demo.id_token import InvalidTokenError
from relying_party_demo.logout_token import Logout
from relying_party_demo.provider import ProviderUnavailableError
from relying_party_demo.services import House, Services

PATH = "/oidc/backchannel-logout"

log = logging.getLogger("relying_party_demo")
router = APIRouter()


class LogoutFailure(BaseModel):
    """Why nobody was logged out (RFC 6749 §5.2)."""

    error: Annotated[Literal["invalid_request", "temporarily_unavailable"], Field(examples=["invalid_request"])]
    error_description: Annotated[str, Field(examples=["The logout token is not acceptable"])]


_MISSING = LogoutFailure(error="invalid_request", error_description="One logout_token in a form is needed")
_REFUSED = LogoutFailure(error="invalid_request", error_description="The logout token is not acceptable")
_USED = LogoutFailure(error="invalid_request", error_description="The logout token was used before")
_NO_KEYS = LogoutFailure(error="temporarily_unavailable", error_description="The keys of the provider are out of reach")

_FORM: dict[str, object] = {
    "security": [],
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["logout_token"],
                    "properties": {
                        "logout_token": {
                            "type": "string",
                            "description": "A JWT of type `logout+jwt`, signed ES256 by the provider for this client.",
                            "examples": ["eyJhbGciOiJFUzI1NiIsInR5cCI6ImxvZ291dCtqd3QifQ.e30.c2ln"],
                        }
                    },
                },
            }
        },
    },
}


def _told(failure: LogoutFailure) -> dict[str, object]:
    return {"application/json": {"example": failure.model_dump()}}


async def the_logout_token(request: Request) -> str | None:
    """The one `logout_token` of the form, or None. Other fields are passed over, as §2.5 wants."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return None
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        return None
    values = [value for name, value in pairs if name == "logout_token"]
    return values[0] if len(values) == 1 else None


@router.post(
    PATH,
    tags=["Oturum"],
    summary="The provider ends a login",
    response_description="Every session that the token names is over",
    response_class=Response,
    responses={
        400: {"model": LogoutFailure, "description": "The token is not acceptable", "content": _told(_REFUSED)},
        413: {
            "description": "The body is larger than 16 KiB",
            "content": {"text/plain": {"example": "Content Too Large"}},
        },
        503: {
            "model": LogoutFailure,
            "description": "The token cannot be judged now; send it again",
            "content": _told(_NO_KEYS),
            "headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
        },
    },
    openapi_extra=_FORM,
)
def backchannel_logout(
    request: Request, services: House, token: Annotated[str | None, Depends(the_logout_token)]
) -> Response:
    """For the provider only. Ends the sessions of `sid`, or without one those of `sub`. A token counts once."""
    if token is None:
        return JSONResponse(_MISSING.model_dump(), 400)
    try:
        logout = _verified(services, token)
    except InvalidTokenError as error:
        log.warning("logout refused [%s]: %s", request.state.reference, error)
        return JSONResponse(_REFUSED.model_dump(), 400)
    except ProviderUnavailableError as error:
        log.warning("provider unavailable [%s]: %s", request.state.reference, error)
        return JSONResponse(_NO_KEYS.model_dump(), 503, headers={"Retry-After": str(answers.RETRY_AFTER)})
    now = services.clock.now()
    with services.store.transaction() as connection:
        if not logouts.record(connection, logout, now):
            return JSONResponse(_USED.model_dump(), 400)
        ended = sessions.end_by_provider(connection, logout, now)
    log.info("logout by the provider [%s]: %d sessions", request.state.reference, ended)
    return Response()


def _verified(services: Services, token: str) -> Logout:
    settings, now = services.settings, services.clock.now()
    return services.provider.with_keys(
        lambda keys: logout_token.verify(token, keys, issuer=settings.issuer, client_id=settings.client_id, now=now)
    )
