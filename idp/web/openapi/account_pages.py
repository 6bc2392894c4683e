"""The citizen's own pages, under `/hesabim`. Whoever is not proved enough is sent to log in and comes back."""

from collections.abc import Mapping

from idp.web import csrf
from idp.web.account.addresses import HISTORY, HOME, PASSWORD, SECURITY, SESSIONS, TWO_STEP
from idp.web.openapi.elements import RETRY_AFTER, Json, form, operation, page, redirect, text
from idp.web.openapi.login_pages import CSRF

_LOG_IN = {"log in first": "/login/4MhU0n8rGzJt2c1b7YwXq9KdVfLsPeR3oAiTzQk5mN6/password"}
_LATER = {503: page("Too busy, or the database does not answer.", headers=RETRY_AFTER)}
_LISTS = {400: page("More than 200 parameters in the query.")}
_REFUSED = {403: page("The form came from no page of ours."), 413: page("The form is larger than 64 KiB.")}
_FRESH = "Needs proofs at most five minutes old, at the level the account has."


def _shown(operation_id: str, summary: str, description: str) -> Json:
    answers = {200: page("The page."), 303: redirect("A login, or a fresher one, comes first.", _LOG_IN)}
    return _operation(operation_id, summary, description, answers | _LISTS | _LATER)


def _leads_to(operation_id: str, summary: str, target: str) -> Json:
    description = "For addresses that people keep or reload."
    return _operation(operation_id, summary, description, {303: redirect("There.", {"there": target})} | _LATER)


def _sent(
    operation_id: str,
    summary: str,
    description: str,
    fields: Mapping[str, Json],
    example: Mapping[str, str],
    leads_to: str,
    more: Mapping[int, Json] | None = None,
) -> Json:
    answers = {303: redirect("Done; or a login comes first.", {"done": leads_to} | _LOG_IN)} | _REFUSED | _LATER
    body = form(CSRF | dict(fields), required=(csrf.FIELD,), example={csrf.FIELD: "…"} | dict(example))
    return _operation(operation_id, summary, f"{description} {_FRESH}", answers | dict(more or {}), body)


def _operation(
    operation_id: str, summary: str, description: str, answers: Mapping[int, Json], body: Json | None = None
) -> Json:
    return operation(
        operation_id,
        summary,
        description,
        answers,
        tag="account pages",
        body=body,
        security=[{"sessionCookie": []}],
    )


_WRONG = {422: page("The same page again: it says what is missing or wrong.")}

PATHS: dict[str, Json] = {
    HOME: {"get": _shown("accountHome", "The citizen's home", "The account at a glance.")},
    SECURITY: {"get": _leads_to("securitySettings", "Password and security settings", TWO_STEP)},
    TWO_STEP: {
        "get": _shown("twoStepSettings", "Two-step login", _FRESH),
        "post": _sent(
            "changeTwoStep",
            "Switch two-step login on or off",
            "Switching on leads to the code page of a login that ends here; switching off is asked once more.",
            {
                "two_step": text(enum=["on", "off"]),
                "method": text(const="sms"),
                "accept_terms": text(const="yes"),
            },
            {"two_step": "on", "method": "sms", "accept_terms": "yes"},
            "/login/4MhU0n8rGzJt2c1b7YwXq9KdVfLsPeR3oAiTzQk5mN6/enabling",
            _WRONG | {200: page("The question whether to switch it off.")},
        ),
    },
    f"{TWO_STEP}/kapat": {
        "get": _leads_to("switchOffAgain", "Back to two-step login", TWO_STEP),
        "post": _sent(
            "switchTwoStepOff",
            "Switch two-step login off",
            "Other sessions end, and a notice goes to the phone.",
            {"decision": text(enum=["off", "keep"])},
            {"decision": "off"},
            TWO_STEP,
        ),
    },
    PASSWORD: {
        "get": _shown("passwordChange", "Change the password", _FRESH),
        "post": _sent(
            "changePassword",
            "Change the password",
            "The new one must satisfy the policy and differ from the last three.",
            {
                "new_password": text(format="password"),
                "new_password_repeat": text(format="password"),
            },
            {"new_password": "Esik-Deneme-2", "new_password_repeat": "Esik-Deneme-2"},
            PASSWORD,
            _WRONG | {200: page("The password was changed.")},
        ),
    },
    SESSIONS: {"get": _shown("sessions", "Open sessions", _FRESH)},
    f"{SESSIONS}/kapat": {
        "get": _leads_to("endSessionAgain", "Back to the sessions", SESSIONS),
        "post": _sent(
            "endSession",
            "End one session",
            "Of one's own; another's id ends nothing.",
            {"session_id": text(minLength=1)},
            {"session_id": "Vq2mX8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQk"},
            SESSIONS,
        ),
    },
    f"{SESSIONS}/hepsini-kapat": {
        "get": _leads_to("endAllSessionsAgain", "Back to the sessions", SESSIONS),
        "post": _sent("endAllSessions", "End all sessions", "This one too.", {}, {}, "/"),
    },
    HISTORY: {"get": _shown("loginHistory", "Login history", f"The latest logins, successful and failed. {_FRESH}")},
}
