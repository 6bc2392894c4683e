"""`/authorize`: where a relying party sends the browser (OpenID Connect Core §3.1.2)."""

from idp.protocol.errors import WIRE, Reason
from idp.web.openapi.authorize_parameters import PARAMETERS, as_form, as_query
from idp.web.openapi.elements import RETRY_AFTER, Json, operation, page, redirect
from idp.web.openapi.page_elements import HERE, TOO_LARGE

_R = Reason

REFUSED_HERE = (_R.CLIENT_UNKNOWN, _R.REDIRECT_URI_MISSING, _R.REDIRECT_URI_UNREGISTERED, _R.PARAMETER_REPEATED)
"""Nothing may be sent back: the browser stays here, on a page."""

REFUSED_AT_ONCE = (
    _R.PARAMETER_REPEATED,
    _R.PARAMETER_UNREADABLE,
    _R.REQUEST_OBJECT,
    _R.REQUEST_OBJECT_CLAIMS,
    _R.REQUEST_OBJECT_PARAMETERS,
    _R.REQUEST_URI,
    _R.REQUEST_TWICE,
    _R.RESPONSE_TYPE_MISSING,
    _R.RESPONSE_TYPE_UNSUPPORTED,
    _R.RESPONSE_TYPE_UNREGISTERED,
    _R.RESPONSE_MODE_UNSUPPORTED,
    _R.RESPONSE_MODE_QUERY,
    _R.RESPONSE_MODE_UNREGISTERED,
    _R.RESPONSE_MODE_UNFIT,
    _R.NONCE_MISSING,
    _R.OPENID_MISSING,
    _R.RESOURCE_UNKNOWN,
    _R.CHALLENGE_MISSING,
    _R.CHALLENGE_MALFORMED,
    _R.CHALLENGE_METHOD,
    _R.PROMPT_UNKNOWN,
    _R.PROMPT_NONE_MIXED,
    _R.MAX_AGE_MALFORMED,
    _R.CLAIMS_MALFORMED,
    _R.ID_TOKEN_HINT,
    _R.REGISTRATION_PARAMETER,
)
"""Something in the request is wrong: the browser goes straight back with the error."""

REFUSED_LATER = (
    _R.ACCESS_DENIED,
    _R.UNMET_AUTHENTICATION_REQUIREMENTS,
    _R.LOGIN_REQUIRED,
    _R.INTERACTION_REQUIRED,
    _R.CONSENT_REQUIRED,
    _R.ACCOUNT_SELECTION_REQUIRED,
    _R.ENCRYPTION_KEY_MISSING,
    _R.SERVER_ERROR,
    _R.TEMPORARILY_UNAVAILABLE,
)
"""The citizen, or where they stand, decided."""


def _table(reasons: tuple[Reason, ...]) -> str:
    rows = (f"| `{WIRE[reason][0]}` | {WIRE[reason][1]} |" for reason in reasons)
    return "\n".join(("| `error` | `error_description` |", "|---|---|", *rows))


_DESCRIPTION = f"""
Begins a login. The browser comes back to `redirect_uri` with `code`, the exact `state` and `iss` (RFC 9207), or with
`error`, `error_description`, `state` and `iss`. Check `iss` in both cases. There are no other parameters.

They come in the query, or as `response_mode` says: in the fragment, or posted by a form. Where the operator switched
the implicit response types on, a client that registered them gets `id_token`, and with `id_token token` also
`access_token`, `token_type` and `expires_in`, in the fragment (Core §3.2.2.5).

Nobody is ever sent to an address that is not registered, character for character.

**Errors in the request**, sent back at once:

{_table(REFUSED_AT_ONCE)}

**Errors that the citizen, or their login, leads to:**

{_table(REFUSED_LATER)}

**Errors that stay here**, on a page with status 400:

{_table(REFUSED_HERE)}
"""

_BACK = "https://rp.example.org/callback"
_LOCATIONS = {
    "a page of the login": HERE,
    "logged in already": f"{_BACK}?code=pX3vR9&state=af0ifjsldkj&iss=https%3A%2F%2Fgiris.example.org",
    "refused": (
        f"{_BACK}?error=unmet_authentication_requirements&error_description=The%20required%20authentication%20level"
        "%20was%20not%20reached.&state=af0ifjsldkj&iss=https%3A%2F%2Fgiris.example.org"
    ),
}
_ANSWERS = {
    200: page("With `response_mode=form_post` and no page to show before: a form that sends the answer by itself."),
    303: redirect("On to a page of the login, or back to the relying party with a code or an error.", _LOCATIONS),
    400: page(
        "A page that says what is wrong: nothing may be sent back. In a sandbox it names the error. Also where there "
        "are more than 200 parameters."
    ),
    403: page("The account that is logged in here was closed meanwhile."),
    405: page("Another method than GET and POST."),
    503: page("The database does not answer. Trying again is safe.", headers=RETRY_AFTER),
}

PATHS: dict[str, Json] = {
    "/authorize": {
        "get": operation(
            "authorize",
            "Begin a login",
            _DESCRIPTION.strip(),
            _ANSWERS,
            tag="protocol",
            parameters=as_query(PARAMETERS),
            security=[],
        ),
        "post": operation(
            "authorizeByForm",
            "Begin a login with a form",
            "The same parameters as a form (Core §3.1.2.1). A form from another site comes without our cookies, so "
            "it is first answered with a redirect to the same request as GET.",
            _ANSWERS | TOO_LARGE,
            tag="protocol",
            body=as_form(PARAMETERS),
            security=[],
        ),
    }
}
