"""The device API, and the events a browser waits with. Bodies are described by the models that read and write them."""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from idp.journey.approvals import DECISION_TYPE
from idp.journey.pairing import PAIRING_TYPE, REQUEST_TYPE
from idp.web import device_models as models
from idp.web.device_api import LONGEST_WAIT, PREFIX, SCHEME
from idp.web.openapi.elements import (
    JSON,
    PROBLEM,
    RETRY_AFTER,
    Json,
    answer,
    header,
    json_answer,
    operation,
    page,
    parameter,
    problem,
    ref,
    text,
)
from idp.web.openapi.page_elements import LOGIN_ID

TAG = "devices"

_PAIRING_ID = "p2R7xLq9VbT4nKc1WmYs8dGfHj6uEa3zXoIiQtBv5yA"
_DEVICE_ID = "q8yQ0c6XvT2mJ4rLw1BzKd9fHn5sPa7eGiUoRtYxCbM"
_APPROVAL_ID = "Zk3vWn8LrT1yQ6pXc9BdMs2fJg7hEa4uKoRiVtYxPbN"
_JWS = "eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dpcmlzLmV4YW1wbGUub3JnIn0.MEUCIQDc3v0w"
_ASKED = {
    "id": _APPROVAL_ID,
    "service": "Merkezi Randevu Sistemi",
    "account": False,
    "recovery": False,
    "browser": "Firefox, Windows",
    "place": "203.0.113.*",
    "asked_at": "2026-11-23T09:30:00Z",
    "expires_at": "2026-11-23T09:32:00Z",
}
_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "wVKE4dZBqF_N-Y4WfsN7BnR2RCfv6f56LhjjO3FHYO0",
    "y": "srhqM0ZH-EboKwSh2JfTV1LhOsy3cqlyvjejtKJGlC0",
}
_CLAIM = {"pairing_code": "ABCD-EFGH", "name": "Ayşe'nin telefonu", "public_key": _KEY, "proof": _JWS}
_SIGNED = (
    "A compact JWS with `alg` `ES256`, exactly this `typ`, `kid` where it is named, and no other header; `aud` is the "
    "issuer and `iat` at most a minute away."
)

_NOT_SIGNED = problem(
    "Not signed by the right key, for this very use, within the last minute. It is the same answer whatever is wrong.",
    401,
    "Not authenticated",
    headers={"WWW-Authenticate": header("The scheme.", SCHEME, const=SCHEME)},
)
_UNREADABLE: dict[int, Json] = {
    400: problem("No JSON that can be read.", 400, "Bad request"),
    413: problem("The body is larger than 16 KiB.", 413, "Too large"),
}
_AWAY: dict[int, Json] = {
    503: problem("The database does not answer. Trying again is safe.", 503, "Unavailable", headers=RETRY_AFTER)
}
_UNFIT = "A member is missing, not of its type, out of bounds, or not named here."


def _json(schema: str, example: object) -> Json:
    return {"required": True, "content": {JSON: {"schema": ref(schema), "examples": {"one": {"value": example}}}}}


def _operation(operation_id: str, summary: str, description: str, answers: Mapping[int, Json], **further: Any) -> Json:
    return operation(operation_id, summary, description, {**answers, **_AWAY}, tag=TAG, **further)


_WRONG_NUMBER = {
    "description": "Another number than the browser shows, with `tries_left`; or the body is not as described.",
    "content": {
        PROBLEM: {
            "schema": {"anyOf": [ref("WrongNumberProblem"), ref("Problem")]},
            "examples": {
                "wrong number": {"value": {"title": "Wrong number", "status": 422, "tries_left": 2}},
                "unfit": {"value": {"title": "Unprocessable content", "status": 422}},
            },
        }
    },
}

PATHS: dict[str, Json] = {
    f"{PREFIX}/pairings": {
        "post": _operation(
            "claimPairing",
            "Show the pairing code",
            "The first device that shows the code is claimed; the citizen then compares the fingerprint and says yes "
            f"on the account page. `proof`: {_SIGNED} Its `typ` is `{PAIRING_TYPE}`, its payload also has "
            "`pairing_code` (eight letters, no hyphen) and `jkt`, the key's RFC 7638 thumbprint.",
            {
                201: json_answer(
                    "Claimed.",
                    ref("PairingClaimed"),
                    {
                        "claimed": {
                            "pairing_id": _PAIRING_ID,
                            "fingerprint": "C6BD 7B5C 45D8 8201",
                            "expires_at": "2026-11-23T09:35:00Z",
                        }
                    },
                    headers={"Location": header("Where to ask how it stands.", f"{PREFIX}/pairings/{_PAIRING_ID}")},
                ),
                401: _NOT_SIGNED,
                404: problem("The code is wrong, expired, or was shown before.", 404, "Not found"),
                422: problem(f"{_UNFIT} Or `public_key` is no point of the curve.", 422, "Unprocessable content"),
                429: problem("Too many codes were shown.", 429, "Too many requests", headers=RETRY_AFTER),
            }
            | _UNREADABLE,
            body=_json("PairingClaim", _CLAIM),
            security=[],
        )
    },
    f"{PREFIX}/pairings/{{pairing_id}}": {
        "get": _operation(
            "pairingStatus",
            "How a pairing stands",
            f"For the key that claimed it; the header needs no `kid`. Once `registered`, `device_id` is the `kid`. "
            f"`Authorization: {SCHEME} <JWS>`: {_SIGNED} Its `typ` is `{REQUEST_TYPE}`; `htm` is `GET`, `htu` this "
            "path, `jti` a new name.",
            {
                200: json_answer(
                    "How it stands.",
                    ref("PairingStatus"),
                    {
                        "claimed": {"status": "claimed", "device_id": None},
                        "registered": {"status": "registered", "device_id": _DEVICE_ID},
                    },
                ),
                401: _NOT_SIGNED,
            },
            parameters=[parameter("pairing_id", "path", "From `claimPairing`.", text(), example=_PAIRING_ID)],
            security=[{"deviceSignature": []}],
        )
    },
    f"{PREFIX}/approvals": {
        "get": _operation(
            "waitingApprovals",
            "What waits for a verdict",
            "Answers at once, or as soon as something waits within `wait` seconds. Never the number: the citizen reads "
            f"it in the browser. `Authorization: {SCHEME} <JWS>`: {_SIGNED} Its `typ` is `{REQUEST_TYPE}`, its `kid` "
            "the device's id; `htm` is `GET`, `htu` this path without its query, `jti` a new name.",
            {
                200: json_answer(
                    "At most one.",
                    ref("Approvals"),
                    {"one": {"approvals": [_ASKED]}, "nothing in time": {"approvals": []}},
                ),
                401: _NOT_SIGNED,
                422: problem("`wait` is out of bounds.", 422, "Unprocessable content"),
            },
            parameters=[
                parameter(
                    "wait",
                    "query",
                    "Seconds to wait at most.",
                    {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
                    example=LONGEST_WAIT,
                )
            ],
            security=[{"deviceSignature": []}],
        )
    },
    f"{PREFIX}/approvals/{{approval_id}}/decision": {
        "post": _operation(
            "decideApproval",
            "Approve or refuse",
            f"{_SIGNED} Its `typ` is `{DECISION_TYPE}`, its `kid` the device's id; the payload also has `approval` "
            "(the id in this path), `verdict` (`approved`, `denied`, `not_me`) and, to approve, `number`, two digits. "
            "Three wrong numbers end the request. `denied` ends the login; `not_me` also raises an alarm and warns the "
            "citizen. A verdict is given once.",
            {
                200: json_answer("It counts.", ref("DecisionTaken"), {"approved": {"status": "approved"}}),
                401: _NOT_SIGNED,
                409: problem(
                    "Nothing to decide: over, decided, replaced by a newer request, or never this citizen's.",
                    409,
                    "Not waiting",
                ),
                422: _WRONG_NUMBER,
            }
            | _UNREADABLE,
            parameters=[parameter("approval_id", "path", "From `waitingApprovals`.", text(), example=_APPROVAL_ID)],
            body=_json("Decision", {"decision": _JWS}),
            security=[{"deviceSignature": []}],
        )
    },
    "/login/{login_id}/app/events": {
        "get": operation(
            "approvalEvents",
            "Wait for the device's answer",
            "Server-sent events for the page that waits: one event, `approved`, `denied` or `expired`, and the end. "
            "What it means is decided when the page's form is sent, which also works without this.",
            {
                200: answer(
                    "The stream.",
                    content={"text/event-stream": {"schema": text(), "example": "event: approved\ndata: approved\n\n"}},
                ),
                404: page("No such login in this browser."),
                503: page("The database does not answer.", headers=RETRY_AFTER),
            },
            tag="login pages",
            parameters=[parameter("login_id", "path", "The login.", text(), example=LOGIN_ID)],
            security=[{"loginCookie": []}],
        )
    },
}

SCHEMAS: dict[str, Json] = models_json_schema(
    [
        (models.PairingClaim, "validation"),
        (models.PairingClaimed, "serialization"),
        (models.PairingStatus, "serialization"),
        (models.Approvals, "serialization"),
        (models.Decision, "validation"),
        (models.DecisionTaken, "serialization"),
        (models.WrongNumberProblem, "serialization"),
    ],
    ref_template="#/components/schemas/{model}",
)[1]["$defs"]

SECURITY_SCHEMES: dict[str, Json] = {
    "deviceSignature": {
        "type": "http",
        "scheme": SCHEME,
        "description": "A compact JWS by the device's own P-256 key. Nothing is remembered of it: it lasts a minute, "
        "and only reads.",
    }
}
