"""The front page, the files that pages need, and the pages of the virtual phones."""

from collections.abc import Mapping

from idp.web.openapi.elements import Json, answer, header, json_answer, operation, page, parameter, redirect, text
from idp.web.openapi.examples import MANIFEST, MARK, ROBOTS, STYLE
from idp.web.openapi.page_elements import LISTS, NOT_OURS, SHOWN, our_form

_TAG = "other pages"
_NEVER, _A_DAY, _FOR_EVER = "no-store", "public, max-age=86400", "public, max-age=31536000, immutable"


def _file(
    operation_id: str, summary: str, description: str, content: Mapping[str, Json], kept: str, *parameters: Json
) -> Json:
    headers = {"Cache-Control": header("How long it may be kept.", kept)}
    answers = {200: answer("The file.", headers=headers, content=dict(content))}
    if parameters:
        answers[404] = answer("There is no such file; the answer has no body.")
    described = operation(operation_id, summary, description, answers, tag=_TAG, parameters=parameters, security=[])
    return {"get": described}


def _page(operation_id: str, summary: str, description: str, *parameters: Json) -> Json:
    answers = SHOWN | LISTS
    described = operation(operation_id, summary, description, answers, tag=_TAG, parameters=parameters, security=[])
    return {"get": described}


PATHS: dict[str, Json] = {
    "/": _page("start", "The front page", "What Eşik is; in a sandbox also the sample people and where everything is."),
    "/robots.txt": _file(
        "robots",
        "What crawlers may read",
        "Nothing. It must not look like a real login.",
        {"text/plain": {"schema": text(), "example": ROBOTS}},
        _NEVER,
    ),
    "/favicon.ico": _file(
        "favicon",
        "The mark",
        "Our own mark, no emblem of anybody's.",
        {"image/svg+xml": {"schema": text(), "example": MARK}},
        _A_DAY,
    ),
    "/static/{name}": _file(
        "staticFile",
        "A style sheet, a script or a picture",
        "Pages name it with a version in the query, so it may be kept for a year.",
        {"*/*": {"schema": {}, "example": STYLE}},
        _FOR_EVER,
        parameter("name", "path", "The file.", text(), example="base.css"),
    ),
    "/cihaz-ekle": _page(
        "scannedPairing",
        "A pairing QR code, read by a camera",
        "Says to scan it in the app. The pairing code stands behind `#`, which browsers do not send.",
    ),
    "/mobil-onay/{approval_id}": _page(
        "scannedApproval",
        "An approval's QR code, read by a camera",
        "Says to scan it in the app, which finds the approval at `/device/v1/approvals`.",
        parameter("approval_id", "path", "The approval's id.", text(), example="Wm0xk3"),
    ),
}

_PHONES_TAG = "virtual phones"
_NUMBER = parameter(
    "phone_number", "path", "E.164; the usual Turkish spellings are read too.", text(), example="+905000000001"
)
_MANIFEST: Json = {
    "type": "object",
    "properties": {name: text() for name in MANIFEST} | {"icons": {"type": "array", "items": {"type": "object"}}},
    "required": list(MANIFEST),
    "additionalProperties": False,
}
_NOBODY = {404: page("Nobody here has this phone.")}


def _of_phone(operation_id: str, summary: str, description: str, answers: Mapping[int, Json]) -> Json:
    every = {**answers, **_NOBODY}
    described = operation(operation_id, summary, description, every, tag=_PHONES_TAG, parameters=[_NUMBER], security=[])
    return {"get": described}


def _pressed(operation_id: str, summary: str, description: str, done: str, leads_to: str) -> Json:
    """A button on the page of a phone."""
    described = operation(
        operation_id,
        summary,
        description,
        {303: redirect("Back to the phone.", {done: leads_to})} | NOT_OURS | _NOBODY,
        tag=_PHONES_TAG,
        parameters=[_NUMBER],
        security=[{"visitCookie": []}],
        body=our_form(),
    )
    return {"post": described}


SANDBOX_PATHS: dict[str, Json] = {
    "/telefon": {
        "get": operation(
            "virtualPhones",
            "Every virtual phone",
            "Programs read `/sandbox/v1` instead.",
            {200: page("The phones.")} | LISTS,
            tag=_PHONES_TAG,
            security=[],
        )
    },
    "/telefon/{phone_number}": _of_phone(
        "virtualPhone",
        "One virtual phone",
        "Its messages, newest first, and the button that verifies the number with identity.",
        {200: page("The phone.")} | LISTS,
    ),
    "/telefon/{phone_number}/uygulama.webmanifest": _of_phone(
        "virtualPhoneManifest",
        "What makes a phone an installable app",
        "A web application manifest: the phone's name, its icons and its own scope.",
        {200: json_answer("The manifest.", _MANIFEST, {"a phone": MANIFEST}, media_type="application/manifest+json")},
    ),
    "/telefon/{phone_number}/dogrula": _pressed(
        "verifyPhone",
        "Verify the number with identity",
        "Stands for holding the identity card to the phone. From now on codes may go to this number.",
        "verified",
        "/telefon/+905000000016?tamam=dogrulandi",
    ),
    "/telefon/{phone_number}/mesajlari-sil": _pressed(
        "deleteMessages",
        "Delete the messages of a phone",
        "All of them, for good.",
        "deleted",
        "/telefon/+905000000001?tamam=silindi",
    ),
}
