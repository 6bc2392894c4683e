"""`/revoke`: the end of a token (RFC 7009)."""

from idp.protocol.errors import Reason
from idp.web.openapi import client_auth
from idp.web.openapi.elements import (
    NO_STORE,
    OLD_CACHES,
    READABLE,
    RETRY_AFTER,
    UNREAD,
    Json,
    answer,
    bare_oauth_error,
    form,
    oauth_errors,
    operation,
    or_bare,
    text,
)
from idp.web.openapi.preflight import preflight

_R = Reason
_HEADERS = NO_STORE | OLD_CACHES | READABLE

_DESCRIPTION = f"""
Ends a token of yours. A refresh token, also one that was used, ends its whole family: every refresh token and access
token of that login. An access token ends alone. What is unknown or dead already is no error. The answer comes when it
is true for every server here; a resource server that looks at signatures alone learns of it when the token expires.

{client_auth.WAYS.strip()} A public client sends `client_id` alone.
"""

PATHS: dict[str, Json] = {
    "/revoke": {
        "post": operation(
            "revokeToken",
            "End a token",
            _DESCRIPTION.strip(),
            {
                200: answer("It is over, or there was nothing to end. No body.", headers=_HEADERS),
                400: or_bare(
                    oauth_errors(
                        (
                            *(_R.PARAMETER_REPEATED, _R.AUTHORIZATION_REPEATED, _R.CONTENT_TYPE),
                            *(_R.TWO_CLIENT_AUTH_METHODS, _R.TOKEN_PARAMETER_MISSING, _R.TOKEN_FOREIGN),
                        ),
                        headers=_HEADERS,
                    ),
                    UNREAD,
                ),
                401: client_auth.refused(_HEADERS),
                405: bare_oauth_error("Not a POST.", "invalid_request", headers=NO_STORE),
                413: bare_oauth_error("The form is larger than 64 KiB.", "invalid_request", headers=NO_STORE),
                503: bare_oauth_error(
                    "The database does not answer. The token may still be good; try again (RFC 7009 §2.2.1).",
                    "temporarily_unavailable",
                    headers=NO_STORE | RETRY_AFTER,
                ),
            },
            tag="protocol",
            security=client_auth.SECURITY,
            body=form(
                {
                    "token": text("A refresh token or an access token.", minLength=1),
                    "token_type_hint": text("Read and passed over (RFC 7009 §2.1).", examples=["refresh_token"]),
                    **client_auth.FIELDS,
                },
                required=("token",),
                example={"token": "q2V8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQkVm", "token_type_hint": "refresh_token"},
            ),
        ),
        "options": preflight("revoke"),
    }
}
