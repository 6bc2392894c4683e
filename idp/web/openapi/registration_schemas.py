"""What a relying party says about itself, member by member (OpenID Connect Registration §2; RFC 7591 §2)."""

from typing import Any

from idp.domain.client import ClientAuthMethod, SubjectType
from idp.domain.client_metadata import ApplicationType, GrantType, ResponseMode, ResponseType
from idp.policy.assurance import reachable_levels
from idp.protocol.claims import SCOPES
from idp.protocol.jose.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT, SIGNING
from idp.web.openapi.elements import Json, text

_LONGEST_ADDRESS = 2048


def _uri(description: str) -> Json:
    return text(description, format="uri", maxLength=_LONGEST_ADDRESS)


def _texts(description: str, **item: Any) -> Json:
    return {"type": "array", "items": text(**item), "maxItems": 50, "description": description}


def _flag(description: str) -> Json:
    return {"type": "boolean", "default": False, "description": description}


_PROPERTIES: Json = {
    "client_name": text("What citizens read; the host of the redirect URI if left out. Also `client_name#tr`."),
    "redirect_uris": _texts(
        "Compared character by character. https; a native application may use http on loopback, or a scheme of its own "
        "with a dot. A web client with the grant `implicit` has none on `localhost`.",
        format="uri",
    ),
    "application_type": text(enum=list(ApplicationType), default="web"),
    "grant_types": _texts("`implicit` where the operator allows it.", enum=list(GrantType)),
    "response_types": _texts("Must fit `grant_types`.", enum=list(ResponseType)),
    "response_modes": _texts(
        "How authorization responses may travel to it; any way if left out. A member of ours, of no specification.",
        enum=list(ResponseMode),
    ),
    "token_endpoint_auth_method": text(
        "`private_key_jwt` needs a key.", enum=list(ClientAuthMethod), default="client_secret_basic"
    ),
    "token_endpoint_auth_signing_alg": text("What signs its assertions; any of these if left out.", enum=list(SIGNING)),
    "scope": text(f"Separated by spaces, of {', '.join(SCOPES)}; all of them if left out."),
    "contacts": _texts("For the operator."),
    "client_uri": _uri("Its start page. Like the next three, also with a language tag."),
    "logo_uri": _uri("Its logo."),
    "policy_uri": _uri("What it does with data."),
    "tos_uri": _uri("Its terms."),
    "jwks": {"type": "object", "description": "A JWK set with its public keys (RFC 7517). Excludes `jwks_uri`."},
    "jwks_uri": _uri("Where its public keys are. Fetched when first needed, and again when a key is missing."),
    "subject_type": text(enum=list(SubjectType), default="pairwise"),
    "sector_identifier_uri": _uri(
        "A JSON array with every redirect URI; its host is whose `sub` values are alike. Needed for redirect URIs on "
        "several hosts."
    ),
    "id_token_signed_response_alg": text(enum=list(SIGNING), default="RS256"),
    "id_token_encrypted_response_alg": text("Needs a fitting key.", enum=list(KEY_MANAGEMENT)),
    "id_token_encrypted_response_enc": text(enum=list(CONTENT_ENCRYPTION), default=CONTENT_ENCRYPTION[0]),
    "userinfo_signed_response_alg": text("Plain JSON if left out.", enum=list(SIGNING)),
    "userinfo_encrypted_response_alg": text("Needs a fitting key.", enum=list(KEY_MANAGEMENT)),
    "userinfo_encrypted_response_enc": text(enum=list(CONTENT_ENCRYPTION), default=CONTENT_ENCRYPTION[0]),
    "request_object_signing_alg": text("Any of these if left out, never `none`; needs a key.", enum=list(SIGNING)),
    "request_uris": _texts("Where its request objects may be; a hash may stand behind `#`. Need a key.", format="uri"),
    "default_max_age": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "description": "Seconds."},
    "require_auth_time": _flag("Every ID token here has `auth_time` anyway."),
    "default_acr_values": _texts(
        "Wished for where a request names none.", enum=[level.acr for level in reachable_levels()]
    ),
    "initiate_login_uri": _uri("Where a login that begins here is started (Core §4)."),
    "post_logout_redirect_uris": _texts("Where a logout may end. As `redirect_uris`.", format="uri"),
    "backchannel_logout_uri": _uri("Where logout tokens are posted."),
    "backchannel_logout_session_required": _flag("Every logout token here has `sid` anyway."),
    "frontchannel_logout_uri": _uri("What a logout frames; on an origin of a redirect URI."),
    "frontchannel_logout_session_required": _flag("Every frame here is given `iss` and `sid` anyway."),
    "software_id": text("Which software it is."),
    "software_version": text("Which version of it."),
}

METADATA_EXAMPLE: Json = {
    "client_name": "Clinic",
    "client_name#tr": "Klinik",
    "redirect_uris": ["https://rp.example.org/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "post_logout_redirect_uris": ["https://rp.example.org/bye"],
    "policy_uri": "https://rp.example.org/privacy",
    "scope": "openid profile",
}
SECRET_EXAMPLE: Json = {
    "client_secret": "R2tq8yWmXc4vJb1nKz7sLpE5hGdUaF3oTiO9uN6xMrQ",
    "client_secret_expires_at": 0,
}
CLIENT_EXAMPLE: Json = {
    "client_id": "client-Vq2mX8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQk",
    "client_id_issued_at": 1_795_426_200,
    "registration_access_token": "u1Yc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQkVq2mX8nB",
    "registration_client_uri": "https://giris.example.org/register/client-Vq2mX8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQk",
    **METADATA_EXAMPLE,
    "application_type": "web",
    "response_types": ["code"],
    "response_modes": list(ResponseMode),
    "token_endpoint_auth_method": "client_secret_basic",
    "subject_type": "pairwise",
    "id_token_signed_response_alg": "RS256",
    "require_auth_time": False,
    "backchannel_logout_session_required": False,
    "frontchannel_logout_session_required": False,
}

_TOLD: Json = {
    "client_id": text("Made here; nobody chooses it.", minLength=1, maxLength=255),
    "client_id_issued_at": {"type": "integer", "minimum": 1, "description": "Seconds since the epoch."},
    "client_secret": text("For the methods that need one. Told once.", format="password"),
    "client_secret_expires_at": {"type": "integer", "const": 0, "description": "0: never. Comes with a secret."},
    "registration_access_token": text("Manages this client, and only it.", format="password"),
    "registration_client_uri": _uri("Where it is managed."),
}

REGISTRATION_SCHEMAS: dict[str, Json] = {
    "ClientMetadata": {
        "type": "object",
        "description": "Everything may be left out, but for `redirect_uris` where a login ends at one.",
        "properties": _PROPERTIES,
        "examples": [METADATA_EXAMPLE],
    },
    "ClientUpdate": {
        "type": "object",
        "description": "The whole of the metadata, and whose it is.",
        "properties": {
            "client_id": text("That of the address."),
            "client_secret": text("The present one, or left out.", format="password"),
            **_PROPERTIES,
        },
        "required": ["client_id"],
        "examples": [{"client_id": CLIENT_EXAMPLE["client_id"]} | METADATA_EXAMPLE],
    },
    "ClientInformation": {
        "type": "object",
        "description": "A registered client (RFC 7591 §3.2.1).",
        "properties": _TOLD | _PROPERTIES,
        "required": [
            "client_id",
            "client_id_issued_at",
            "registration_access_token",
            "registration_client_uri",
            "redirect_uris",
        ],
        "dependentRequired": {"client_secret": ["client_secret_expires_at"]},
        "examples": [CLIENT_EXAMPLE | SECRET_EXAMPLE],
    },
}
