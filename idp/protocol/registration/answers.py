"""What the registration endpoints answer (RFC 7591 §3.2; RFC 7592 §3; RFC 6750 §3)."""

import json
from typing import Any

from idp.domain.client import Client
from idp.protocol.errors import WIRE, ProtocolError, Reason
from idp.protocol.issuer import Issuer
from idp.protocol.messages import JsonAnswer
from idp.protocol.registration.document import document
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.quota import TooOften

PATH = "/register"

_JSON = "application/json"
_HEADERS = (("Content-Type", _JSON), ("Cache-Control", "no-store"), ("Pragma", "no-cache"))
_STATUS = {
    Reason.TOKEN_MISSING: 401,
    Reason.REGISTRATION_TOKEN: 401,
    Reason.MANAGEMENT_TOKEN: 401,
    Reason.REGISTRATION_OFF: 403,
    Reason.REGISTRATION_NOT_JSON: 415,
    Reason.REGISTRATION_TOO_OFTEN: 429,
}


def information(
    issuer: Issuer, client: Client, *, token: str, secret: str | None = None, status: int = 200
) -> JsonAnswer:
    """The client information response. `token` and `secret` are told only when they are known: just made, or sent."""
    shown: dict[str, Any] = {"client_id": client.client_id, "client_id_issued_at": client.created_at}
    if secret is not None:
        shown |= {"client_secret": secret, "client_secret_expires_at": 0}  # DCR-02: 0 means never
    shown |= {
        "registration_access_token": token,
        "registration_client_uri": f"{issuer.identifier.rstrip('/')}{PATH}/{client.client_id}",
    }
    return JsonAnswer(status, json.dumps(shown | document(client), separators=(",", ":")).encode(), _HEADERS)


def nothing() -> JsonAnswer:
    """RFC 7592 §2.3."""
    return JsonAnswer(204, b"", _HEADERS[1:])


def refusal(refused: ProtocolError) -> JsonAnswer:
    """RFC 7591 §3.2.2. The challenge is bare where no token was sent."""
    error, description = refused.words if isinstance(refused, MetadataRefused) else WIRE[refused.reason]
    status = _STATUS.get(refused.reason, 400)
    headers: tuple[tuple[str, str], ...] = _HEADERS
    body: dict[str, str] = {"error": error, "error_description": description} if error else {}
    if status == 401:
        told = f', error="{error}", error_description="{description}"' if error else ""
        headers = (*headers, ("WWW-Authenticate", f'Bearer realm="register"{told}'))
    if isinstance(refused, TooOften):
        headers = (*headers, ("Retry-After", str(refused.retry_after)))
    return JsonAnswer(status, json.dumps(body, separators=(",", ":")).encode(), headers)
