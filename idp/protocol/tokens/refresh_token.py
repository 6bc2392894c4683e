"""Refresh tokens: one unused in each family, used up by the request that presents it (R-07; RFC 9700 §4.14.2).

A token's successor is computed from the token itself under the house's key, so that it can be handed out again to a
client that lost the answer, although only digests are stored (L-02). Nobody without the key, and nobody without the
token, can compute it.
"""

import base64

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client, ClientAuthMethod
from idp.domain.grant import Grant, RefreshToken
from idp.protocol.issuer import Issuer
from idp.protocol.ports import UnitOfWork


def begin(issuer: Issuer, uow: UnitOfWork, grant: Grant, now: int) -> str:
    """The first token of a grant: 43 URL-safe characters, as every later one (TOKEN-14)."""
    token = issuer.secrets.token()
    _store(issuer, uow, token, grant, 1, now)
    return token


def succeed(issuer: Issuer, uow: UnitOfWork, token: str, used: RefreshToken, grant: Grant, now: int) -> str:
    """The next token, after this one was used up."""
    following = _successor(issuer, token, used)
    _store(issuer, uow, following, grant, used.generation + 1, now)
    return following


def again(issuer: Issuer, uow: UnitOfWork, token: str, used: RefreshToken, client: Client, now: int) -> str | None:
    """The same successor once more, while it is unused and the answer that held it may have been lost (SET-04).

    For authenticated clients only: of a public one nobody knows whether it is the same. None when it is too late.
    """
    if client.auth_method is ClientAuthMethod.NONE or used.used_at is None:
        return None
    if abs(now - used.used_at) >= issuer.options.refresh_grace:
        return None
    following = _successor(issuer, token, used)
    stored = uow.refresh_tokens.by_hash(sha256_hex(following))
    return None if stored is None or stored.used_at is not None or now >= stored.expires_at else following


def _successor(issuer: Issuer, token: str, used: RefreshToken) -> str:
    digest = issuer.secrets.mac("refresh token", token, used.grant_id, str(used.generation + 1))
    return base64.urlsafe_b64encode(bytes.fromhex(digest)).rstrip(b"=").decode()


def _store(issuer: Issuer, uow: UnitOfWork, token: str, grant: Grant, generation: int, now: int) -> None:
    uow.refresh_tokens.insert(
        RefreshToken(
            token_hash=sha256_hex(token),
            grant_id=grant.id,
            generation=generation,
            created_at=now,
            expires_at=min(now + issuer.lifetimes.refresh_idle, grant.expires_at),
        )
    )
