"""The shapes of bodies and tokens that FastAPI does not know of."""

from idp.domain.evidence import Method
from idp.policy.assurance import AMR, reachable_levels
from idp.protocol.errors import WIRE
from idp.web.openapi import examples
from idp.web.openapi.elements import Json, text
from idp.web.openapi.metadata_schemas import METADATA_SCHEMAS
from idp.web.openapi.registration_schemas import REGISTRATION_SCHEMAS

_SECONDS = "Seconds since the epoch."
_URI = text(format="uri")
_AMR_VALUES = [*dict.fromkeys(value for method in Method for value in AMR[method]), "mfa"]


def _instant(description: str) -> Json:
    return {"type": "integer", "minimum": 1, "description": f"{description} {_SECONDS}"}


_ACR = text(
    "The level that was reached: one string, never a list. Compare by rank, with at least (`>=`).",
    enum=[level.acr for level in reachable_levels()],
)
_AMR = {
    "type": "array",
    "items": {"type": "string", "enum": _AMR_VALUES},
    "minItems": 1,
    "description": "How it was proved (RFC 8176). For people and logs; decide by `acr`.",
}
_AUTH_TIME = _instant("When the oldest proof behind `acr` was made.")
_SUB = text("Who: stable for one client, and by default different at every other.", minLength=1, maxLength=255)


def _record(description: str, properties: Json, required: list[str], example: Json) -> Json:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": required,
        "examples": [example],
    }


_ID_TOKEN_CLAIMS = _record(
    "What the ID token says (Core §2). Signed with the algorithm that the client registered; `typ` is `JWT`.",
    {
        "iss": _URI | {"description": "The issuer, exactly as configured."},
        "sub": _SUB,
        "aud": text("Your `client_id`: a string."),
        "iat": _instant("When it was made."),
        "exp": _instant("When it is over: ten minutes later."),
        "auth_time": _AUTH_TIME,
        "nonce": text("As sent; absent if none was."),
        "acr": _ACR,
        "amr": _AMR,
        "at_hash": text("Binds the access token (Core §3.1.3.6).", pattern="^[A-Za-z0-9_-]{22}$"),
        "sid": text("The citizen's session here.", minLength=1),
    },
    ["iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "at_hash", "sid"],
    examples.ID_TOKEN_CLAIMS,
)

_ACCESS_TOKEN_CLAIMS = _record(
    "What the access token says (RFC 9068). Always ES256; `typ` is `at+jwt`. Never take it for an ID token. One of the "
    "client itself has its `client_id` as `sub`, and neither `scope` nor anything about a login.",
    {
        "iss": _URI | {"description": "The issuer."},
        "sub": _SUB,
        "aud": {
            "type": ["string", "array"],
            "items": _URI,
            "minItems": 2,
            "description": "What was asked for as `resource`, several as an array; else the issuer itself, whose "
            "resource is the UserInfo endpoint. Refuse a token that does not name you.",
        },
        "client_id": text("To whom it was given."),
        "iat": _instant("When it was made."),
        "exp": _instant("When it is over."),
        "jti": text("Its name; never the same twice.", minLength=16),
        "scope": text("What was granted, space-separated."),
        "acr": _ACR,
        "amr": _AMR,
        "auth_time": _AUTH_TIME,
    },
    ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"],
    examples.ACCESS_TOKEN_CLAIMS,
)

_TOKEN_RESPONSE = _record(
    "What a code, a refresh token or the client's own credentials are worth (RFC 6749 §5.1; Core §3.1.3.3).",
    {
        "access_token": text("A JWT with `AccessTokenClaims`."),
        "token_type": text(const="Bearer"),
        "expires_in": {"type": "integer", "minimum": 1, "maximum": 600, "description": "Seconds."},
        "scope": text("What was granted, space-separated. Absent for the client itself."),
        "id_token": text("A JWT with `IdTokenClaims`, with the scope `openid`; after a refresh without `nonce`."),
        "refresh_token": text("With the scope `offline_access`. For one use.", pattern="^[A-Za-z0-9_-]{43}$"),
    },
    ["access_token", "token_type", "expires_in"],
    examples.TOKEN_RESPONSE,
)

_INTROSPECTION = {
    "type": "object",
    "description": "RFC 7662 §2.2, with the members of RFC 9470 §6. `active` false stands alone.",
    "properties": {
        "active": {"type": "boolean"},
        "token_type": text("Of an access token.", const="Bearer"),
    }
    | _ACCESS_TOKEN_CLAIMS["properties"],
    "required": ["active"],
    "if": {"properties": {"active": {"const": False}}},
    "then": {"maxProperties": 1},
    "else": {"required": ["active", "iss", "sub", "client_id", "iat", "exp"]},
    "examples": [{"active": True, "token_type": "Bearer"} | examples.ACCESS_TOKEN_CLAIMS, {"active": False}],
}

_USER_INFO = _record(
    "Claims about the citizen (Core §5.1), those without a value left out. Scope `profile`: names, birth date and what "
    "the record tells of the person; `email`; `address`; `phone`: the number; `kimlik`: the T.C. kimlik number, here "
    "and nowhere else. Only a signed answer holds `iss` and `aud`.",
    {
        "sub": _SUB,
        "iss": text("The issuer, in a signed answer.", format="uri"),
        "aud": text("Your `client_id`, in a signed answer."),
        "name": text(minLength=1),
        "given_name": text(minLength=1),
        "family_name": text(minLength=1),
        "middle_name": text(minLength=1),
        "nickname": text(minLength=1),
        "preferred_username": text("Neither unique nor stable.", minLength=1),
        "profile": text(format="uri"),
        "picture": text(format="uri"),
        "website": text(format="uri"),
        "gender": text(minLength=1),
        "birthdate": text(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        "zoneinfo": text("A name of the time zone database.", minLength=1),
        "locale": text("A language tag (RFC 5646).", minLength=2),
        "updated_at": {"type": "integer", "description": "Seconds since the epoch."},
        "email": text(format="email"),
        "email_verified": {"type": "boolean"},
        "address": {
            "type": "object",
            "description": "Core §5.1.1.",
            "properties": {
                name: text(minLength=1)
                for name in ("formatted", "street_address", "locality", "region", "postal_code", "country")
            },
            "minProperties": 1,
            "additionalProperties": False,
        },
        "phone_number": text("E.164.", pattern="^\\+[1-9][0-9]{6,14}$"),
        "phone_number_verified": {"type": "boolean", "description": "Verified with identity."},
        "national_id": text(pattern="^[1-9][0-9]{10}$"),
    },
    ["sub"],
    examples.USERINFO,
)

_CLAIM_REQUEST: Json = {
    "type": ["object", "null"],
    "properties": {
        "essential": {"type": "boolean"},
        "value": {},
        "values": {"type": "array", "minItems": 1},
    },
    "not": {"required": ["value", "values"]},
}
_CLAIMS_REQUEST: Json = {
    "type": "object",
    "description": "Core §5.5. Claims outside the client's scopes are passed over; at most 8192 characters.",
    "properties": {
        "userinfo": {"type": "object", "additionalProperties": _CLAIM_REQUEST},
        "id_token": {
            "type": "object",
            "properties": {
                "acr": _CLAIM_REQUEST
                | {"description": "Essential with `value` or `values`: a requirement. Else a wish."},
                "sub": _CLAIM_REQUEST | {"description": "With a `value`: only this citizen may be answered for."},
            },
            "additionalProperties": _CLAIM_REQUEST,
        },
    },
}

_OAUTH_ERROR = _record(
    "RFC 6749 §5.2. The words are fixed and never repeat what was sent.",
    {
        "error": text(enum=sorted({code for code, _ in WIRE.values() if code})),
        "error_description": text(
            "For developers: ASCII, no quotes.", pattern="^[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]*$"
        ),
    },
    ["error"],
    {"error": "invalid_grant", "error_description": "code_verifier does not match code_challenge."},
)

_PROBLEM = _record(
    "What the APIs for programs answer when something is wrong (RFC 9457).",
    {
        "title": text("The same for every problem of a kind."),
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": text("What was wrong here.") | {"type": ["string", "null"]},
    },
    ["title", "status"],
    {"title": "Not found", "status": 404},
)

SCHEMAS: dict[str, Json] = (
    {
        "TokenResponse": _TOKEN_RESPONSE,
        "Introspection": _INTROSPECTION,
        "IdTokenClaims": _ID_TOKEN_CLAIMS,
        "AccessTokenClaims": _ACCESS_TOKEN_CLAIMS,
        "UserInfo": _USER_INFO,
        "ClaimsRequest": _CLAIMS_REQUEST,
        "OAuthError": _OAUTH_ERROR,
        "Problem": _PROBLEM,
    }
    | METADATA_SCHEMAS
    | REGISTRATION_SCHEMAS
)
