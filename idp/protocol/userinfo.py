"""The UserInfo endpoint (OpenID Connect Core §5.3; RFC 6750). The token is believed only if all behind it stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import Grant
from idp.protocol import bearer, claims, parameters
from idp.protocol.errors import WIRE, ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.messages import Headers, JsonAnswer, Pairs
from idp.protocol.parameters import Parameters
from idp.protocol.ports import UnitOfWork
from idp.protocol.userinfo_answer import answered

_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))


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
    grant: Grant = field(init=False)
    client: Client = field(init=False)
    citizen: Citizen = field(init=False)


def nothing_repeated(call: _Call) -> None:
    parameters.nothing_repeated(call.query)
    parameters.nothing_repeated(call.form)
    parameters.authorization_once(call.headers)


def token_presented(call: _Call) -> None:
    call.token = bearer.presented(call.headers, call.query, call.form)


def token_believed(call: _Call) -> None:
    found = bearer.believed(call.issuer, call.uow, call.token, call.now)
    call.grant, call.client, call.citizen = found.grant, found.client, found.citizen


def scope_sufficient(call: _Call) -> None:
    if "openid" not in call.grant.scope:
        raise ProtocolError(Reason.SCOPE_INSUFFICIENT)


def authentication_sufficient(call: _Call) -> None:
    bearer.authentication_sufficient(call.issuer, call.client, call.grant, call.now)


CHECKS: tuple[Callable[[_Call], None], ...] = (
    nothing_repeated,
    token_presented,
    token_believed,
    scope_sufficient,
    authentication_sufficient,
)


def respond(issuer: Issuer, uow: UnitOfWork, headers: Headers, query: Pairs, form: Pairs) -> JsonAnswer:
    call = _Call(issuer, uow, headers, parameters.read(query), parameters.read(form), issuer.clock.now())
    try:
        for check in CHECKS:
            check(call)
        return _answer(call)
    except ProtocolError as refused:
        return _refusal(refused)


def _answer(call: _Call) -> JsonAnswer:
    """What the granted scopes and the `claims` parameter release of the citizen, in the form that is registered."""
    body = claims.values(call.citizen, claims.of_scopes(call.grant.scope))
    body |= claims.named_values(call.citizen, call.client, call.grant.claims.userinfo)
    body["sub"] = call.issuer.subject(call.client, call.citizen.id)  # last: no claim can take its place (AL-21)
    return answered(call.issuer, call.uow, call.client, body, call.now)


def _refusal(refused: ProtocolError) -> JsonAnswer:
    """RFC 6750 §3: a challenge with every refusal."""
    error, description = WIRE[refused.reason]
    body = {"error": error, "error_description": description} if error else {}
    headers = (*_HEADERS, ("WWW-Authenticate", bearer.challenge("userinfo", refused)))
    status = bearer.STATUS.get(refused.reason, 400)
    return JsonAnswer(status, json.dumps(body, separators=(",", ":")).encode(), headers)
