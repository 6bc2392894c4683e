"""The words that the description is written in: parameters, forms, answers, operations (OpenAPI 3.1).

Every value is plain data in the shape of the specification; nothing here knows an endpoint.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from idp.protocol.errors import WIRE, Reason

Json = dict[str, Any]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html"
PROBLEM = "application/problem+json"

Place = Literal["query", "path", "header", "cookie"]


def ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def text(description: str = "", **rules: Any) -> Json:
    """The schema of a string."""
    return {"type": "string"} | ({"description": description} if description else {}) | rules


def parameter(
    name: str, place: Place, description: str, schema: Json, *, example: Any = None, required: bool = False
) -> Json:
    described = {"name": name, "in": place, "required": required or place == "path", "description": description}
    return described | {"schema": schema} | ({} if example is None else {"example": example})


def header(description: str, example: str, **rules: Any) -> Json:
    return {"description": description, "schema": {"type": "string"} | rules, "example": example}


NO_STORE = {"Cache-Control": header("Never kept (RFC 6749 §5.1).", "no-store", const="no-store")}
OLD_CACHES = {"Pragma": header("The same for old caches.", "no-cache", const="no-cache")}
ANY_ORIGIN = {
    "Access-Control-Allow-Origin": header("Browser clients may read it from any origin.", "*", const="*"),
}
READABLE = ANY_ORIGIN | {
    "Access-Control-Expose-Headers": header(
        "A script may read the challenge.", "WWW-Authenticate", const="WWW-Authenticate"
    ),
}
UNREAD = "more than 200 parameters"
"""Why a client's request may be refused before anybody looks at what it asks."""
RETRY_AFTER = {"Retry-After": header("Seconds to wait.", "2", pattern="^[0-9]+$")}


def answer(description: str, *, headers: Mapping[str, Json] | None = None, content: Json | None = None) -> Json:
    described: Json = {"description": description}
    if headers:
        described["headers"] = dict(headers)
    if content:
        described["content"] = content
    return described


def json_answer(
    description: str,
    schema: Json,
    examples: Mapping[str, Any],
    *,
    headers: Mapping[str, Json] | None = None,
    media_type: str = JSON,
) -> Json:
    """`examples` are bodies by name."""
    named = {name: {"value": value} for name, value in examples.items()}
    return answer(description, headers=headers, content={media_type: {"schema": schema, "examples": named}})


def oauth_errors(reasons: Iterable[Reason], *, headers: Mapping[str, Json] | None = None) -> Json:
    """An answer whose body is one of these refusals, each with its exact words (RFC 6749 §5.2)."""
    reasons = tuple(reasons)
    codes = ", ".join(f"`{code}`" for code in dict.fromkeys(WIRE[reason][0] for reason in reasons))
    return json_answer(codes, ref("OAuthError"), {reason: oauth_error(reason) for reason in reasons}, headers=headers)


def oauth_error(reason: Reason) -> Json:
    code, description = WIRE[reason]
    return {"error": code, "error_description": description}


def bare_oauth_error(description: str, code: str, *, headers: Mapping[str, Json] | None = None) -> Json:
    """A refusal that came before, or instead of, the protocol: an error code alone."""
    return json_answer(description, ref("OAuthError"), {code: {"error": code}}, headers=headers)


def or_bare(described: Json, when: str) -> Json:
    """The same answer, whose body is an error code alone where the request was not even read: that is `when`."""
    body = described["content"][JSON]
    named = body["examples"] | {"not even read": {"value": {"error": "invalid_request"}}}
    told = f"{described['description'].removesuffix('.')}. `invalid_request` without a description: {when}."
    return described | {"description": told, "content": {JSON: body | {"examples": named}}}


def problem(description: str, status: int, title: str, *, headers: Mapping[str, Json] | None = None) -> Json:
    """What the APIs for programs answer (RFC 9457)."""
    body = {"title": title, "status": status}
    return json_answer(description, ref("Problem"), {"problem": body}, headers=headers, media_type=PROBLEM)


def page(description: str, *, headers: Mapping[str, Json] | None = None) -> Json:
    """An HTML page for people, in Turkish or English."""
    return answer(description, headers=headers, content={HTML: {"schema": {"type": "string"}}})


def redirect(description: str, locations: Mapping[str, str], *, headers: Mapping[str, Json] | None = None) -> Json:
    """303. `locations` are examples by name."""
    named = {name: {"value": value} for name, value in locations.items()}
    location = {
        "description": "Where to go with GET.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
        "examples": named,
    }
    return answer(description, headers={"Location": location} | dict(headers or {}))


def form(fields: Mapping[str, Json], *, required: Sequence[str] = (), example: Mapping[str, str]) -> Json:
    """A form body. Every field comes at most once."""
    schema: Json = {"type": "object", "properties": dict(fields)}
    if required:
        schema["required"] = list(required)
    return {"required": True, "content": {FORM: {"schema": schema, "example": dict(example)}}}


def operation(
    operation_id: str,
    summary: str,
    description: str,
    responses: Mapping[int, Json],
    *,
    tag: str,
    parameters: Sequence[Json] = (),
    body: Json | None = None,
    security: Sequence[Json] | None = None,
) -> Json:
    described: Json = {"tags": [tag], "operationId": operation_id, "summary": summary, "description": description}
    if security is not None:
        described["security"] = list(security)
    if parameters:
        described["parameters"] = list(parameters)
    if body is not None:
        described["requestBody"] = body
    return described | {"responses": {str(status): responses[status] for status in sorted(responses)}}
