"""The logout token, and where it goes (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5)."""

from typing import Any

from idp.domain.client import Client
from idp.domain.logout import EndedLogin, LogoutCall
from idp.protocol.issuer import Issuer
from idp.protocol.jose.encryption import encrypted, recipient_key
from idp.protocol.ports import UnitOfWork

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME_SECONDS = 120
"""Two minutes at most (§2.4): a token that was held back must not end a later login."""


def call(issuer: Issuer, uow: UnitOfWork, ended: EndedLogin) -> LogoutCall | None:
    """What tells the relying party, as it is registered now; None if it is gone, or wants to be told no more.

    A disabled one is told: nobody logs in there any more, but who was logged in still is. Raises DocumentNeeded, and
    ProtocolError where it registered encryption and has no key for it.
    """
    client = uow.clients.by_id(ended.client_id)
    uri = None if client is None else client.metadata.backchannel_logout_uri
    if client is None or uri is None:
        return None
    return LogoutCall(uri, _token(issuer, uow, client, ended))


def _token(issuer: Issuer, uow: UnitOfWork, client: Client, ended: EndedLogin) -> str:
    """Signed, and encrypted, like the client's ID tokens (§2.4). It has no nonce, so that it can never pass for one."""
    now = issuer.clock.now()
    claims: dict[str, Any] = {
        "iss": issuer.identifier,
        "sub": issuer.subject(client, ended.citizen_id),
        "aud": client.client_id,
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "jti": issuer.secrets.token(),
        "events": {EVENT: {}},
        "sid": issuer.sid(client, ended.sid),
    }
    signed = issuer.keys.sign(claims, alg=client.id_token_alg, typ=TYP)
    encryption = client.metadata.id_token_encryption
    if encryption is None:
        return signed
    return encrypted(signed, recipient_key(uow, client, encryption, now), encryption, content_type="JWT")
