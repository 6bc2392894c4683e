"""A client as the metadata it is registered with, defaults filled in (RFC 7591 §3.2.1; DCR-01).

What is shown here, sent back as it is, makes the same client again: a test holds the two together.
"""

import json
from typing import Any

from idp.domain.client import Client
from idp.domain.client_metadata import Encryption

_PLAIN = (
    *("client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri", "sector_identifier_uri"),
    *("userinfo_signed_response_alg", "request_object_signing_alg", "token_endpoint_auth_signing_alg"),
    *("default_max_age", "require_auth_time", "initiate_login_uri"),
    *("backchannel_logout_uri", "backchannel_logout_session_required"),
    *("frontchannel_logout_uri", "frontchannel_logout_session_required"),
    *("software_id", "software_version"),
)
_LISTS = ("contacts", "default_acr_values", "request_uris")


def document(client: Client) -> dict[str, Any]:
    """Without anything secret, and without what is said only to whoever manages the client."""
    metadata = client.metadata
    shown = {
        "client_name": client.name,
        "application_type": metadata.application_type.value,
        "redirect_uris": list(client.redirect_uris),
        "grant_types": [one.value for one in metadata.grant_types],
        "response_types": [one.value for one in metadata.response_types],
        "response_modes": [one.value for one in metadata.response_modes],
        "token_endpoint_auth_method": client.auth_method.value,
        "scope": " ".join(client.scopes) or None,
        "subject_type": client.subject_type.value,
        "id_token_signed_response_alg": client.id_token_alg,
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris) or None,
        "jwks": None if metadata.jwks is None else json.loads(metadata.jwks),
        **{name: getattr(metadata, name) for name in _PLAIN},
        **{name: list(getattr(metadata, name)) or None for name in _LISTS},
        **_encryption("id_token_encrypted_response", metadata.id_token_encryption),
        **_encryption("userinfo_encrypted_response", metadata.userinfo_encryption),
        **metadata.localized,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _encryption(name: str, encryption: Encryption | None) -> dict[str, str]:
    return {} if encryption is None else {f"{name}_alg": encryption.alg, f"{name}_enc": encryption.enc}
