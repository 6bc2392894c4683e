"""Members that specifications know and this provider does not serve: refused, so that nobody relies on them.

A switch that is sent as off says what is true anyway, and is fine.
"""

from idp.protocol.errors import Reason
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted

MEMBERS = (
    *("request_object_encryption_alg", "request_object_encryption_enc"),
    *("tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri"),
    *("tls_client_auth_san_ip", "tls_client_auth_san_email"),
    *("authorization_signed_response_alg", "authorization_encrypted_response_alg"),
    "authorization_encrypted_response_enc",
    *("introspection_signed_response_alg", "introspection_encrypted_response_alg"),
    "introspection_encrypted_response_enc",
    *("backchannel_token_delivery_mode", "backchannel_client_notification_endpoint"),
    "backchannel_authentication_request_signing_alg",
    "authorization_details_types",
)
SWITCHES = (
    "tls_client_certificate_bound_access_tokens",
    "dpop_bound_access_tokens",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "use_mtls_endpoint_aliases",
    "backchannel_user_code_parameter",
)


def nothing_unsupported(wanted: Wanted) -> None:
    if "software_statement" in wanted.members:
        raise MetadataRefused(Reason.SOFTWARE_STATEMENT, "software_statement")  # RFC 7591 §3.2.2
    for name in MEMBERS:
        if name in wanted.members:
            raise MetadataRefused(Reason.METADATA_UNSUPPORTED, name)
    for name in SWITCHES:
        if wanted.members.flag(name):
            raise MetadataRefused(Reason.METADATA_UNSUPPORTED, name)
