"""`/userinfo`: who logged in (OpenID Connect Core §5.3)."""

from idp.protocol.errors import Reason
from idp.web.openapi.elements import (
    NO_STORE,
    OLD_CACHES,
    READABLE,
    RETRY_AFTER,
    UNREAD,
    Json,
    bare_oauth_error,
    form,
    header,
    json_answer,
    oauth_error,
    oauth_errors,
    operation,
    or_bare,
    ref,
    text,
)
from idp.web.openapi.examples import ACCESS_TOKEN, USERINFO
from idp.web.openapi.preflight import preflight

_R = Reason
_HEADERS = NO_STORE | OLD_CACHES | READABLE
_INVALID = oauth_error(_R.TOKEN_INVALID)["error_description"]
_CHALLENGE = {
    "WWW-Authenticate": header(
        "Without a token the scheme alone; with a bad one also the error (RFC 6750 §3).",
        f'Bearer realm="userinfo", error="invalid_token", error_description="{_INVALID}"',
    )
}
_JWT: Json = {
    "application/jwt": {
        "schema": text(
            "A JWS, or a JWE with the claims or a JWS inside. Its payload is the same object; a JWS also holds `iss` "
            "and `aud`.",
            pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}$",
        ),
        "examples": {"signed": {"value": "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiI4SnQwIn0.c2lnbmF0dXJl"}},
    }
}
_FOUND = json_answer(
    "The claims of the granted scopes and those named in `claims`. A claim without a value is left out. JSON, unless "
    "the client registered `userinfo_signed_response_alg` or `userinfo_encrypted_response_alg`: then a JWT, whatever "
    "`Accept` says (Core §5.3.2).",
    ref("UserInfo"),
    {"profile and phone": USERINFO},
    headers=_HEADERS,
)
_ANSWERS = {
    200: _FOUND | {"content": _FOUND["content"] | _JWT},
    400: or_bare(
        oauth_errors(
            (
                *(_R.PARAMETER_REPEATED, _R.AUTHORIZATION_REPEATED),
                *(_R.TOKEN_TWICE, _R.TOKEN_IN_QUERY, _R.ENCRYPTION_KEY_MISSING),
            ),
            headers=_HEADERS | _CHALLENGE,
        ),
        UNREAD,
    ),
    401: json_answer(
        "`invalid_token`; without any token an empty object; `insufficient_user_authentication` where the client "
        "demands a stronger or more recent login: send the browser to `/authorize` with the challenge's `acr_values` "
        "and `max_age` (RFC 9470 §4)",
        {"anyOf": [ref("OAuthError"), {"type": "object", "maxProperties": 0}]},
        {
            _R.TOKEN_INVALID.value: oauth_error(_R.TOKEN_INVALID),
            _R.TOKEN_MISSING.value: {},
            _R.AUTHENTICATION_INSUFFICIENT.value: oauth_error(_R.AUTHENTICATION_INSUFFICIENT),
        },
        headers=_HEADERS | _CHALLENGE,
    ),
    403: oauth_errors((_R.SCOPE_INSUFFICIENT,), headers=_HEADERS | _CHALLENGE),
    405: bare_oauth_error("Another method than GET and POST.", "invalid_request", headers=NO_STORE),
    503: bare_oauth_error("The database does not answer.", "temporarily_unavailable", headers=NO_STORE | RETRY_AFTER),
}
_SECURITY: list[Json] = [{"accessToken": []}, {"openId": ["openid"]}]

PATHS: dict[str, Json] = {
    "/userinfo": {
        "get": operation(
            "userinfo",
            "Who logged in",
            "Compare `sub` with the ID token's before you believe the rest (Core §5.3.2). The token goes in the "
            "header, never in the query. After a logout, a replayed code or a disabled client it is dead at once.",
            _ANSWERS,
            tag="protocol",
            security=_SECURITY,
        ),
        "post": operation(
            "userinfoByForm",
            "Who logged in, asked with POST",
            "The same; the token may also be the only field of a form (RFC 6750 §2.2).",
            _ANSWERS | {413: bare_oauth_error("The form is larger than 64 KiB.", "invalid_request", headers=NO_STORE)},
            tag="protocol",
            security=[*_SECURITY, {}],
            body=form(
                {"access_token": text("Instead of the header (RFC 6750 §2.2).", format="password")},
                example={"access_token": ACCESS_TOKEN},
            )
            | {"required": False},
        ),
        "options": preflight("userinfo"),
    }
}
