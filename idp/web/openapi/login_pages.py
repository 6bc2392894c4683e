"""The steps of a login as an interface: one address each, GET shows it, POST answers it, 303 leads on."""

from collections.abc import Mapping

from idp.policy.journey import Step
from idp.web.openapi.elements import RETRY_AFTER, Json, operation, page, parameter, redirect, text
from idp.web.openapi.page_elements import HERE, LATER, LISTS, LOGIN_ID, TOO_MUCH, our_form

_ID = parameter(
    "login_id",
    "path",
    "The login, from the redirect of `/authorize`. Opens nothing without the cookie of the same browser.",
    text(),
    example=LOGIN_ID,
)
_STEP = parameter(
    "step",
    "path",
    "Another step than the current one leads back to the login.",
    text(enum=[step.value for step in Step if step.is_page]),
    example="code",
)
_BACK = "https://rp.example.org/callback"
_ON = {
    "the next step": f"{HERE}/code",
    "done": f"{_BACK}?code=pX3vR9&state=af0ifjsldkj&iss=https%3A%2F%2Fgiris.example.org",
}
OVER = {
    409: page("The login was finished, or changed, in another tab."),
    410: page("The login is over, unknown, or another browser's."),
}
REFUSED = {
    403: page("The form came from no page of ours, or the citizen or the client was disabled meanwhile.")
} | TOO_MUCH
TYPED = {422: page("The same page again: something typed is missing or wrong, and it says what.")}
WAIT = {429: page("The same page again: too many tries.", headers=RETRY_AFTER)}
_SECURITY: list[Json] = [{"loginCookie": []}]


def answered(
    operation_id: str,
    summary: str,
    description: str,
    fields: Mapping[str, Json] | None = None,
    example: Mapping[str, str] | None = None,
    *,
    more: Mapping[int, Json] | None = None,
    leads_to: Mapping[str, str] = _ON,
) -> Json:
    answers = {303: redirect("On to where the login stands now.", leads_to)} | REFUSED | OVER | LATER
    return {
        "post": operation(
            operation_id,
            summary,
            description,
            answers | dict(more or {}),
            tag="login pages",
            parameters=[_ID],
            body=our_form(fields, example),
            security=_SECURITY,
        )
    }


CODE = {"code": text("Digits; spaces are ignored.", maxLength=11)}

PATHS: dict[str, Json] = {
    "/login/{login_id}": {
        "get": operation(
            "whereTheLoginStands",
            "Where does the login stand?",
            "Leads to the current step, or to the relying party when nothing is missing.",
            {303: redirect("To the step.", _ON), 403: REFUSED[403]} | OVER | LATER,
            tag="login pages",
            parameters=[_ID],
            security=_SECURITY,
        )
    },
    "/login/{login_id}/{step}": {
        "get": operation(
            "loginStep",
            "The page of a step",
            "While it is the current step; any other leads to the login.",
            {200: page("The step."), 303: redirect("This is not the step.", {"the login": HERE})}
            | LISTS
            | OVER
            | LATER,
            tag="login pages",
            parameters=[_ID, _STEP],
            security=_SECURITY,
        )
    },
    "/login/{login_id}/password": answered(
        "answerPassword",
        "Number and password",
        "An unknown number, a wrong password and a closed account get the same answer. After five wrong tries the "
        "waits grow.",
        {
            "national_id": text("T.C. kimlik number; spaces are ignored.", maxLength=20),
            "password": text("The password.", format="password"),
        },
        {"national_id": "98765430170", "password": "Esik-Deneme-1"},
        more=TYPED | WAIT,
    ),
    "/login/{login_id}/account": answered(
        "answerAccount",
        "This citizen, or another",
        "Asked by `prompt=select_account` while somebody is logged in.",
        {"decision": text(enum=["continue", "other"])},
        {"decision": "continue"},
    ),
    "/login/{login_id}/code": answered(
        "answerCode",
        "The SMS code",
        "Three wrong tries use a code up, five in a row pause the method for a quarter of an hour; a new "
        "code does not begin that count anew.",
        CODE,
        {"code": "482915"},
        more=TYPED | WAIT,
    ),
    "/login/{login_id}/enabling": answered(
        "answerEnablingCode",
        "The SMS code that switches two-step login on",
        "It counts as the second step of this login too.",
        CODE,
        {"code": "482915"},
        more=TYPED | WAIT,
        leads_to={"it is on": f"{HERE}/two-step-on"},
    ),
    "/login/{login_id}/app": answered(
        "answerApp",
        "The request was approved on the device",
        "Only what the device signed counts; the form asks whether it is there.",
        more=TYPED | WAIT,
    ),
    "/login/{login_id}/totp": answered(
        "answerTotp",
        "The code of an authenticator app",
        "Each time step is accepted once. Wrong codes are counted as those of an SMS are.",
        CODE,
        {"code": "482915"},
        more=TYPED | WAIT,
    ),
    "/login/{login_id}/passkey": answered(
        "answerPasskey",
        "A passkey's signature",
        "The challenge is on the page and is used once.",
        {"credential": text("An `AuthenticationResponseJSON` of WebAuthn.")},
        {"credential": '{"id": "…", "type": "public-key", "response": {}}'},
        more=TYPED | WAIT,
    ),
    "/login/{login_id}/backup-code": answered(
        "answerBackupCode",
        "A backup code",
        "Each works once; spaces, hyphens and case do not matter.",
        {"code": text("Sixteen letters and digits.", maxLength=40)},
        {"code": "K7WQ-2M9X-4TBN-8RVD"},
        more=TYPED | WAIT,
    ),
    "/login/{login_id}/method": answered(
        "chooseMethod",
        "Choose a second step",
        "One of those on the page; its question is put at once. Nothing proved or counted is carried over.",
        {"method": text(enum=["sms", "app", "totp", "passkey", "backup_code"])},
        {"method": "totp"},
        more=TYPED,
    ),
    "/login/{login_id}/other": answered(
        "chooseAnotherMethod", "Another second step", "To the page that lists them.", more=TYPED
    ),
    "/login/{login_id}/passkey-needed": answered(
        "answerPasskeyNeeded",
        "The service asks for a passkey",
        "`continue` looks again; `decline` leads back with `unmet_authentication_requirements`.",
        {"decision": text(enum=["continue", "decline"])},
        {"decision": "continue"},
        more=TYPED,
    ),
    "/login/{login_id}/new-password": answered(
        "setNewPassword",
        "A new password",
        "Asked once everything else is proved, where the password is too old or was given out in an envelope; and at "
        "the end of a recovery, which logs nobody in. Other sessions end, and a notice goes to the phone.",
        {
            "new_password": text(format="password"),
            "new_password_repeat": text(format="password"),
        },
        {"new_password": "Mavi.Vapur-42", "new_password_repeat": "Mavi.Vapur-42"},
        more=TYPED,
    ),
    "/login/{login_id}/resend": answered(
        "sendAnotherCode",
        "A new code, challenge or approval",
        "A code at most once a minute; only the newest one works.",
        more={200: page("The page again: a new one was sent.")} | WAIT,
        leads_to={"the login moved on": HERE},
    ),
    "/login/{login_id}/two-step-off": answered(
        "answerTwoStepOffer",
        "Switch two-step login on, or not",
        "Shown when the service needs two steps and the citizen has them off. Declining leads back with "
        "`unmet_authentication_requirements`.",
        {"decision": text(enum=["enable", "decline", "continue"]), "accept_terms": text(const="yes")},
        {"decision": "enable", "accept_terms": "yes"},
        more=TYPED,
        leads_to={
            "a code was sent": f"{HERE}/enabling",
            "declined": f"{_BACK}?error=unmet_authentication_requirements&state=af0ifjsldkj",
        },
    ),
    "/login/{login_id}/two-step-on": answered(
        "finishAfterEnabling", "Two-step login is on: finish", "Goes on with the login that waited."
    ),
    "/login/{login_id}/consent": answered(
        "answerConsent",
        "Give the service what it asks for, or not",
        "Remembered, unless the client is registered otherwise. Declining leads back with `access_denied`. Where the "
        "service is no longer what the page showed, nothing is recorded and the page comes again.",
        {"decision": text(enum=["approve", "cancel"]), "shown": text("The page's hidden field, as it came.")},
        {"decision": "approve", "shown": "5e" * 32},
        more={422: page("The same page again: who asks, or for what, is not what the page showed.")},
        leads_to=_ON | {"declined": f"{_BACK}?error=access_denied&state=af0ifjsldkj"},
    ),
    "/login/{login_id}/cancel": answered(
        "cancelLogin",
        "Cancel",
        "Back to the service with `access_denied`; from the offer of two-step login with "
        "`unmet_authentication_requirements`.",
        leads_to={"cancelled": f"{_BACK}?error=access_denied&state=af0ifjsldkj"},
    ),
}
