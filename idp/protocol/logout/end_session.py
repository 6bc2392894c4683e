"""Judging a logout request (OpenID Connect RP-Initiated Logout 1.0). Asking, ending and redirecting are the caller's.

Nothing in the request is an error for the person who wants to log out: what cannot be believed only means that they
are asked, and that nobody is redirected anywhere (LOGOUT-06…08, C04).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idp.domain.client import Client
from idp.protocol import parameters, responses
from idp.protocol.authorization.hints import language_tags
from idp.protocol.clients import find_client
from idp.protocol.errors import WIRE, ProtocolError
from idp.protocol.issuer import Issuer
from idp.protocol.jose.verification import InvalidToken
from idp.protocol.messages import EndSession, ErrorPage, Pairs
from idp.protocol.parameters import Parameters
from idp.protocol.ports import UnitOfWork
from idp.protocol.tokens.id_token import verify_hint

PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales")


@dataclass(slots=True)
class _Judged:
    """A logout request and what the checks have made of it so far. Without a valid hint nobody is known to ask."""

    parameters: Parameters
    issuer: Issuer
    uow: UnitOfWork
    hint: dict[str, Any] | None = None
    client: Client | None = None
    return_to: str | None = None
    reason: str | None = None


def nothing_repeated(judged: _Judged) -> None:
    parameters.nothing_repeated(judged.parameters)


def id_token_hint(judged: _Judged) -> None:
    """Ours, expired or not, and for the client that `client_id` names, if it names one (LOGOUT-07, LOGOUT-10)."""
    sent = judged.parameters.get("id_token_hint")
    if sent is None:
        return
    try:
        hint = verify_hint(sent, judged.issuer, client_id=judged.parameters.get("client_id"))
    except InvalidToken:
        judged.reason = "id_token_hint"
        return
    judged.client = find_client(judged.uow.clients, hint["aud"])
    judged.hint = hint if judged.client is not None else None


def post_logout_redirect_uri(judged: _Judged) -> None:
    """One of the client's, character for character, and only with a valid hint (LOGOUT-06, LOGOUT-08, R-15)."""
    sent = judged.parameters.get("post_logout_redirect_uri")
    if sent is None:
        return
    if judged.client is None or sent not in judged.client.post_logout_redirect_uris:
        judged.reason = judged.reason or "post_logout_redirect_uri"
        return
    state = judged.parameters.get("state")
    judged.return_to = responses.with_parameters(sent, {} if state is None else {"state": state})


CHECKS: tuple[Callable[[_Judged], None], ...] = (nothing_repeated, id_token_hint, post_logout_redirect_uri)


def judge(issuer: Issuer, uow: UnitOfWork, pairs: Pairs) -> EndSession | ErrorPage:
    """ErrorPage only for a repeated parameter, which has no one meaning."""
    judged = _Judged(parameters.read(pairs), issuer, uow)
    try:
        for check in CHECKS:
            check(judged)
    except ProtocolError as refused:
        return ErrorPage(*WIRE[refused.reason])
    values = judged.parameters.values
    sid = None if judged.hint is None else judged.hint.get("sid")
    return EndSession(
        carried=tuple((name, values[name]) for name in PARAMETERS if name in values),
        client=judged.client,
        subject=None if judged.hint is None else judged.hint["sub"],
        sid=sid if isinstance(sid, str) else None,
        return_to=judged.return_to,
        ui_locales=language_tags(values.get("ui_locales")),
        reason=judged.reason,
    )
