"""What FastAPI generates for the JSON APIs, finished: readable ids, examples, and refusals in their real shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.web.openapi.elements import JSON, Json, problem


@dataclass(frozen=True, slots=True)
class Finish:
    """What a generated operation lacks. `success` describes the 200; `examples` are its bodies by name."""

    operation_id: str
    description: str
    success: str
    examples: Mapping[str, Any]


_PERSON = {
    "id": "two-step-sms",
    "national_id": "98765430170",
    "password": "Esik-Deneme-1",
    "phone_number": "+905000000001",
    "two_step": True,
    "methods": ["sms"],
    "credentials": {"totp_secret": None, "backup_codes": [], "device": None, "passkey": None},
    "note": "Two-step login on",
}
_MESSAGE = {
    "id": "0000000000000042",
    "sent_at": "2026-11-23T09:30:00Z",
    "text": "482915 Eşik doğrulama kodunuz. Kimseyle paylaşmayın. EMÜLATÖR\n@giris.example.org #482915",
    "code": "482915",
}
_INBOX = "/sandbox/v1/phones/{phone_number}/messages"

FINISHES: dict[tuple[str, str], Finish] = {
    ("get", "/livez"): Finish(
        "livez",
        "Answers without touching the database, so that a slow database never restarts the process.",
        "The process is alive.",
        {"alive": {"status": "ok"}},
    ),
    ("get", "/readyz"): Finish(
        "readyz",
        "Asks the database, and whether there are keys to sign with. 503 takes the process out of a load balancer.",
        "The process can serve.",
        {"ready": {"status": "ok"}},
    ),
    ("get", "/sandbox/v1/personas"): Finish(
        "personas",
        "Each as they are now: what was switched in the account pages shows here. `esik seed --reset` restores them.",
        "The sample people.",
        {"one": [_PERSON]},
    ),
    ("get", _INBOX): Finish(
        "messages",
        "The messages of one virtual phone, newest first, at most 50.",
        "The messages; `[]` when there are none.",
        {"a code": [_MESSAGE], "nothing": []},
    ),
    ("get", f"{_INBOX}/wait"): Finish(
        "waitForMessages",
        "Answers as soon as there is a message after `after`, newest first, and with `[]` when `timeout` is over. Take "
        "the newest id before you cause a message, so that an older one is not taken for it.",
        "What came; `[]` when nothing did.",
        {"a code": [_MESSAGE], "nothing in time": []},
    ),
}

_PARAMETERS: Mapping[str, Any] = {
    "phone_number": _PERSON["phone_number"],
    "after": _MESSAGE["id"],
    "timeout": 10,
    "delay": 5,
}
_REFUSALS = {
    "400": ("More than 200 parameters in the query.", 400, "Bad request"),
    "404": ("Nobody here has this phone.", 404, "Not found"),
    "422": ("A parameter is not of its type, or out of bounds.", 422, "Unprocessable content"),
}
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


def finish(document: Json) -> Json:
    """The generated document with everything in it that its readers need.

    Raises KeyError for an unknown operation or parameter.
    """
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _finish(operation, FINISHES[method, path])
    schemas = document.get("components", {}).get("schemas", {})
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    return document


def _finish(operation: Json, by: Finish) -> None:
    operation["operationId"] = by.operation_id
    operation["description"] = by.description
    operation["security"] = []
    for parameter in operation.get("parameters", ()):
        parameter["example"] = _PARAMETERS[parameter["name"]]
    answers = operation["responses"]
    answers["200"]["description"] = by.success
    answers["200"]["content"][JSON]["examples"] = {name: {"value": body} for name, body in by.examples.items()}
    answers["200"]["content"][JSON]["schema"].pop("title", None)
    for status in answers.keys() & _REFUSALS.keys():
        answers[status] = problem(*_REFUSALS[status])
    if "503" in answers:
        answers["503"]["content"][JSON]["examples"] = {"unavailable": {"value": {"status": "unavailable"}}}
