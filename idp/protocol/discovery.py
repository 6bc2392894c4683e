"""The provider's metadata (OpenID Connect Discovery §3; RFC 8414 §2): computed from what exists (DISC-09)."""

from typing import Any

from idp.domain.authorization_request import Prompt
from idp.domain.client import SubjectType
from idp.domain.client_metadata import ResponseMode
from idp.policy.assurance import reachable_levels
from idp.protocol import introspection, revocation
from idp.protocol.authorization.pkce import METHODS as PKCE_METHODS
from idp.protocol.claims import CLAIMS, SCOPES
from idp.protocol.client_auth import METHODS
from idp.protocol.issuer import Options, Registration, response_types
from idp.protocol.jose import keys
from idp.protocol.jose.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT, SIGNING
from idp.protocol.messages import Document
from idp.protocol.registration.answers import PATH as REGISTRATION_PATH
from idp.protocol.token_endpoint import GRANT_TYPES

PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "jwks_uri": "/jwks",
    "end_session_endpoint": "/logout",
}
"""Where the endpoints are, below the issuer."""

_PROTOCOL_CLAIMS = ("sub", "auth_time", "acr", "amr", "sid")
_LANGUAGES = ("tr", "en")
_PUBLIC_CACHE_SECONDS = 60  # SET-16


def metadata(issuer: str, options: Options) -> dict[str, Any]:
    """A member is here only together with its feature (DISC-08). What is absent but would mean true is written out."""
    return {
        "issuer": issuer,
        **{member: issuer.rstrip("/") + path for member, path in PATHS.items()},
        **_registration(issuer, options),
        "response_types_supported": [one.value for one in response_types(options)],
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "grant_types_supported": [*GRANT_TYPES, *(["implicit"] if options.implicit else [])],
        "scopes_supported": list(SCOPES),
        "subject_types_supported": [subject_type.value for subject_type in SubjectType],
        "id_token_signing_alg_values_supported": list(SIGNING),
        "id_token_encryption_alg_values_supported": list(KEY_MANAGEMENT),
        "id_token_encryption_enc_values_supported": list(CONTENT_ENCRYPTION),
        "userinfo_signing_alg_values_supported": list(SIGNING),
        "userinfo_encryption_alg_values_supported": list(KEY_MANAGEMENT),
        "userinfo_encryption_enc_values_supported": list(CONTENT_ENCRYPTION),
        "token_endpoint_auth_methods_supported": [method.value for method in METHODS],
        "token_endpoint_auth_signing_alg_values_supported": list(SIGNING),
        "introspection_endpoint_auth_methods_supported": [method.value for method in introspection.AUTH_METHODS],
        "introspection_endpoint_auth_signing_alg_values_supported": list(SIGNING),
        "revocation_endpoint_auth_methods_supported": [method.value for method in revocation.AUTH_METHODS],
        "revocation_endpoint_auth_signing_alg_values_supported": list(SIGNING),
        "code_challenge_methods_supported": list(PKCE_METHODS),
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "request_object_signing_alg_values_supported": list(SIGNING),
        "claims_supported": [*_PROTOCOL_CLAIMS, *CLAIMS],
        "claim_types_supported": ["normal"],
        "acr_values_supported": [level.acr for level in reachable_levels()],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "display_values_supported": ["page"],
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "ui_locales_supported": list(_LANGUAGES),
    }


def _registration(issuer: str, options: Options) -> dict[str, str]:
    if options.registration is Registration.OFF:
        return {}
    return {"registration_endpoint": issuer.rstrip("/") + REGISTRATION_PATH}


def document(issuer: str, options: Options) -> Document:
    return keys.document(metadata(issuer, options), max_age=_PUBLIC_CACHE_SECONDS)
