"""The end of a token, asked for by the client that holds it (RFC 7009). Answered only when it is true (R-12, D11).

A refresh token, also one that was used, ends its whole family; an access token ends alone (§2.1). What is unknown or
dead already is as the client wants it, so that is no error (§2.2). `token_type_hint` may be left out and is never
believed: neither kind can be taken for the other.
"""

from collections.abc import Callable
from typing import Any

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event
from idp.domain.grant import Grant
from idp.protocol.client_auth import METHODS
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Answer, Endpoint, Frame, TokenRequest
from idp.protocol.jose.verification import InvalidToken
from idp.protocol.tokens.access_token import revoked_name, verify_access_token

AUTH_METHODS = tuple(METHODS)
"""A public client holds tokens too (AL-30)."""

_HEADERS = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))


class RevocationEndpoint(Endpoint):
    ENDPOINT_NAME = "revocation"

    def __call__(self, request: TokenRequest) -> Answer:
        for check in CHECKS:
            check(self.server, request)
        token = request.get("token") or ""
        if not _end_access_token(self.server, request, token):
            _end_family(request, token)
        return 200, None, _HEADERS


def client_authentication(server: Frame, request: TokenRequest) -> None:
    request.authenticated = server.authenticate_client(request, AUTH_METHODS, "revocation")


def token_present(server: Frame, request: TokenRequest) -> None:
    if request.get("token") is None:
        raise ProtocolError(Reason.TOKEN_PARAMETER_MISSING)


CHECKS: tuple[Callable[[Frame, TokenRequest], None], ...] = (client_authentication, token_present)


def _end_access_token(server: Frame, request: TokenRequest, token: str) -> bool:
    """False for what is no live access token of ours. Raises ProtocolError for another client's (§2.1)."""
    try:
        _, claims = verify_access_token(token, server.issuer, now=request.now, for_anybody=True)
    except InvalidToken:
        return False
    _must_be_theirs(request, claims["client_id"])
    if request.uow.spent.spend(revoked_name(claims), claims["exp"]):
        _write_down(request, "access_token")
    return True


def _end_family(request: TokenRequest, token: str) -> None:
    """Raises ProtocolError for another client's."""
    found = request.uow.refresh_tokens.by_hash(sha256_hex(token))
    standing = None if found is None else request.uow.grants.standing(found.grant_id)
    if standing is None:
        return
    _must_be_theirs(request, standing.grant.client_id)
    if request.uow.grants.revoke(standing.grant.id, request.now):
        _write_down(request, "refresh_token", standing.grant)


def _must_be_theirs(request: TokenRequest, client_id: str) -> None:
    if client_id != request.client.client_id:
        raise ProtocolError(Reason.TOKEN_FOREIGN)


def _write_down(request: TokenRequest, kind: str, grant: Grant | None = None) -> None:
    about: dict[str, Any] = {} if grant is None else {"citizen_id": grant.subject.citizen_id}
    client_id = request.client.client_id
    request.uow.audit.append(
        AuditRow(request.now, Event.TOKEN_REVOKED, True, request.origin, client_id=client_id, reason=kind, **about)
    )
