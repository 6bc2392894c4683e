"""`/token`: a code, a refresh token or the client's own credentials become tokens (RFC 6749 §4.1.3, §4.4, §6)."""

from idp.protocol.errors import Reason
from idp.protocol.token_endpoint import GRANT_TYPES
from idp.web.openapi import client_auth
from idp.web.openapi.authorize_parameters import URI
from idp.web.openapi.elements import (
    NO_STORE,
    OLD_CACHES,
    READABLE,
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
from idp.web.openapi.examples import CLIENT_TOKEN_RESPONSE, REFRESHED_TOKEN_RESPONSE, TOKEN_RESPONSE
from idp.web.openapi.preflight import preflight

_R = Reason
_HEADERS = NO_STORE | OLD_CACHES | READABLE

REFUSED = (
    _R.PARAMETER_REPEATED,
    _R.AUTHORIZATION_REPEATED,
    _R.CONTENT_TYPE,
    _R.GRANT_TYPE_MISSING,
    _R.GRANT_TYPE_UNSUPPORTED,
    _R.GRANT_TYPE_UNREGISTERED,
    _R.TWO_CLIENT_AUTH_METHODS,
    _R.CODE_MISSING,
    _R.CODE_DEAD,
    _R.REDIRECT_URI_DIFFERS,
    _R.CODE_VERIFIER,
    _R.CODE_VERIFIER_UNEXPECTED,
    _R.GRANT_ENDED,
    _R.LOGIN_TOO_WEAK,
    _R.REFRESH_TOKEN_MISSING,
    _R.REFRESH_TOKEN_DEAD,
    _R.SCOPE_WIDER,
    _R.SCOPE_OF_CITIZENS,
    _R.RESOURCE_UNKNOWN,
    _R.RESOURCE_WIDER,
    _R.ENCRYPTION_KEY_MISSING,
)

_DESCRIPTION = f"""
**`authorization_code`** redeems a code, once, within 60 seconds. A second use is refused and revokes what the first one
gave.

**`refresh_token`** needs a refresh token, which comes with a code only where the client is registered for
`offline_access` and the grant, and asked for both `scope=… offline_access` and `prompt=consent`. Each one is for one
use: keep the new one of every answer. One that is used again ends the whole family, except that an authenticated client
which lost an answer may repeat the request within five seconds. It ends when it lies unused for a week, a month after
the login, and with a logout, a change of password or of a second factor, or a withdrawn consent. `acr`, `amr` and
`auth_time` stay those of the login.

**`client_credentials`** gives a token for the client itself: no citizen, no scope, no refresh token.

`resource` (RFC 8707) names what the access token is for, and may come several times: with a code or a refresh token no
more than was granted, else any protected resource that is known here. Without it the token is for the issuer, that is
for `/userinfo`.

{client_auth.WAYS.strip()} A public client (`none`) sends `client_id` alone; PKCE protects it.
"""

PATHS: dict[str, Json] = {
    "/token": {
        "post": operation(
            "issueTokens",
            "Redeem a code, refresh, or get a token of your own",
            _DESCRIPTION.strip(),
            {
                200: json_answer(
                    "The tokens.",
                    ref("TokenResponse"),
                    {
                        "tokens": TOKEN_RESPONSE,
                        "tokens again": REFRESHED_TOKEN_RESPONSE,
                        "a token of the client itself": CLIENT_TOKEN_RESPONSE,
                    },
                    headers=_HEADERS,
                ),
                400: or_bare(oauth_errors(REFUSED, headers=_HEADERS), UNREAD),
                401: client_auth.refused(_HEADERS),
                405: bare_oauth_error("Not a POST.", "invalid_request", headers=NO_STORE),
                413: bare_oauth_error("The form is larger than 64 KiB.", "invalid_request", headers=NO_STORE),
                503: bare_oauth_error(
                    "The database does not answer. The code or refresh token is untouched; try again.",
                    "temporarily_unavailable",
                    headers=NO_STORE | RETRY_AFTER,
                ),
            },
            tag="protocol",
            security=client_auth.SECURITY,
            body=form(
                {
                    "grant_type": text("RFC 6749 §4.1.3, §6, §4.4.2.", enum=list(GRANT_TYPES)),
                    "code": text("From the redirect. Required with `authorization_code`.", minLength=1),
                    "redirect_uri": URI
                    | {"description": "The same as in the authorization request. Required with `authorization_code`."},
                    "code_verifier": text(
                        "What `code_challenge` was made from (RFC 7636 §4.1). Required if one was sent, else refused.",
                        pattern="^[A-Za-z0-9._~-]{43,128}$",
                    ),
                    "refresh_token": text("The newest one. Required with `refresh_token`.", minLength=1),
                    "scope": text(
                        "With `refresh_token`: less than was granted, for this one access token (RFC 6749 §6)."
                    ),
                    "resource": URI | {"description": "A protected resource (RFC 8707 §2.2). May be repeated."},
                    **client_auth.FIELDS,
                },
                required=("grant_type",),
                example={
                    "grant_type": "authorization_code",
                    "code": "pX3vR9sQnD2uYc8mLwTz5aKf7HgJb1EoVi4UxN6rWqM",
                    "redirect_uri": "https://rp.example.org/callback",
                    "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                },
            ),
        ),
        "options": preflight("token"),
    }
}
