"""`/token`: a code becomes tokens (RFC 6749 §4.1.3; OpenID Connect Core §3.1.3)."""

from idp.protocol.errors import Reason
from idp.web.openapi.authorize_parameters import CLIENT_ID, URI
from idp.web.openapi.elements import (
    ANY_ORIGIN,
    NO_STORE,
    OLD_CACHES,
    RETRY_AFTER,
    Json,
    bare_oauth_error,
    form,
    header,
    json_answer,
    oauth_errors,
    operation,
    ref,
    text,
)
from idp.web.openapi.examples import TOKEN_RESPONSE
from idp.web.openapi.preflight import preflight

_R = Reason
_HEADERS = NO_STORE | OLD_CACHES | ANY_ORIGIN
_CHALLENGE = {
    "WWW-Authenticate": header("How to authenticate (RFC 9110 §11.6.1).", 'Basic realm="token", charset="UTF-8"')
}

REFUSED = (
    _R.PARAMETER_REPEATED,
    _R.CONTENT_TYPE,
    _R.GRANT_TYPE_MISSING,
    _R.GRANT_TYPE_UNSUPPORTED,
    _R.TWO_CLIENT_AUTH_METHODS,
    _R.CODE_MISSING,
    _R.CODE_DEAD,
    _R.REDIRECT_URI_DIFFERS,
    _R.CODE_VERIFIER,
    _R.CODE_VERIFIER_UNEXPECTED,
    _R.GRANT_ENDED,
    _R.ENCRYPTION_KEY_MISSING,
)

_DESCRIPTION = """
Redeems a code, once, within 60 seconds. A second use is refused and revokes what the first one gave.

A client authenticates as it is registered: `client_secret_basic` (id and secret form-encoded, then Basic),
`client_secret_post` (both in the form), or `none` (a public client sends `client_id` alone; PKCE protects it). Two
methods at once are refused.

There are no refresh tokens: when the tokens are over, send the browser to `/authorize` again.
"""

PATHS: dict[str, Json] = {
    "/token": {
        "post": operation(
            "redeemCode",
            "Redeem a code",
            _DESCRIPTION.strip(),
            {
                200: json_answer(
                    "The tokens.",
                    ref("TokenResponse"),
                    {"tokens": TOKEN_RESPONSE},
                    headers=_HEADERS,
                ),
                400: oauth_errors(REFUSED, headers=_HEADERS),
                401: oauth_errors((_R.CLIENT_NOT_AUTHENTICATED,), headers=_HEADERS | _CHALLENGE),
                405: bare_oauth_error("Not a POST.", "invalid_request", headers=NO_STORE),
                413: bare_oauth_error("The form is larger than 64 KiB.", "invalid_request", headers=NO_STORE),
                503: bare_oauth_error(
                    "The database does not answer. The code is untouched; try again.",
                    "temporarily_unavailable",
                    headers=NO_STORE | RETRY_AFTER,
                ),
            },
            tag="protocol",
            security=[{"clientSecret": []}, {}],
            body=form(
                {
                    "grant_type": text("RFC 6749 §4.1.3.", const="authorization_code"),
                    "code": text("From the redirect.", minLength=1),
                    "redirect_uri": URI | {"description": "The same as in the authorization request."},
                    "code_verifier": text(
                        "What `code_challenge` was made from (RFC 7636 §4.1). Required if one was sent, else refused.",
                        pattern="^[A-Za-z0-9._~-]{43,128}$",
                    ),
                    "client_id": CLIENT_ID | {"description": "For `client_secret_post` and public clients."},
                    "client_secret": text("For `client_secret_post` only.", format="password"),
                },
                required=("grant_type", "code", "redirect_uri"),
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
