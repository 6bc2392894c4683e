"""What everybody may read: the discovery document, at both its addresses, and the public keys."""

from idp.web.openapi.elements import (
    ANY_ORIGIN,
    Json,
    answer,
    header,
    json_answer,
    operation,
    parameter,
    problem,
    ref,
    text,
)
from idp.web.openapi.examples import DISCOVERY, JWKS
from idp.web.openapi.preflight import preflight

_KEPT = ANY_ORIGIN | {
    "ETag": header("Changes with the content.", '"3f1c9be7d0a2465c8b7e1f0d9a6c4b25"'),
    "Cache-Control": header("How long it may be kept.", "public, max-age=60"),
}
_IF_CHANGED = parameter(
    "If-None-Match",
    "header",
    "The `ETag` of what you have (RFC 9110 §13.1.2).",
    text(),
    example='"3f1c9be7d0a2465c8b7e1f0d9a6c4b25"',
)


def _document(operation_id: str, summary: str, description: str, schema: str, example: Json) -> Json:
    return operation(
        operation_id,
        summary,
        description,
        {
            200: json_answer("The document.", ref(schema), {"document": example}, headers=_KEPT),
            304: answer("You have the newest.", headers=_KEPT),
            405: problem("Not a GET.", 405, "Method not allowed"),
            503: problem("There are no keys, or the database does not answer.", 503, "Unavailable"),
        },
        tag="protocol",
        parameters=[_IF_CHANGED],
        security=[],
    )


_DISCOVERY = (
    "Where everything is and what is supported (OpenID Connect Discovery §4; RFC 8414). Configure your client with the "
    "issuer alone and let it read this. `issuer` must equal what you configured, character for character."
)

PATHS: dict[str, Json] = {
    "/.well-known/openid-configuration": {
        "get": _document("discovery", "Discovery document", _DISCOVERY, "Discovery", DISCOVERY),
        "options": preflight("discovery"),
    },
    "/.well-known/oauth-authorization-server": {
        "get": _document(
            "authorizationServerMetadata",
            "The same document at OAuth's address",
            "For clients that know RFC 8414 only.",
            "Discovery",
            DISCOVERY,
        ),
        "options": preflight("authorizationServerMetadata"),
    },
    "/jwks": {
        "get": _document(
            "jwks",
            "Public keys",
            "The keys that ID tokens, access tokens, UserInfo answers and logout tokens are signed with (RFC 7517), "
            "each for one `alg`. Keep them for a minute; on an unknown `kid` ask once more. A key is here before it "
            "signs, and stays until the last token it signed is over.",
            "Jwks",
            JWKS,
        ),
        "options": preflight("jwks"),
    },
}
