"""The front page, the files that pages need, and the pages of the virtual phones."""

from idp.web import csrf
from idp.web.openapi.elements import Json, answer, form, header, operation, page, parameter, redirect, text
from idp.web.openapi.login_pages import CSRF

_KEPT = {"Cache-Control": header("How long it may be kept.", "public, max-age=31536000, immutable")}
_TOO_MUCH = {400: page("More than 200 parameters in the query.")}


def _file(operation_id: str, summary: str, description: str, media_type: str, *parameters: Json) -> Json:
    answers = {
        200: answer("The file.", headers=_KEPT, content={media_type: {"schema": {}}}),
        404: page("There is no such file."),
    }
    if not parameters:
        del answers[404]
    return operation(operation_id, summary, description, answers, tag="other pages", parameters=parameters, security=[])


PATHS: dict[str, Json] = {
    "/": {
        "get": operation(
            "start",
            "The front page",
            "What Eşik is; in a sandbox also the sample people and where everything is.",
            {200: page("The page.")} | _TOO_MUCH,
            tag="other pages",
            security=[],
        )
    },
    "/robots.txt": {
        "get": _file("robots", "What crawlers may read", "Nothing. It must not look like a real login.", "text/plain")
    },
    "/favicon.ico": {"get": _file("favicon", "The mark", "Our own mark, no emblem of anybody's.", "image/svg+xml")},
    "/static/{name}": {
        "get": _file(
            "staticFile",
            "A style sheet, a script or a picture",
            "Pages name it with a version in the query, so it may be kept for a year.",
            "*/*",
            parameter("name", "path", "The file.", text(), example="base.css"),
        )
    },
    "/cihaz-ekle": {
        "get": operation(
            "scannedPairing",
            "A pairing QR code, read by a camera",
            "Says to scan it in the app. The pairing code stands behind `#`, which browsers do not send.",
            {200: page("The page.")} | _TOO_MUCH,
            tag="other pages",
            security=[],
        )
    },
    "/mobil-onay/{approval_id}": {
        "get": operation(
            "scannedApproval",
            "An approval's QR code, read by a camera",
            "Says to scan it in the app, which finds the approval at `/device/v1/approvals`.",
            {200: page("The page.")} | _TOO_MUCH,
            tag="other pages",
            parameters=[parameter("approval_id", "path", "The approval's id.", text(), example="Wm0xk3")],
            security=[],
        )
    },
}

_NUMBER = parameter(
    "phone_number",
    "path",
    "E.164; the usual Turkish spellings are read too.",
    text(),
    example="+905000000001",
)
_NOBODY = {404: page("Nobody here has this phone.")}

SANDBOX_PATHS: dict[str, Json] = {
    "/telefon": {
        "get": operation(
            "virtualPhones",
            "Every virtual phone",
            "Programs read `/sandbox/v1` instead.",
            {200: page("The phones.")} | _TOO_MUCH,
            tag="virtual phones",
            security=[],
        )
    },
    "/telefon/{phone_number}": {
        "get": operation(
            "virtualPhone",
            "One virtual phone",
            "Its messages, newest first, and the button that verifies the number with identity.",
            {200: page("The phone.")} | _TOO_MUCH | _NOBODY,
            tag="virtual phones",
            parameters=[_NUMBER],
            security=[],
        )
    },
    "/telefon/{phone_number}/uygulama.webmanifest": {
        "get": operation(
            "virtualPhoneManifest",
            "What makes a phone an installable app",
            "A web application manifest: the phone's name, its icons and its own scope.",
            {200: answer("The manifest.", content={"application/manifest+json": {"schema": {"type": "object"}}})}
            | _NOBODY,
            tag="virtual phones",
            parameters=[_NUMBER],
            security=[],
        )
    },
    "/telefon/{phone_number}/dogrula": {
        "post": operation(
            "verifyPhone",
            "Verify the number with identity",
            "Stands for holding the identity card to the phone. From now on codes may go to this number.",
            {
                303: redirect("Back to the phone.", {"verified": "/telefon/+905000000016?tamam=dogrulandi"}),
                403: page("The form came from no page of ours."),
                413: page("The form is larger than 64 KiB."),
            }
            | _NOBODY,
            tag="virtual phones",
            parameters=[_NUMBER],
            security=[{"visitCookie": []}],
            body=form(CSRF, required=(csrf.FIELD,), example={csrf.FIELD: "…"}),
        )
    },
    "/telefon/{phone_number}/mesajlari-sil": {
        "post": operation(
            "deleteMessages",
            "Delete the messages of a phone",
            "All of them, for good.",
            {
                303: redirect("Back to the phone.", {"deleted": "/telefon/+905000000001?tamam=silindi"}),
                403: page("The form came from no page of ours."),
                413: page("The form is larger than 64 KiB."),
            }
            | _NOBODY,
            tag="virtual phones",
            parameters=[_NUMBER],
            security=[{"visitCookie": []}],
            body=form(CSRF, required=(csrf.FIELD,), example={csrf.FIELD: "…"}),
        )
    },
}
