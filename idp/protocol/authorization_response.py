"""What a finished login is answered with: a code (RFC 6749 §4.1.2), or tokens at once (OpenID Connect Core §3.2.2.5).

Both are a grant, so that everything issued from one login stands and falls together. An implicit one has a code that
nobody was given and that counts as used.
"""

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client import Client
from idp.domain.client_metadata import GrantType, ResponseType
from idp.domain.grant import Grant, Subject
from idp.protocol import responses
from idp.protocol.claims import OFFLINE, granted
from idp.protocol.errors import WIRE, ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.jose.encryption import recipient_key
from idp.protocol.messages import Answer, ErrorPage
from idp.protocol.ports import UnitOfWork
from idp.protocol.responses import Callback
from idp.protocol.tokens import access_token, id_token


def respond(
    issuer: Issuer,
    uow: UnitOfWork,
    request: AuthorizationRequest,
    client: Client,
    subject: Subject,
    origin: Origin,
    login_id: str | None,
) -> Answer:
    """ErrorPage if the client was disabled, or lost what the answer rests on, since the request was accepted."""
    now = issuer.clock.now()
    scope = granted(request.scope, client)
    changed = _changed_since(issuer, request, client, scope)
    reason = changed or _lacks_key(uow, request, client, now)
    if reason is not None:
        refused = Event.AUTHORIZATION_REFUSED
        uow.audit.append(AuditRow(now, refused, False, origin, None, client.client_id, login_id, reason=reason))
        return ErrorPage(*WIRE[reason]) if changed else responses.error(Callback.of(request, issuer.identifier), reason)
    code = issuer.secrets.token()
    grant = _grant(issuer, request, subject, scope, code, now)
    uow.grants.insert(grant)
    is_implicit = request.response_type.is_implicit
    event = Event.TOKENS_ISSUED if is_implicit else Event.CODE_ISSUED
    uow.audit.append(
        AuditRow(now, event, True, origin, subject.citizen_id, client.client_id, login_id, subject.session_id)
    )
    given = _tokens(issuer, uow, request, grant, client, now) if is_implicit else {"code": code}
    return responses.success(Callback.of(request, issuer.identifier), given)


def _grant(
    issuer: Issuer, request: AuthorizationRequest, subject: Subject, scope: tuple[str, ...], code: str, now: int
) -> Grant:
    lifetimes, is_implicit = issuer.lifetimes, request.response_type.is_implicit
    return Grant(
        id=issuer.secrets.token(),
        client_id=request.client_id,
        subject=subject,
        scope=scope,
        redirect_uri=request.redirect_uri,
        code_hash=sha256_hex(code),
        code_expires_at=now if is_implicit else now + lifetimes.code,
        created_at=now,
        expires_at=now + (lifetimes.refresh_total if OFFLINE in scope else lifetimes.code + lifetimes.access_token),
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        claims=request.claims,
        resource=request.resource,
        code_consumed_at=now if is_implicit else None,
    )


def _tokens(
    issuer: Issuer, uow: UnitOfWork, request: AuthorizationRequest, grant: Grant, client: Client, now: int
) -> dict[str, str]:
    """Core §3.2.2.5. Raises LookupError for a citizen who is gone: the login that just ended was another's."""
    citizen = uow.citizens.by_id(grant.subject.citizen_id)
    if citizen is None:
        raise LookupError("no such citizen")
    given: dict[str, str] = {}
    bearer = None
    if request.response_type is ResponseType.ID_TOKEN_TOKEN:
        bearer = access_token.issue(issuer, grant, client, now=now)
        given = {"access_token": bearer, "token_type": "Bearer", "expires_in": str(issuer.lifetimes.access_token)}
    return given | {"id_token": id_token.issue(issuer, grant, client, citizen, uow=uow, access_token=bearer, now=now)}


def _lacks_key(uow: UnitOfWork, request: AuthorizationRequest, client: Client, now: int) -> Reason | None:
    """An ID token that cannot be encrypted as registered is not given at all. Raises DocumentNeeded."""
    wanted = client.metadata.id_token_encryption
    if wanted is None or not request.response_type.is_implicit:
        return None
    try:
        recipient_key(uow, client, wanted, now)
    except ProtocolError as refused:
        return refused.reason
    return None


def _changed_since(
    issuer: Issuer, request: AuthorizationRequest, client: Client, scope: tuple[str, ...]
) -> Reason | None:
    """E07: an operator may have changed the client, or a switch, while the citizen was logging in."""
    if client.disabled or client.client_id != request.client_id:
        return Reason.CLIENT_UNKNOWN
    if not client.redirects_to(request.redirect_uri):
        return Reason.REDIRECT_URI_UNREGISTERED
    if not may_answer_with(issuer, client, request.response_type):
        return Reason.RESPONSE_TYPE_UNREGISTERED
    if not client.may(request.response_mode):
        return Reason.RESPONSE_MODE_UNREGISTERED
    return None if "openid" in scope else Reason.OPENID_MISSING


def may_answer_with(issuer: Issuer, client: Client, response_type: ResponseType) -> bool:
    """Whether the client registered this response type and its grant, and it exists here (AUTH-29, R-05)."""
    if not client.may(response_type):
        return False
    if response_type.is_implicit:
        return issuer.options.implicit and client.may(GrantType.IMPLICIT)
    return client.may(GrantType.AUTHORIZATION_CODE)
