"""`/logout` (OpenID Connect RP-Initiated Logout 1.0)."""

from idp.protocol.errors import WIRE, Reason
from idp.web.openapi.authorize_parameters import CLIENT_ID, URI, Parameter, as_form, as_query
from idp.web.openapi.elements import RETRY_AFTER, Json, header, operation, page, redirect, text
from idp.web.openapi.examples import ID_TOKEN

_PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "id_token_hint",
        "The ID token of the login to end, expired or not (§2). Without it the citizen is asked first.",
        text(),
        ID_TOKEN,
    ),
    Parameter(
        "post_logout_redirect_uri",
        "A registered address to come back to (§3). Followed only together with a valid `id_token_hint`.",
        URI,
        "https://rp.example.org/",
    ),
    Parameter("state", "Comes back unchanged with `post_logout_redirect_uri` (§3).", text(), "af0ifjsldkj"),
    Parameter(
        "client_id", "The client of the hint; for another one the hint does not count (§2).", CLIENT_ID, "clinic"
    ),
    Parameter(
        "logout_hint",
        "Changes nothing: only an ID token says whose login is meant (§2).",
        text(),
        "98765430170",
        usual=False,
    ),
    Parameter("ui_locales", "Languages of the pages, preferred first (§2).", text(), "en tr"),
)

_CLEARED = {
    "Clear-Site-Data": header(
        "The browser forgets what it kept of us.", '"cache", "storage"', const='"cache", "storage"'
    )
}
_ANSWERS = {
    200: page(
        "The question whether to log out here too, when the hint does not name this browser's session; or the page "
        "that says it is done. That page loads every `frontchannel_logout_uri` of the session in a frame, with `iss` "
        "and `sid`, and then goes on to `post_logout_redirect_uri`."
    ),
    303: redirect(
        "Logged out, and back to the relying party, where nobody is to be told in a frame; or, from our own question, "
        "back to the account pages.",
        {"back": "https://rp.example.org/?state=af0ifjsldkj", "stayed": "/hesabim"},
        headers=_CLEARED,
    ),
    400: page(f"{WIRE[Reason.PARAMETER_REPEATED][1]} Or there are more than 200 of them."),
    405: page("Another method than GET and POST."),
    503: page("The database does not answer.", headers=RETRY_AFTER),
}
_DESCRIPTION = """
Ends the citizen's session here. Send `id_token_hint`: without it, or when it names another session than this browser's,
the citizen is asked. An address that is not registered is never followed; the logout itself still happens. Every other
service of the session that registered `backchannel_logout_uri` is sent a logout token, within seconds.
"""

PATHS: dict[str, Json] = {
    "/logout": {
        "get": operation(
            "logout",
            "Log out",
            _DESCRIPTION.strip(),
            _ANSWERS,
            tag="protocol",
            parameters=as_query(_PARAMETERS),
            security=[],
        ),
        "post": operation(
            "logoutByForm",
            "Log out with a form",
            "The same parameters as a form. Our own question is answered here too, with `csrf_token` and `decision`.",
            _ANSWERS | {413: page("The form is too large: 12,000 characters, or 64 KiB for an answer.")},
            tag="protocol",
            security=[],
            body=as_form(
                (
                    *_PARAMETERS,
                    Parameter(
                        "decision", "The answer to our question.", text(enum=["logout", "stay"]), "logout", usual=False
                    ),
                    Parameter("csrf_token", "From our question's page.", text(), "…", usual=False),
                )
            ),
        ),
    }
}
