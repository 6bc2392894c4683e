"""Every error a relying party can read, in one table: reason, OAuth error code, fixed description.

A description is ASCII without quote or backslash (AUTH-11) and never repeats input (AL-04). The reason is for the
audit alone. The errors are Authlib's `OAuth2Error`, so that its frame renders them.
"""

from authlib.oauth2 import OAuth2Error

from idp.protocol.reasons import Reason

__all__ = ["JOURNEY_ERRORS", "WIRE", "ProtocolError", "Reason"]

_R = Reason
_CODE_DEAD = "The code is unknown, expired, used, or not for this client."
_REFRESH_TOKEN_DEAD = "The refresh token is unknown, expired, used, revoked, or not for this client."

WIRE: dict[Reason, tuple[str, str]] = {
    _R.PARAMETER_REPEATED: ("invalid_request", "A parameter was sent more than once."),
    _R.AUTHORIZATION_REPEATED: ("invalid_request", "The Authorization header was sent more than once."),
    _R.PARAMETER_UNREADABLE: ("invalid_request", "state or nonce holds control characters."),
    _R.CLIENT_UNKNOWN: ("invalid_client", "client_id is missing or unknown."),
    _R.REDIRECT_URI_MISSING: ("invalid_request", "redirect_uri is missing."),
    _R.REDIRECT_URI_UNREGISTERED: ("invalid_request", "redirect_uri is not registered for this client."),
    _R.REQUEST_OBJECT: (
        "invalid_request_object",
        "The request object is malformed, or not signed by a key and an algorithm that the client registered.",
    ),
    _R.REQUEST_OBJECT_CLAIMS: (
        "invalid_request_object",
        "The request object is from another client, for another issuer, or for another time, or has the client as sub.",
    ),
    _R.REQUEST_OBJECT_PARAMETERS: (
        "invalid_request_object",
        "A parameter in the request object has a wrong type, differs from the one outside, or must not be there.",
    ),
    _R.REQUEST_URI: ("invalid_request_uri", "request_uri is not registered for this client, or cannot be fetched."),
    _R.REQUEST_TWICE: ("invalid_request", "request and request_uri exclude each other."),
    _R.RESPONSE_TYPE_MISSING: ("invalid_request", "response_type is missing."),
    _R.RESPONSE_TYPE_UNSUPPORTED: ("unsupported_response_type", "This response_type does not exist here."),
    _R.RESPONSE_TYPE_UNREGISTERED: ("unauthorized_client", "The client is not registered for this response_type."),
    _R.RESPONSE_MODE_UNSUPPORTED: ("invalid_request", "response_mode is not one of those supported."),
    _R.RESPONSE_MODE_UNREGISTERED: ("unauthorized_client", "The client is not registered for this response_mode."),
    _R.RESPONSE_MODE_UNFIT: ("invalid_request", "form_post needs an http or https redirect_uri."),
    _R.RESPONSE_MODE_QUERY: ("invalid_request", "Tokens never travel in the query."),
    _R.NONCE_MISSING: ("invalid_request", "This response_type needs a nonce."),
    _R.OPENID_MISSING: ("invalid_scope", "scope must contain openid."),
    _R.CHALLENGE_MISSING: ("invalid_request", "This client must send code_challenge (PKCE)."),
    _R.CHALLENGE_MALFORMED: ("invalid_request", "code_challenge must be 43 base64url characters."),
    _R.CHALLENGE_METHOD: ("invalid_request", "code_challenge_method must be S256."),
    _R.PROMPT_UNKNOWN: ("invalid_request", "prompt holds an unknown value."),
    _R.PROMPT_NONE_MIXED: ("invalid_request", "prompt=none excludes other values."),
    _R.MAX_AGE_MALFORMED: ("invalid_request", "max_age must be a whole number of seconds."),
    _R.CLAIMS_MALFORMED: ("invalid_request", "claims is not a valid claims request."),
    _R.REGISTRATION_PARAMETER: ("registration_not_supported", "A client registers beforehand, at /register."),
    _R.ID_TOKEN_HINT: ("invalid_request", "id_token_hint is not an ID token issued here to this client."),
    _R.CONTENT_TYPE: ("invalid_request", "The body must be application/x-www-form-urlencoded."),
    _R.GRANT_TYPE_MISSING: ("invalid_request", "grant_type is missing."),
    _R.GRANT_TYPE_UNSUPPORTED: ("unsupported_grant_type", "This grant_type does not exist here."),
    _R.GRANT_TYPE_UNREGISTERED: ("unauthorized_client", "The client is not registered for this grant_type."),
    _R.TWO_CLIENT_AUTH_METHODS: ("invalid_request", "Use one client authentication method only."),
    _R.CLIENT_NOT_AUTHENTICATED: ("invalid_client", "Client authentication failed."),
    _R.CODE_MISSING: ("invalid_request", "code is missing."),
    _R.CODE_DEAD: ("invalid_grant", _CODE_DEAD),
    _R.CODE_REPLAYED: ("invalid_grant", _CODE_DEAD),
    _R.REDIRECT_URI_DIFFERS: ("invalid_grant", "redirect_uri differs from the authorization request."),
    _R.CODE_VERIFIER: ("invalid_grant", "code_verifier does not match code_challenge."),
    _R.CODE_VERIFIER_UNEXPECTED: ("invalid_request", "code_verifier was sent, but no code_challenge before."),
    _R.GRANT_ENDED: ("invalid_grant", "The login behind this code has ended."),
    _R.LOGIN_TOO_WEAK: ("invalid_grant", "The login was weaker than the client demands by now."),
    _R.REFRESH_TOKEN_MISSING: ("invalid_request", "refresh_token is missing."),
    _R.REFRESH_TOKEN_DEAD: ("invalid_grant", _REFRESH_TOKEN_DEAD),
    _R.REFRESH_TOKEN_FOREIGN: ("invalid_grant", _REFRESH_TOKEN_DEAD),
    _R.REFRESH_TOKEN_REUSED: ("invalid_grant", _REFRESH_TOKEN_DEAD),
    _R.SCOPE_WIDER: ("invalid_scope", "scope asks for more than was granted."),
    _R.SCOPE_OF_CITIZENS: ("invalid_scope", "A token of the client itself has no scope."),
    _R.RESOURCE_UNKNOWN: ("invalid_target", "resource does not name a protected resource that is known here."),
    _R.RESOURCE_WIDER: ("invalid_target", "resource names more than was granted."),
    _R.TOKEN_PARAMETER_MISSING: ("invalid_request", "token is missing."),
    _R.TOKEN_FOREIGN: ("invalid_grant", "The token was issued to another client."),
    _R.ENCRYPTION_KEY_MISSING: ("invalid_request", "The client has no key for the encryption that it registered."),
    _R.TOKEN_MISSING: ("", ""),  # RFC 6750 §3.1: no error information without a token
    _R.TOKEN_TWICE: ("invalid_request", "Send the access token in one way only."),
    _R.TOKEN_IN_QUERY: ("invalid_request", "An access token in the query is not accepted."),
    _R.TOKEN_INVALID: ("invalid_token", "The access token is invalid, expired or revoked."),
    _R.SCOPE_INSUFFICIENT: ("insufficient_scope", "The access token lacks the scope openid."),
    _R.AUTHENTICATION_INSUFFICIENT: (
        "insufficient_user_authentication",
        "The login behind the access token is too weak or too old.",
    ),
    _R.ACCESS_DENIED: ("access_denied", "The request was declined."),
    _R.LOGIN_REQUIRED: ("login_required", "Nobody suitable is logged in."),
    _R.INTERACTION_REQUIRED: ("interaction_required", "A page must be shown."),
    _R.CONSENT_REQUIRED: ("consent_required", "Consent must be asked for."),
    _R.ACCOUNT_SELECTION_REQUIRED: ("account_selection_required", "An account must be chosen."),
    _R.UNMET_AUTHENTICATION_REQUIREMENTS: (
        "unmet_authentication_requirements",
        "The required authentication level was not reached.",
    ),
    _R.SERVER_ERROR: ("server_error", "The request could not be completed."),
    _R.TEMPORARILY_UNAVAILABLE: ("temporarily_unavailable", "Try again later."),
    _R.REGISTRATION_OFF: ("access_denied", "Clients do not register themselves here."),
    _R.REGISTRATION_TOKEN: ("invalid_token", "The initial access token is unknown, expired or used up."),
    _R.REGISTRATION_TOO_OFTEN: ("temporarily_unavailable", "Too many registrations or changes. Try again later."),
    _R.REGISTRATION_NOT_JSON: ("invalid_client_metadata", "The body must be application/json."),
    _R.METADATA_UNREADABLE: ("invalid_client_metadata", "The body must be one JSON object, no member twice."),
    _R.METADATA_TEXT: ("invalid_client_metadata", "Must be a string of 1 to 255 printable characters."),
    _R.METADATA_LIST: ("invalid_client_metadata", "Must be an array of at most 50 strings."),
    _R.METADATA_MANY: ("invalid_client_metadata", "Must name at most 10 addresses."),
    _R.METADATA_FLAG: ("invalid_client_metadata", "Must be true or false."),
    _R.METADATA_SECONDS: ("invalid_client_metadata", "Must be a whole number of seconds."),
    _R.METADATA_VALUE: ("invalid_client_metadata", "Names something that discovery does not list."),
    _R.METADATA_LANGUAGE: ("invalid_client_metadata", "What stands behind # must be a language tag."),
    _R.METADATA_UNSUPPORTED: ("invalid_client_metadata", "Is not supported. Leave it out."),
    _R.METADATA_ADDRESS: ("invalid_client_metadata", "Must be an https address of at most 2048 ASCII characters."),
    _R.METADATA_FRAGMENT: ("invalid_client_metadata", "Must have no fragment."),
    _R.SOFTWARE_STATEMENT: ("unapproved_software_statement", "No software statement is trusted here."),
    _R.REDIRECT_URIS_MISSING: ("invalid_redirect_uri", "Must name at least one address for these grant_types."),
    _R.REDIRECT_URI_INEXACT: (
        "invalid_redirect_uri",
        "Must be exact absolute ASCII addresses without fragment, wildcard or user.",
    ),
    _R.REDIRECT_URI_SCHEME: (
        "invalid_redirect_uri",
        "Must be https. A native application may use http on loopback, or a scheme of its own with a dot.",
    ),
    _R.REDIRECT_URI_IMPLICIT: (
        "invalid_redirect_uri",
        "Must be https, and not on localhost, for a web client with the implicit grant.",
    ),
    _R.GRANTS_UNFIT: ("invalid_client_metadata", "grant_types and response_types do not fit together."),
    _R.RESPONSE_MODES_UNFIT: ("invalid_client_metadata", "Leaves no way to answer these response_types."),
    _R.AUTH_METHOD_UNFIT: ("invalid_client_metadata", "client_credentials needs a client that authenticates."),
    _R.KEYS_TWICE: ("invalid_client_metadata", "jwks and jwks_uri exclude each other."),
    _R.KEYS_UNUSABLE: (
        "invalid_client_metadata",
        "Must be a JWK set with public keys only, none of them weak or malformed.",
    ),
    _R.KEYS_MISSING: ("invalid_client_metadata", "Needs a fitting key in jwks, or jwks_uri."),
    _R.ENCRYPTION_ALG_MISSING: ("invalid_client_metadata", "An encryption_enc needs its encryption_alg."),
    _R.SCOPE_UNFIT: (
        "invalid_client_metadata",
        "Must be scopes separated by single spaces, openid among them for a login.",
    ),
    _R.SECTOR_MISSING: (
        "invalid_client_metadata",
        "redirect_uris on several hosts need sector_identifier_uri, or subject_type public.",
    ),
    _R.SECTOR_LACKS: ("invalid_client_metadata", "The document there must be an array with every redirect URI."),
    _R.SECTOR_ALONE: ("invalid_client_metadata", "Needs redirect_uris, which the document there lists."),
    _R.NAME_UNSEEN: (
        "invalid_client_metadata",
        "Must be a name that people can see and read: no blanks alone, nothing invisible, no heaps of marks.",
    ),
    _R.LOGOUT_ELSEWHERE: ("invalid_client_metadata", "Must have scheme, host and port of a redirect URI."),
    _R.MANAGEMENT_TOKEN: ("invalid_token", "The registration access token is not that of this client."),
    _R.MANAGEMENT_CLIENT: ("invalid_client_metadata", "Must be the client_id in the address."),
    _R.MANAGEMENT_SECRET: ("invalid_client_metadata", "Must be the present client_secret, or be left out."),
    _R.MANAGEMENT_MEMBER: ("invalid_client_metadata", "Is set here and must be left out."),
}

JOURNEY_ERRORS: dict[str, Reason] = {
    reason.value: reason
    for reason in (
        _R.ACCESS_DENIED,
        _R.LOGIN_REQUIRED,
        _R.INTERACTION_REQUIRED,
        _R.CONSENT_REQUIRED,
        _R.ACCOUNT_SELECTION_REQUIRED,
        _R.UNMET_AUTHENTICATION_REQUIREMENTS,
        _R.SERVER_ERROR,
        _R.TEMPORARILY_UNAVAILABLE,
    )
}
"""What a journey may decide after the request was found acceptable (Core §3.1.2.6; RFC 6749 §4.1.2.1)."""


class ProtocolError(OAuth2Error):  # type: ignore[misc]  # Authlib has no types
    """A refused request, for a reason of the table."""

    def __init__(self, reason: Reason) -> None:
        error, description = WIRE[reason]
        super().__init__(error=error, description=description)
        self.reason = reason
        if error == "invalid_client":
            self.status_code = 401  # RFC 6749 §5.2

    def get_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = super().get_headers()
        if self.status_code == 401:
            headers.append(("WWW-Authenticate", 'Basic realm="token", charset="UTF-8"'))
        return headers
