"""The front matter of the document: what this is, its levels, its groups, how callers prove who they are."""

from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.policy.assurance import AMR, level_with, reachable_levels
from idp.web.openapi.elements import Json


def _methods(level: Level) -> str:
    if level is Level.PASSWORD:
        return "`pwd`"
    second = (method for method in Method if method.is_second_factor and level_with(method) is level)
    return " or ".join(" ".join(f"`{value}`" for value in ("pwd", *AMR[method], "mfa")) for method in second)


_LEVELS = "\n".join(f"| {level.value} | `{level.acr}` | {_methods(level)} |" for level in reachable_levels())

DESCRIPTION = f"""
An OpenID Connect provider that emulates the two-step login of e-Devlet Kapısı. It is not e-Devlet, belongs to no
institution, and calls none of their services. Use invented people only.

A relying party needs `/authorize`, `/token`, `/jwks`, perhaps `/userinfo` and `/logout`; the discovery document has all
their addresses. The pages are described for test programs that fill in forms. Virtual phones and `/sandbox/v1` exist in
sandbox mode only.

### Levels

`acr` says how a login was proved. It is **one string** on one ordered scale, which is Eşik's own:

| rank | `acr` | `amr` |
|---|---|---|
{_LEVELS}

- Compare by rank, with *at least*; refuse a value that is missing, unknown, or not a string.
- `acr_values` is a wish. An essential `acr` in `claims`, and the floor a client is registered with, are requirements:
  the login reaches that level or ends with `unmet_authentication_requirements`, never with a weaker token.
- `{Level.PHISHING_RESISTANT.acr}` is reached with a passkey. Required of a citizen who has none, a page says so and
  offers to add one.

### Errors

OAuth JSON at the protocol's endpoints, a page with a reference number for people, `application/problem+json` for
programs elsewhere. Every answer has `X-Request-Id`, the same number.
"""

TAGS: tuple[Json, ...] = (
    {"name": "protocol", "description": "OAuth 2.0 and OpenID Connect."},
    {"name": "registration", "description": "Relying parties that register themselves, where an operator lets them."},
    {"name": "login pages", "description": "The steps of a login, as forms. For test programs and the curious."},
    {"name": "account pages", "description": "The citizen's own pages."},
    {"name": "devices", "description": "What a registered device, an app on a phone, asks and says."},
    {"name": "other pages", "description": "The front page, and the few files that pages need."},
    {"name": "virtual phones", "description": "Sandbox mode only: the phones that codes are sent to."},
    {"name": "sandbox", "description": "Sandbox mode only: what test programs ask. It never logs anybody in."},
    {"name": "health", "description": "For orchestrators."},
)

SECURITY_SCHEMES: dict[str, Json] = {
    "clientSecret": {
        "type": "http",
        "scheme": "basic",
        "description": "`client_id` and `client_secret`, each form-encoded first (RFC 6749 §2.3.1).",
    },
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token from `/token` (RFC 6750 §2.1).",
    },
    "initialAccessToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "From the operator (`esik client token`), where registration needs one (RFC 7591 §3).",
    },
    "registrationToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `registration_access_token` of one client, and for it alone (RFC 7592 §1.2).",
    },
    "openId": {
        "type": "openIdConnect",
        "openIdConnectUrl": "/.well-known/openid-configuration",
        "description": "How a relying party logs citizens in.",
    },
    "loginCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "txn-{login}",
        "description": "Binds a login to the browser that began it; `{login}` is the first twelve characters of "
        "its id. With an https issuer the name begins with `__Host-`.",
    },
    "sessionCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sid",
        "description": "The citizen's session. With an https issuer its name is `__Host-sid`.",
    },
    "visitCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "visit",
        "description": "Binds forms of people who are not logged in. With an https issuer its name is `__Host-visit`.",
    },
}
