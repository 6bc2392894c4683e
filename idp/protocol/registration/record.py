"""From what was wanted to a registered client, new or changed."""

from dataclasses import replace
from typing import Any

from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy, PkcePolicy
from idp.domain.level import Level
from idp.protocol.registration.wanted import Wanted


def new(wanted: Wanted, client_id: str, *, secret_hash: str | None, token_hash: str, now: int) -> Client:
    """A client that nobody vouches for: citizens are always asked, and no floor is promised."""
    return Client(
        client_id=client_id,
        secret_hash=secret_hash,
        minimum_level=Level.PASSWORD,
        consent=ConsentPolicy.ASK,
        registration_token_hash=token_hash,
        created_at=now,
        pkce=_pkce(wanted, PkcePolicy.OPTIONAL),
        **_wanted(wanted, client_id),
    )


def changed(former: Client, wanted: Wanted, *, secret_hash: str | None) -> Client:
    """The whole record anew (RFC 7592 §2.2). What an operator decided stays: the floor, when consent is asked, PKCE."""
    pkce = _pkce(wanted, former.pkce)
    return replace(former, secret_hash=secret_hash, pkce=pkce, **_wanted(wanted, former.client_id))


def _pkce(wanted: Wanted, otherwise: PkcePolicy) -> PkcePolicy:
    """Required of public clients; no metadata can ask for it (SET-01), and none can take it back."""
    return PkcePolicy.REQUIRED if wanted.auth_method is ClientAuthMethod.NONE else otherwise


def _wanted(wanted: Wanted, client_id: str) -> dict[str, Any]:
    return {
        "name": wanted.name or client_id,
        "redirect_uris": wanted.redirect_uris,
        "auth_method": wanted.auth_method,
        "scopes": wanted.scopes,
        "subject_type": wanted.subject_type,
        "sector_identifier": wanted.sector_identifier or client_id,
        "id_token_alg": wanted.id_token_alg,
        "post_logout_redirect_uris": wanted.post_logout_redirect_uris,
        "home_uri": wanted.metadata.client_uri,
        "metadata": wanted.metadata,
    }
