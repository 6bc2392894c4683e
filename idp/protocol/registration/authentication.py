"""How a client proves who it is, and its public keys (Core §9; RFC 7517; DCR-02, DCR-13, R-09)."""

import json

from idp.domain.client import ClientAuthMethod
from idp.domain.client_metadata import GrantType
from idp.protocol.errors import Reason
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.client_keys import public_keys
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted


def keys(wanted: Wanted) -> None:
    """By value or at an address, never both; by value every one of them must be of use and public."""
    sent = wanted.members.raw("jwks")
    if sent is not None and "jwks_uri" in wanted.members:
        raise MetadataRefused(Reason.KEYS_TWICE)
    jwks = None if sent is None else json.dumps(sent, separators=(",", ":"))
    if jwks is not None:
        try:
            wanted.keys = public_keys(jwks, strict=True)
        except ValueError as error:
            raise MetadataRefused(Reason.KEYS_UNUSABLE, "jwks") from error
    wanted.learn(jwks=jwks, jwks_uri=wanted.address("jwks_uri"))


def token_endpoint_auth_method(wanted: Wanted) -> None:
    name = "token_endpoint_auth_method"
    method = ClientAuthMethod(wanted.members.one_of(name, list(ClientAuthMethod)) or "client_secret_basic")
    alg = wanted.members.one_of("token_endpoint_auth_signing_alg", SIGNING)
    if method is ClientAuthMethod.NONE and GrantType.CLIENT_CREDENTIALS in wanted.metadata.grant_types:
        raise MetadataRefused(Reason.AUTH_METHOD_UNFIT, name)  # RFC 6749 §4.4
    signs = SIGNING if alg is None else (alg,)
    if method is ClientAuthMethod.PRIVATE_KEY_JWT and not wanted.has_key(lambda key: any(map(key.verifies, signs))):
        raise MetadataRefused(Reason.KEYS_MISSING, name)
    wanted.auth_method = method
    wanted.learn(token_endpoint_auth_signing_alg=alg)
