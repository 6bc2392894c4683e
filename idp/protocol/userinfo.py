"""The UserInfo endpoint (OpenID Connect Core §5.3; RFC 6750). The token is believed only if all behind it stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import Grant
from idp.protocol import claims, parameters
from idp.protocol.access_token import verify_access_token
from idp.protocol.clients import find_client
from idp.protocol.errors import WIRE, ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.messages import Headers, JsonAnswer, Pairs
from idp.protocol.parameters import Parameters
from idp.protocol.ports import UnitOfWork
from idp.protocol.standing import citizen_of_live_grant
from idp.protocol.verification import InvalidToken

_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))
_STATUS = {Reason.TOKEN_MISSING: 401, Reason.TOKEN_INVALID: 401, Reason.SCOPE_INSUFFICIENT: 403}  # RFC 6750 §3.1


@dataclass(slots=True)
class _Call:
    """One call of the endpoint. What the checks find is set by them and relied on by the later ones."""

    issuer: Issuer
    uow: UnitOfWork
    headers: Headers
    query: Parameters
    form: Parameters
    now: int
    token: str = field(init=False, repr=False)
    claims: dict[str, Any] = field(init=False, repr=False)
    grant: Grant = field(init=False)
    client: Client = field(init=False)
    citizen: Citizen = field(init=False)


def nothing_repeated(call: _Call) -> None:
    parameters.nothing_repeated(call.query)
    parameters.nothing_repeated(call.form)


def token_presented(call: _Call) -> None:
    """In the header, its scheme in any case, or in a form, in one way only; never in the query (UINFO-07, R-03)."""
    if call.query.get("access_token") is not None:
        raise ProtocolError(Reason.TOKEN_IN_QUERY)
    scheme, _, in_header = call.headers.get("authorization", "").partition(" ")
    in_header = in_header.strip() if scheme.lower() == "bearer" else ""
    in_form = call.form.get("access_token") or ""
    if in_header and in_form:
        raise ProtocolError(Reason.TOKEN_TWICE)  # RFC 6750 §2
    if not in_header and not in_form:
        raise ProtocolError(Reason.TOKEN_MISSING)
    call.token = in_header or in_form


def token_believed(call: _Call) -> None:
    try:
        grant_id, call.claims = verify_access_token(call.token, call.issuer, now=call.now)
    except InvalidToken as invalid:
        raise ProtocolError(Reason.TOKEN_INVALID) from invalid
    standing = call.uow.grants.standing(grant_id)
    client = find_client(call.uow.clients, call.claims.get("client_id"))
    citizen = citizen_of_live_grant(standing, client)
    if standing is None or client is None or citizen is None:
        raise ProtocolError(Reason.TOKEN_INVALID)
    call.grant, call.client, call.citizen = standing.grant, client, citizen


def scope_sufficient(call: _Call) -> None:
    if "openid" not in call.grant.scope:
        raise ProtocolError(Reason.SCOPE_INSUFFICIENT)


CHECKS: tuple[Callable[[_Call], None], ...] = (nothing_repeated, token_presented, token_believed, scope_sufficient)


def respond(issuer: Issuer, uow: UnitOfWork, headers: Headers, query: Pairs, form: Pairs) -> JsonAnswer:
    call = _Call(issuer, uow, headers, parameters.read(query), parameters.read(form), issuer.clock.now())
    try:
        for check in CHECKS:
            check(call)
    except ProtocolError as refused:
        return _refusal(refused.reason)
    return _answer(call)


def _answer(call: _Call) -> JsonAnswer:
    """What the granted scopes and the `claims` parameter release of the citizen."""
    body = claims.values(call.citizen, claims.of_scopes(call.grant.scope))
    body |= claims.named_values(call.citizen, call.grant.claims.userinfo)
    body["sub"] = call.issuer.subject(call.client, call.citizen.id)  # last: no claim can take its place (AL-21)
    return JsonAnswer(200, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), _HEADERS)


def _refusal(reason: Reason) -> JsonAnswer:
    """RFC 6750 §3: a challenge with every refusal, bare where no token was sent (UINFO-06, AL-29)."""
    error, description = WIRE[reason]
    challenge = 'Bearer realm="userinfo"'
    body: dict[str, str] = {}
    if error:
        challenge += f', error="{error}", error_description="{description}"'
        body = {"error": error, "error_description": description}
    headers = (*_HEADERS, ("WWW-Authenticate", challenge))
    return JsonAnswer(_STATUS.get(reason, 400), json.dumps(body, separators=(",", ":")).encode(), headers)
