"""The checks of an authorization request (RFC 6749 §4.1.1; OpenID Connect Core §3.1.2), one file for each.

`CHECKS` is the order in which they run, and all there is to it. The first three find out who asks and where an answer
may go: what they refuse stays on a page of ours (AUTH-04). What a later one refuses goes to the redirect URI, once
there is one: a request object may name it.
"""

from collections.abc import Callable

from idp.domain.audit import AuditRow, Event, Origin
from idp.protocol import responses
from idp.protocol.authorization.acr_values import acr_values
from idp.protocol.authorization.asked import Asked
from idp.protocol.authorization.claims_parameter import claims_parameter
from idp.protocol.authorization.client import client
from idp.protocol.authorization.hints import hints
from idp.protocol.authorization.id_token_hint import id_token_hint
from idp.protocol.authorization.max_age import max_age
from idp.protocol.authorization.offline_access import offline_access
from idp.protocol.authorization.pkce import pkce
from idp.protocol.authorization.prompt import prompt
from idp.protocol.authorization.redirect_uri import redirect_uri, redirect_uri_outside
from idp.protocol.authorization.registration_parameter import registration_parameter
from idp.protocol.authorization.repetition import nothing_else_repeated, sender_not_repeated
from idp.protocol.authorization.request_object import request_object
from idp.protocol.authorization.resource import resource
from idp.protocol.authorization.response_mode import response_mode
from idp.protocol.authorization.response_type import response_type
from idp.protocol.authorization.scope import scope
from idp.protocol.authorization.state_and_nonce import state_and_nonce
from idp.protocol.errors import WIRE, ProtocolError
from idp.protocol.issuer import Issuer
from idp.protocol.messages import Acceptable, Answer, ErrorPage, Pairs
from idp.protocol.parameters import read
from idp.protocol.ports import UnitOfWork
from idp.protocol.responses import Callback

CHECKS: tuple[Callable[[Asked], None], ...] = (
    sender_not_repeated,
    client,
    redirect_uri_outside,
    nothing_else_repeated,
    request_object,
    redirect_uri,
    response_type,
    response_mode,
    state_and_nonce,
    scope,
    resource,
    pkce,
    prompt,
    offline_access,
    max_age,
    acr_values,
    claims_parameter,
    id_token_hint,
    hints,
    registration_parameter,
)


def check(issuer: Issuer, uow: UnitOfWork, pairs: Pairs, origin: Origin) -> Acceptable | Answer:
    """Run the checks in their order. The first refusal is the answer, and is written down."""
    asked = Asked(read(pairs), issuer, uow)
    try:
        for run in CHECKS:
            run(asked)
    except ProtocolError as refused:
        return _refused(asked, refused, uow, origin)
    return Acceptable(asked.accepted(), asked.client)


def _refused(asked: Asked, refused: ProtocolError, uow: UnitOfWork, origin: Origin) -> Answer:
    known = None if asked.known_client is None else asked.known_client.client_id  # never what is merely claimed
    now = asked.issuer.clock.now()
    uow.audit.append(AuditRow(now, Event.AUTHORIZATION_REFUSED, False, origin, client_id=known, reason=refused.reason))
    if asked.redirect_uri is None:
        return ErrorPage(*WIRE[refused.reason])
    callback = Callback(asked.redirect_uri, asked.response_mode, asked.state, asked.issuer.identifier)
    return responses.error(callback, refused.reason)
