"""The provider's metadata (OpenID Connect Discovery §3; RFC 8414 §2): computed from what exists (DISC-09)."""

from typing import Any

from idp.domain.authorization_request import Prompt, ResponseMode
from idp.domain.client import SubjectType
from idp.policy.assurance import reachable_levels
from idp.protocol import keys
from idp.protocol.authorization.pkce import METHODS as PKCE_METHODS
from idp.protocol.authorization.response_type import RESPONSE_TYPES
from idp.protocol.claims import CLAIMS, SCOPES
from idp.protocol.client_auth import METHODS
from idp.protocol.messages import Document
from idp.protocol.token_endpoint import GRANT_TYPES

PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks",
    "end_session_endpoint": "/logout",
}
"""Where the endpoints are, below the issuer."""

_PROTOCOL_CLAIMS = ("sub", "auth_time", "acr", "amr", "sid")
_LANGUAGES = ("tr", "en")
_PUBLIC_CACHE_SECONDS = 60  # SET-16


def metadata(issuer: str) -> dict[str, Any]:
    """A member is here only together with its feature (DISC-08). What is absent but would mean true is written out."""
    return {
        "issuer": issuer,
        **{member: issuer.rstrip("/") + path for member, path in PATHS.items()},
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": [mode.value for mode in ResponseMode],
        "grant_types_supported": list(GRANT_TYPES),
        "scopes_supported": list(SCOPES),
        "subject_types_supported": [subject_type.value for subject_type in SubjectType],
        "id_token_signing_alg_values_supported": list(keys.ALGORITHMS),
        "token_endpoint_auth_methods_supported": [method.value for method in METHODS],
        "code_challenge_methods_supported": list(PKCE_METHODS),
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_supported": [*_PROTOCOL_CLAIMS, *CLAIMS],
        "claim_types_supported": ["normal"],
        "acr_values_supported": [level.acr for level in reachable_levels()],
        "display_values_supported": ["page"],
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "ui_locales_supported": list(_LANGUAGES),
    }


def document(issuer: str) -> Document:
    return keys.document(metadata(issuer), max_age=_PUBLIC_CACHE_SECONDS)
