"""What a browser asks before a script of another origin may call an endpoint (Fetch, CORS preflight)."""

from idp.web.openapi.elements import ANY_ORIGIN, Json, answer, header, operation

_HEADERS = ANY_ORIGIN | {
    "Access-Control-Allow-Methods": header("Which methods.", "GET, POST"),
    "Access-Control-Allow-Headers": header("Which headers.", "authorization, content-type"),
    "Access-Control-Max-Age": header("Seconds that the answer may be kept.", "3600"),
}


def preflight(endpoint: str) -> Json:
    return operation(
        f"{endpoint}Preflight",
        "May another origin call this?",
        "Any origin may: what is needed is a code, a token, or nothing secret; no cookie counts here.",
        {204: answer("Yes.", headers=_HEADERS)},
        tag="protocol",
        security=[],
    )
