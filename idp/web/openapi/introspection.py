"""`/introspect`: whether a token is good now (RFC 7662)."""

from idp.protocol.errors import Reason
from idp.web.openapi import client_auth
from idp.web.openapi.elements import (
    NO_STORE,
    OLD_CACHES,
    RETRY_AFTER,
    UNREAD,
    Json,
    bare_oauth_error,
    form,
    json_answer,
    oauth_errors,
    operation,
    or_bare,
    ref,
    text,
)
from idp.web.openapi.examples import ACCESS_TOKEN, ACCESS_TOKEN_CLAIMS

_R = Reason
_HEADERS = NO_STORE | OLD_CACHES

_DESCRIPTION = f"""
Says whether a token is good at this moment, and what it stands for. A client sees its own tokens; the operator of a
protected resource (`esik client add --resource`) also the access tokens that are for it. Everything else, dead,
malformed or another's, is `{{"active": false}}` and nothing more.

{client_auth.WAYS.strip()} A public client (`none`) is refused.
"""

PATHS: dict[str, Json] = {
    "/introspect": {
        "post": operation(
            "introspectToken",
            "Ask whether a token is good",
            _DESCRIPTION.strip(),
            {
                200: json_answer(
                    "What is known of the token.",
                    ref("Introspection"),
                    {
                        "a live access token": {"active": True, "token_type": "Bearer"} | ACCESS_TOKEN_CLAIMS,
                        "anything else": {"active": False},
                    },
                    headers=_HEADERS,
                ),
                400: or_bare(
                    oauth_errors(
                        (
                            *(_R.PARAMETER_REPEATED, _R.AUTHORIZATION_REPEATED, _R.CONTENT_TYPE),
                            *(_R.TWO_CLIENT_AUTH_METHODS, _R.TOKEN_PARAMETER_MISSING),
                        ),
                        headers=_HEADERS,
                    ),
                    UNREAD,
                ),
                401: client_auth.refused(_HEADERS),
                405: bare_oauth_error("Not a POST.", "invalid_request", headers=NO_STORE),
                413: bare_oauth_error("The form is larger than 64 KiB.", "invalid_request", headers=NO_STORE),
                503: bare_oauth_error(
                    "The database does not answer. Believe nothing meanwhile.",
                    "temporarily_unavailable",
                    headers=NO_STORE | RETRY_AFTER,
                ),
            },
            tag="protocol",
            security=client_auth.SECURITY,
            body=form(
                {
                    "token": text("An access token or a refresh token.", minLength=1),
                    "token_type_hint": text("Read and passed over (RFC 7662 §2.1).", examples=["access_token"]),
                    **client_auth.FIELDS,
                },
                required=("token",),
                example={"token": ACCESS_TOKEN, "token_type_hint": "access_token"},
            ),
        )
    }
}
