"""The shapes of what clients configure themselves from: the discovery document and the key set."""

from idp.domain.client_metadata import GrantType
from idp.policy.assurance import reachable_levels
from idp.protocol import introspection, revocation
from idp.protocol.claims import SCOPES
from idp.protocol.client_auth import METHODS
from idp.protocol.jose.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT, SIGNING
from idp.web.openapi import examples
from idp.web.openapi.elements import Json, text

_URI = text(format="uri")
_BASE64URL = text(pattern="^[A-Za-z0-9_-]+$")
_ALWAYS: Json = {"const": True}


def _list(*of: str) -> Json:
    items: Json = {"type": "string"} | ({"enum": list(of)} if of else {})
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


_MEMBERS: Json = {
    "issuer": _URI,
    "authorization_endpoint": _URI,
    "token_endpoint": _URI,
    "userinfo_endpoint": _URI,
    "introspection_endpoint": _URI,
    "revocation_endpoint": _URI,
    "jwks_uri": _URI,
    "end_session_endpoint": _URI,
    "registration_endpoint": _URI,
    "response_types_supported": _list("code"),
    "response_modes_supported": _list("query", "fragment", "form_post"),
    "grant_types_supported": _list(*(grant.value for grant in GrantType)),
    "code_challenge_methods_supported": _list("S256"),
    "scopes_supported": _list(*SCOPES),
    "claims_supported": _list(),
    "claim_types_supported": _list("normal"),
    "acr_values_supported": _list(*(level.acr for level in reachable_levels())),
    "subject_types_supported": _list("public", "pairwise"),
    "id_token_signing_alg_values_supported": _list(*SIGNING),
    "id_token_encryption_alg_values_supported": _list(*KEY_MANAGEMENT),
    "id_token_encryption_enc_values_supported": _list(*CONTENT_ENCRYPTION),
    "userinfo_signing_alg_values_supported": _list(*SIGNING),
    "userinfo_encryption_alg_values_supported": _list(*KEY_MANAGEMENT),
    "userinfo_encryption_enc_values_supported": _list(*CONTENT_ENCRYPTION),
    "token_endpoint_auth_methods_supported": _list(*(method.value for method in METHODS)),
    "token_endpoint_auth_signing_alg_values_supported": _list(*SIGNING),
    "introspection_endpoint_auth_methods_supported": _list(*(method.value for method in introspection.AUTH_METHODS)),
    "introspection_endpoint_auth_signing_alg_values_supported": _list(*SIGNING),
    "revocation_endpoint_auth_methods_supported": _list(*(method.value for method in revocation.AUTH_METHODS)),
    "revocation_endpoint_auth_signing_alg_values_supported": _list(*SIGNING),
    "backchannel_logout_supported": _ALWAYS,
    "backchannel_logout_session_supported": _ALWAYS,
    "frontchannel_logout_supported": _ALWAYS,
    "frontchannel_logout_session_supported": _ALWAYS,
    "display_values_supported": _list("page"),
    "prompt_values_supported": _list("none", "login", "consent", "select_account"),
    "ui_locales_supported": _list("tr", "en"),
    "authorization_response_iss_parameter_supported": _ALWAYS,
    "claims_parameter_supported": _ALWAYS,
    "request_parameter_supported": _ALWAYS,
    "request_uri_parameter_supported": _ALWAYS,
    "require_request_uri_registration": _ALWAYS,
    "request_object_signing_alg_values_supported": _list(*SIGNING),
}

_KEY: Json = {
    "type": "object",
    "description": "One public key (RFC 7517 §4).",
    "properties": {
        "kty": text(enum=["EC", "RSA", "OKP"]),
        "kid": text("Named in the header of every token.", minLength=1),
        "alg": text(enum=list(SIGNING)),
        "use": text(const="sig"),
        "crv": text("Of an EC or OKP key.", enum=["P-256", "Ed25519"]),
        "x": _BASE64URL,
        "y": _BASE64URL,
        "n": _BASE64URL | {"description": "Of an RSA key: 3072 bits."},
        "e": _BASE64URL,
    },
    "required": ["kty", "kid", "alg", "use"],
    "additionalProperties": False,
}

METADATA_SCHEMAS: dict[str, Json] = {
    "Discovery": {
        "type": "object",
        "description": "OpenID Connect Discovery §3, RFC 8414 §2. A member is there when its feature is.",
        "properties": _MEMBERS,
        "required": list(examples.DISCOVERY),
        "additionalProperties": False,
        "examples": [examples.DISCOVERY],
    },
    "Jwks": {
        "type": "object",
        "description": "RFC 7517 §5.",
        "properties": {"keys": {"type": "array", "items": _KEY, "minItems": 1}},
        "required": ["keys"],
        "additionalProperties": False,
        "examples": [examples.JWKS],
    },
}
