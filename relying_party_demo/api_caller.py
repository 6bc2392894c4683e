"""Who calls the API: the cookie of a session, or an access token that the provider issued for this API (RFC 6750).

Both lead to the same citizen, `sub`, and both pass the same gate: what counts is the login behind them. A citizen whom
MHRS never saw has nothing booked, exactly as after a first login by browser.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import Request

from relying_party_demo import access_token, csrf, gate
from relying_party_demo.id_token import InvalidTokenError
from relying_party_demo.services import ForgedFormError, House, LoginNeededError, Services, live_session

log = logging.getLogger("relying_party_demo")

COOKIE = APIKeyCookie(
    name="mhrs_session",
    scheme_name="session",
    description="The cookie of a login by browser; on https its name is `__Host-mhrs_session`.",
    auto_error=False,
)
TOKEN = HTTPBearer(
    scheme_name="access_token",
    bearerFormat="JWT",
    description="An access token of the provider whose `aud` names this API (RFC 9068), with `acr` and `auth_time`.",
    auto_error=False,
)

_CREDENTIALS = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)  # RFC 6750 §2.1


class TwoCredentialsError(Exception):
    """The caller shows more than one thing to be believed by; it is unclear which one is meant (RFC 6750 §2)."""


class TokenRefusedError(Exception):
    """The access token is not one that this API takes."""


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Somebody the provider vouches for; `claims` have yet to pass the gate.

    `session_id` is the cookie's value. None: they came with an access token, which no browser adds to a request by
    itself. `name` is "" when it is not known here.
    """

    subject: str
    name: str
    claims: Mapping[str, object]
    session_id: str | None = field(repr=False)


def the_caller(request: Request, services: House) -> ApiCaller:
    """Raises `TwoCredentialsError`, `TokenRefusedError`, `LoginNeededError` or `ProviderUnavailableError`."""
    presented = request.headers.getlist("authorization")
    has_cookie = services.cookies.read(request, "session") is not None
    if len(presented) > 1 or (presented and has_cookie):
        raise TwoCredentialsError
    if presented and presented[0].partition(" ")[0].lower() == "bearer":
        return _by_token(request, services, presented[0])
    session = live_session(request, services)
    if session is None:
        raise LoginNeededError(None)
    return ApiCaller(session.subject, session.name, session.claims, session.id)


def _by_token(request: Request, services: Services, credentials: str) -> ApiCaller:
    settings, now = services.settings, services.clock.now()
    found = _CREDENTIALS.fullmatch(credentials)
    if found is None:
        raise TokenRefusedError
    try:
        claims = services.provider.with_keys(
            lambda keys: access_token.verify(
                found[1], keys, issuer=settings.issuer, resource=settings.resource, now=now
            )
        )
    except InvalidTokenError as error:
        log.warning("access token refused [%s]: %s", request.state.reference, error)
        raise TokenRefusedError from error
    return ApiCaller(str(claims["sub"]), "", claims, None)


Presented = Annotated[ApiCaller, Depends(the_caller)]


def the_login(services: House, caller: Presented) -> gate.Admitted:
    """What every operation wants. Raises `LoginNeededError` for a login that is too weak or too old."""
    verdict = gate.admit(caller.claims, services.settings.for_entry, services.clock.now())
    if isinstance(verdict, gate.Refused):
        raise LoginNeededError(verdict)
    return verdict


Login = Annotated[gate.Admitted, Depends(the_login)]


def the_citizen(caller: Presented, _: Login) -> ApiCaller:
    """The caller, whose login is strong and fresh enough for everything but the health summary."""
    return caller


Citizen = Annotated[ApiCaller, Depends(the_citizen)]


def check_proof(request: Request, services: Services, caller: ApiCaller, token: str) -> None:
    """Raises `ForgedFormError` for a POST that another site could have had a browser send with our cookie."""
    if caller.session_id is None:
        return
    if not csrf.is_ours(request.headers, services.settings.base_url, caller.session_id, token):
        raise ForgedFormError
