"""The parameters of an authorization request, once, for the query and for the form."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from idp.domain.client_metadata import ResponseType
from idp.domain.level import Level
from idp.policy.assurance import reachable_levels
from idp.protocol.claims import SCOPES
from idp.web.openapi.elements import JSON, Json, form, parameter, ref, text
from idp.web.openapi.examples import ID_TOKEN, REQUEST_OBJECT

CLIENT_ID = text(minLength=1, maxLength=255, pattern="^[ -~]+$")
URI = text(format="uri")
CODE_CHALLENGE = text(pattern="^[A-Za-z0-9_-]{43}$")
_PRINTABLE = text(pattern="^[^\\x00-\\x1f\\x7f]*$")
_TAGS = text(pattern="^[A-Za-z0-9-]+( [A-Za-z0-9-]+)*$")

ESSENTIAL_TWO_STEP = {
    "id_token": {"acr": {"essential": True, "values": [level.acr for level in Level if level >= Level.TWO_STEP]}}
}
"""What a relying party sends that will take nothing less than two steps."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`example` is text, or for `claims` an object. `usual`: the example of a whole form has it too."""

    name: str
    description: str
    schema: Json
    example: Any
    required: bool = False
    usual: bool = True


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("client_id", "Who asks, as registered (RFC 6749 §2.2).", CLIENT_ID, "clinic", required=True),
    Parameter(
        "redirect_uri",
        "Where the answer goes: a registered address, compared character for character (Core §3.1.2.1).",
        URI,
        "https://rp.example.org/callback",
        required=True,
    ),
    Parameter(
        "response_type",
        "`code`. The others exist only where the operator switched them on (Core §3.1.2.1, §3.2.2.1).",
        text(enum=[one.value for one in ResponseType]),
        "code",
        required=True,
    ),
    Parameter(
        "scope",
        f"Space-separated; `openid` must be in it. Known: {', '.join(f'`{scope}`' for scope in SCOPES)}; what is "
        "unknown, or not registered for the client, is passed over (Core §3.1.2.1, §5.4).",
        text(pattern="(^| )openid( |$)"),
        "openid profile",
        required=True,
    ),
    Parameter(
        "resource",
        "What the access token shall be for: a protected resource that is known here. May be repeated; without it the "
        "token is for `/userinfo` (RFC 8707 §2).",
        URI,
        "https://api.example.org",
        usual=False,
    ),
    Parameter("state", "Comes back unchanged. Bind it to the browser (RFC 6749 §10.12).", _PRINTABLE, "af0ifjsldkj"),
    Parameter("nonce", "Comes back in the ID token (Core §3.1.2.1).", _PRINTABLE, "n-0S6_WzA2Mj"),
    Parameter(
        "code_challenge",
        "Base64url SHA-256 of your `code_verifier`. Required unless the client is registered with PKCE optional "
        "(RFC 7636 §4.2).",
        CODE_CHALLENGE,
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    ),
    Parameter("code_challenge_method", "Required with `code_challenge` (RFC 7636 §4.3).", text(const="S256"), "S256"),
    Parameter(
        "response_mode",
        "How the answer comes: in the query where nothing is said (OAuth 2.0 Multiple Response Types §2.1; Form Post).",
        text(enum=["query", "fragment", "form_post"]),
        "query",
        usual=False,
    ),
    Parameter(
        "acr_values",
        "Wished-for levels, space-separated, the preferred one first. A wish only: compare the `acr` that comes back "
        "(Core §3.1.2.1).",
        text(),
        " ".join(level.acr for level in reversed(reachable_levels())),
    ),
    Parameter(
        "claims",
        "Single claims, and what the level must be. With an essential `acr` the login reaches one of the listed levels "
        "or ends with `unmet_authentication_requirements` (Core §5.5, §5.5.1.1).",
        ref("ClaimsRequest"),
        ESSENTIAL_TWO_STEP,
    ),
    Parameter(
        "max_age",
        "Seconds that the oldest proof of the login may be old. `0` acts like `prompt=login` (Core §3.1.2.1).",
        {"type": "integer", "minimum": 0},
        3600,
    ),
    Parameter(
        "prompt",
        "Space-separated: `none` (show no page; alone only), `login` (prove again), `consent` (ask again), "
        "`select_account` (Core §3.1.2.1). `offline_access` needs `consent` (§11).",
        text(pattern="^(none|(login|consent|select_account)( (login|consent|select_account))*)$"),
        "login",
    ),
    Parameter(
        "login_hint",
        "Fills the login form when it is a valid T.C. kimlik number. Better not: addresses end up in logs "
        "(Core §3.1.2.1).",
        text(),
        "98765430170",
        usual=False,
    ),
    Parameter(
        "id_token_hint",
        "An ID token given to this client, expired or not: only its citizen is answered for, else `login_required` "
        "(Core §3.1.2.1).",
        text(),
        ID_TOKEN,
        usual=False,
    ),
    Parameter("ui_locales", "Languages of the pages, preferred first: `tr`, `en` (Core §3.1.2.1).", _TAGS, "en tr"),
    Parameter("display", "Read and passed over: one page fits all (Core §3.1.2.1).", text(), "page", usual=False),
    Parameter("claims_locales", "Read and passed over (Core §5.2).", text(), "tr en", usual=False),
    Parameter(
        "request",
        "A request object: a JWT with these parameters as members, signed by a registered key. What is inside wins; "
        "`client_id` must stand outside too. Not together with `request_uri` (Core §6.1; RFC 9101).",
        text(),
        REQUEST_OBJECT,
        usual=False,
    ),
    Parameter(
        "request_uri",
        "The registered https address of a request object, compared whole, fragment included (Core §6.2).",
        URI,
        "https://rp.example.org/request.jwt",
        usual=False,
    ),
    Parameter(
        "registration",
        "Refused: a client registers beforehand (Core §7.2.1, §3.1.2.6).",
        text(),
        '{"client_name": "Poliklinik"}',
        usual=False,
    ),
)


def as_query(parameters: Sequence[Parameter]) -> list[Json]:
    return [_in_query(one) for one in parameters]


def _in_query(one: Parameter) -> Json:
    described = parameter(one.name, "query", one.description, one.schema, example=one.example, required=one.required)
    if one.name != "claims":
        return described
    del described["schema"], described["example"]
    return described | {"content": {JSON: {"schema": one.schema, "example": one.example}}}


def as_form(parameters: Sequence[Parameter]) -> Json:
    fields = {one.name: _in_form(one) for one in parameters}
    example = {one.name: fields[one.name]["examples"][0] for one in parameters if one.usual}
    return form(fields, required=[one.name for one in parameters if one.required], example=example)


def _in_form(one: Parameter) -> Json:
    if one.name == "claims":
        written = json.dumps(one.example)
        return text(one.description, contentMediaType=JSON, contentSchema=one.schema, examples=[written])
    return {"description": one.description} | one.schema | {"examples": [one.example]}
