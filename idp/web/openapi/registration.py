"""`/register`: relying parties that register themselves (RFC 7591) and care for it (RFC 7592)."""

from idp.protocol.errors import WIRE, Reason
from idp.web.openapi.elements import (
    JSON,
    NO_STORE,
    OLD_CACHES,
    RETRY_AFTER,
    Json,
    answer,
    bare_oauth_error,
    header,
    json_answer,
    oauth_error,
    oauth_errors,
    operation,
    page,
    parameter,
    ref,
    text,
)
from idp.web.openapi.registration_schemas import CLIENT_EXAMPLE, METADATA_EXAMPLE, SECRET_EXAMPLE

_R = Reason
_HEADERS = NO_STORE | OLD_CACHES


def _challenge(reason: Reason) -> Json:
    description = oauth_error(reason)["error_description"]
    return {
        "WWW-Authenticate": header(
            "Without a token the scheme alone; with a bad one also the error (RFC 6750 §3).",
            f'Bearer realm="register", error="invalid_token", error_description="{description}"',
        )
    }


def _not_authorised(reason: Reason) -> Json:
    return json_answer(
        "`invalid_token`; without any token an empty object",
        {"anyOf": [ref("OAuthError"), {"type": "object", "maxProperties": 0}]},
        {reason.value: oauth_error(reason), _R.TOKEN_MISSING.value: {}},
        headers=_HEADERS | _challenge(reason),
    )


_ABOUT: dict[Reason, str] = {
    _R.METADATA_UNREADABLE: "",
    _R.METADATA_TEXT: "client_name",
    _R.METADATA_LIST: "contacts",
    _R.METADATA_MANY: "request_uris",
    _R.METADATA_FLAG: "require_auth_time",
    _R.METADATA_SECONDS: "default_max_age",
    _R.METADATA_VALUE: "id_token_signed_response_alg",
    _R.METADATA_LANGUAGE: "client_name",
    _R.METADATA_UNSUPPORTED: "request_object_encryption_alg",
    _R.METADATA_ADDRESS: "initiate_login_uri",
    _R.METADATA_FRAGMENT: "backchannel_logout_uri",
    _R.SOFTWARE_STATEMENT: "software_statement",
    _R.REDIRECT_URIS_MISSING: "redirect_uris",
    _R.REDIRECT_URI_INEXACT: "redirect_uris",
    _R.REDIRECT_URI_SCHEME: "redirect_uris",
    _R.REDIRECT_URI_IMPLICIT: "redirect_uris",
    _R.GRANTS_UNFIT: "",
    _R.RESPONSE_MODES_UNFIT: "response_modes",
    _R.AUTH_METHOD_UNFIT: "token_endpoint_auth_method",
    _R.KEYS_TWICE: "",
    _R.KEYS_UNUSABLE: "jwks",
    _R.KEYS_MISSING: "token_endpoint_auth_method",
    _R.ENCRYPTION_ALG_MISSING: "userinfo_encrypted_response_enc",
    _R.SCOPE_UNFIT: "scope",
    _R.SECTOR_MISSING: "",
    _R.SECTOR_LACKS: "sector_identifier_uri",
    _R.SECTOR_ALONE: "sector_identifier_uri",
    _R.NAME_UNSEEN: "client_name",
    _R.LOGOUT_ELSEWHERE: "frontchannel_logout_uri",
}
"""What may be wrong with metadata, and a member that it may be wrong with."""

_OF_ANY = {_R.AUTHORIZATION_REPEATED: ""}
_OF_A_PUT = {
    _R.MANAGEMENT_CLIENT: "client_id",
    _R.MANAGEMENT_SECRET: "client_secret",
    _R.MANAGEMENT_MEMBER: "registration_access_token",
}


def _refused(about: dict[Reason, str]) -> Json:
    examples = {}
    for reason, member in about.items():
        error, description = WIRE[reason]
        named = f"{member}: {description}" if member else description
        examples[reason.value] = {"error": error, "error_description": named}
    return json_answer(
        "`invalid_client_metadata`, `invalid_redirect_uri` or `unapproved_software_statement`: the description begins "
        "with the member that it is about. Or `invalid_request`. Nothing was changed.",
        ref("OAuthError"),
        examples,
        headers=_HEADERS,
    )


def _body(description: str, schema: str, example: Json) -> Json:
    content = {JSON: {"schema": ref(schema), "example": example}}
    return {"required": True, "description": description, "content": content}


_WRONG_TYPE = oauth_errors((_R.REGISTRATION_NOT_JSON,), headers=_HEADERS)
_TOO_LARGE = bare_oauth_error("The body is larger than 64 KiB.", "invalid_request", headers=NO_STORE)
_NOT_READ = {400: oauth_errors((_R.AUTHORIZATION_REPEATED,), headers=_HEADERS), 413: _TOO_LARGE}
_LATER = bare_oauth_error("The database does not answer.", "temporarily_unavailable", headers=NO_STORE | RETRY_AFTER)
_NOT_ALLOWED = {
    405: bare_oauth_error(
        "Another method; `Allow` names those there are.",
        "invalid_request",
        headers=NO_STORE | {"Allow": header("The methods.", "GET, PUT, DELETE")},
    )
}
_CLIENT_ID = parameter(
    "client_id",
    "path",
    "Whose registration it is.",
    text(minLength=1, maxLength=255),
    example=CLIENT_EXAMPLE["client_id"],
)
_MANAGED: list[Json] = [{"registrationToken": []}]
_LOOKS_ALIKE = _not_authorised(_R.MANAGEMENT_TOKEN)

_REGISTER = """
Makes a client out of its metadata (RFC 7591 §3.1; OpenID Connect Registration §3.1). Every member is honoured or
refused; members that no specification names are left out of the answer. What is left out gets its default, and the
answer says everything as it is stored.

Who may register is the operator's choice: anybody, whoever holds an initial access token, or nobody. The secret and
the registration access token are told once: only their digests are kept.
"""
_REPLACE = """
Registers the client anew, whole: members that are left out are removed or get their default (RFC 7592 §2.2).
`client_id` must be sent; a `client_secret` that is sent must be the present one. The secret stays for as long as the
client authenticates with one; where it needs one and has none, a new one is told.

With another name, another origin among `redirect_uris`, another sector or `subject_type` it is somebody else to the
citizens: everything that it was given ends, and they are asked again.
"""

PATHS: dict[str, Json] = {
    "/client-logo/{language}/{client_id}": {
        "get": operation(
            "clientLogo",
            "The logo of a service",
            "Our own copy of what the service registered, for the pages of a login (PNG, JPEG, GIF or WebP).",
            {
                200: answer("The picture.", content={"image/*": {"schema": text(contentEncoding="binary")}}),
                404: answer("There is none that can be shown; the answer has no body."),
                503: page("The service's host is asked too often at the moment.", headers=RETRY_AFTER),
            },
            tag="other pages",
            parameters=[
                parameter("language", "path", "Of the page.", text(enum=["tr", "en"]), example="tr"),
                _CLIENT_ID,
            ],
            security=[],
        )
    },
    "/register": {
        "post": operation(
            "registerClient",
            "Register a client",
            _REGISTER.strip(),
            {
                201: json_answer(
                    "The client, as it is stored.",
                    ref("ClientInformation"),
                    {"with a secret": CLIENT_EXAMPLE | SECRET_EXAMPLE},
                    headers=_HEADERS,
                ),
                400: _refused(_OF_ANY | _ABOUT),
                401: _not_authorised(_R.REGISTRATION_TOKEN),
                403: oauth_errors((_R.REGISTRATION_OFF,), headers=_HEADERS),
                **_NOT_ALLOWED,
                413: _TOO_LARGE,
                415: _WRONG_TYPE,
                429: oauth_errors((_R.REGISTRATION_TOO_OFTEN,), headers=_HEADERS | RETRY_AFTER),
                503: _LATER,
            },
            tag="registration",
            security=[{}, {"initialAccessToken": []}],
            body=_body("The client's metadata.", "ClientMetadata", METADATA_EXAMPLE),
        )
    },
    "/register/{client_id}": {
        "get": operation(
            "readClient",
            "Read a client's registration",
            "The same as the registration told, but for the secret, of which only a digest is kept (RFC 7592 §2.1).",
            {
                200: json_answer(
                    "The client, as it is stored.",
                    ref("ClientInformation"),
                    {"client": CLIENT_EXAMPLE},
                    headers=_HEADERS,
                ),
                **_NOT_READ,
                401: _LOOKS_ALIKE,
                **_NOT_ALLOWED,
                503: _LATER,
            },
            tag="registration",
            security=_MANAGED,
            parameters=[_CLIENT_ID],
        ),
        "put": operation(
            "replaceClient",
            "Replace a client's registration",
            _REPLACE.strip(),
            {
                200: json_answer(
                    "The client, as it is stored now.",
                    ref("ClientInformation"),
                    {"client": CLIENT_EXAMPLE},
                    headers=_HEADERS,
                ),
                400: _refused(_OF_ANY | _OF_A_PUT | _ABOUT),
                401: _LOOKS_ALIKE,
                413: _TOO_LARGE,
                415: _WRONG_TYPE,
                429: oauth_errors((_R.REGISTRATION_TOO_OFTEN,), headers=_HEADERS | RETRY_AFTER),
                503: _LATER,
            },
            tag="registration",
            security=_MANAGED,
            parameters=[_CLIENT_ID],
            body=_body(
                "The whole of the metadata.",
                "ClientUpdate",
                {"client_id": CLIENT_EXAMPLE["client_id"]} | METADATA_EXAMPLE,
            ),
        ),
        "delete": operation(
            "removeClient",
            "Remove a client",
            "With everything that it was given: its codes and tokens are dead at once (RFC 7592 §2.3).",
            {
                204: answer("It is gone.", headers=NO_STORE),
                **_NOT_READ,
                401: _LOOKS_ALIKE,
                503: _LATER,
            },
            tag="registration",
            security=_MANAGED,
            parameters=[_CLIENT_ID],
        ),
    },
}
