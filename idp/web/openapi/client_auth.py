"""How a client authenticates, and what it is told when that fails: the same wherever clients call themselves."""

from idp.protocol.errors import Reason
from idp.web.openapi.authorize_parameters import CLIENT_ID
from idp.web.openapi.elements import Json, header, oauth_errors, text

WAYS = """
A client authenticates as it is registered: `client_secret_basic` (id and secret form-encoded, then Basic),
`client_secret_post` (both in the form), or `private_key_jwt` (an assertion in the form, signed with its own key, for
one use). Two methods at once are refused.
"""

FIELDS: dict[str, Json] = {
    "client_id": CLIENT_ID | {"description": "For `client_secret_post` and public clients."},
    "client_secret": text("For `client_secret_post` only.", format="password"),
    "client_assertion_type": text(
        "For `private_key_jwt` only.", const="urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ),
    "client_assertion": text(
        "For `private_key_jwt` only: a JWT signed by a registered key, with `iss` and `sub` the `client_id`, `aud` the "
        "issuer (or this address), `exp` at most an hour away, and a `jti` never sent before (RFC 7523 §3)."
    ),
}

SECURITY: list[Json] = [{"clientSecret": []}, {}]
"""Basic, or what the form holds."""

_CHALLENGE = {
    "WWW-Authenticate": header("How to authenticate (RFC 9110 §11.6.1).", 'Basic realm="token", charset="UTF-8"')
}


def refused(headers: dict[str, Json]) -> Json:
    """401, one text for all: unknown and wrong look the same."""
    return oauth_errors((Reason.CLIENT_NOT_AUTHENTICATED,), headers=headers | _CHALLENGE)
