"""What a token response holds, whichever grant it answers (RFC 6749 §5.1; OpenID Connect Core §3.1.3.3, §12.2)."""

from typing import Any

from idp.domain.audit import AuditRow, Event
from idp.domain.citizen import Citizen
from idp.domain.grant import Grant
from idp.protocol.frame import TokenRequest
from idp.protocol.issuer import Issuer
from idp.protocol.tokens import access_token, id_token


def tokens(
    issuer: Issuer,
    request: TokenRequest,
    grant: Grant,
    citizen: Citizen,
    *,
    scope: tuple[str, ...],
    resource: tuple[str, ...],
    refresh_token: str | None,
    event: Event,
) -> dict[str, Any]:
    """Tokens for a grant, with the assurance fixed when it was made (TOKEN-02, TOKEN-15, R-35); and the audit row.

    An ID token comes with the scope `openid`.
    """
    client, now = request.client, request.now
    bearer = access_token.issue(issuer, grant, client, now=now, scope=scope, resource=resource)
    body: dict[str, Any] = {
        "access_token": bearer,
        "token_type": "Bearer",
        "expires_in": access_token.lifetime(issuer, grant, now),
        "scope": " ".join(scope),
    }
    if refresh_token is not None:
        body["refresh_token"] = refresh_token
    if "openid" in scope:
        body["id_token"] = id_token.issue(issuer, grant, client, citizen, uow=request.uow, access_token=bearer, now=now)
    subject = grant.subject
    request.uow.audit.append(
        AuditRow(
            now,
            event,
            True,
            request.origin,
            citizen_id=subject.citizen_id,
            client_id=client.client_id,
            session_id=subject.session_id,
        )
    )
    return body
