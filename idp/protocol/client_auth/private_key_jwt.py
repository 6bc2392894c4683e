"""`private_key_jwt`: an assertion signed with a key that the client registered (RFC 7523 §3; Core §9; TOKEN-04, R-09).

Good once, for us, and soon over: `jti` is used up in the store, which every process shares (TOKEN-05, D07).
"""

import math
from collections.abc import Mapping
from typing import Any

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client, ClientAuthMethod
from idp.protocol.client_auth.credentials import Attempt, Credentials
from idp.protocol.clients import find_client
from idp.protocol.jose import client_signatures
from idp.protocol.jose.client_keys import signing_keys_of
from idp.protocol.jose.client_signatures import NotBelieved, Unproved
from idp.protocol.parameters import is_storable

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ENDPOINTS = ("/token", "/introspect", "/revoke")
"""Below the issuer: where a client authenticates. The issuer, or any of them, is an audience (TOKEN-04)."""

_LONGEST_LIFE = 3600
"""Seconds. Some libraries sign for an hour; longer than that nobody needs to be remembered."""
_LONGEST_JTI = 1024
_TYPES = ("jwt", "client-authentication+jwt")


def is_presented(credentials: Credentials) -> bool:
    return credentials.has_assertion


def authenticate(attempt: Attempt) -> Client | None:
    """The signature is proved before `jti` is used up, so that nobody uses up another's. Raises DocumentNeeded."""
    form = attempt.credentials.form
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        return None
    try:
        assertion = client_signatures.unproved(form.get("client_assertion", ""))
        client = _who(attempt, assertion)
        if client is None:
            return None
        keys = signing_keys_of(attempt.uow, client, attempt.now, assertion.kid, assertion.alg)
        claims = client_signatures.proved(assertion, keys)
    except NotBelieved:
        return None
    return client if _is_good(attempt, claims) and _is_first(attempt, client, claims) else None


def _who(attempt: Attempt, assertion: Unproved) -> Client | None:
    """`iss`, `sub` and, where it is sent, `client_id` are one client, registered for this method and algorithm."""
    client_id = assertion.alleged.get("sub")
    if not isinstance(client_id, str) or assertion.alleged.get("iss") != client_id or not _is_typed(assertion):
        return None
    if attempt.credentials.form.get("client_id", client_id) != client_id:
        return None  # AL-24
    client = find_client(attempt.uow.clients, client_id)
    if client is None or client.auth_method is not ClientAuthMethod.PRIVATE_KEY_JWT:
        return None
    registered = client.metadata.token_endpoint_auth_signing_alg
    return client if registered in (None, assertion.alg) else None


def _is_typed(assertion: Unproved) -> bool:
    return (assertion.typ or "jwt").lower() in _TYPES


def _is_good(attempt: Attempt, claims: Mapping[str, Any]) -> bool:
    """RFC 7523 §3: for us, with an end, and within its time."""
    base = attempt.issuer.identifier.rstrip("/")
    audiences = {attempt.issuer.identifier, *(base + path for path in ENDPOINTS)}
    if not client_signatures.is_meant_for(claims, audiences) or not client_signatures.in_time(claims, attempt.now):
        return False
    return "exp" in claims and claims["exp"] <= attempt.now + _LONGEST_LIFE


def _is_first(attempt: Attempt, client: Client, claims: Mapping[str, Any]) -> bool:
    """In one statement. Another client's equal `jti` is another one (RFC 7519 §4.1.7)."""
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI or not is_storable(jti):
        return False
    name = f"assertion:{sha256_hex(f'{client.client_id} {jti}')}"
    return attempt.uow.spent.spend(name, math.ceil(claims["exp"]))
