"""A forgotten password. Until its second proof every number gets the same answers."""

from idp.web.login.addresses import FORGOTTEN, WAITING_PARAMETER
from idp.web.openapi.elements import RETRY_AFTER, Json, operation, page, parameter, redirect, text
from idp.web.openapi.login_pages import CODE, REFUSED, TYPED, WAIT, answered
from idp.web.openapi.page_elements import HERE, LATER, LISTS, LOGIN_ID, SHOWN, our_form

_WAITING = parameter(
    WAITING_PARAMETER,
    "query",
    "A login of this browser to come back to.",
    text(),
    example=LOGIN_ID,
)
_VISIT: list[Json] = [{"visitCookie": []}]
_BACK = redirect("Back.", {"the login that waits": HERE, "the account": "/hesabim"})

PATHS: dict[str, Json] = {
    FORGOTTEN: {
        "get": operation(
            "forgottenPassword",
            "Whose password was forgotten?",
            "Begins nothing.",
            SHOWN | LISTS,
            tag="login pages",
            parameters=[_WAITING],
            security=[],
        ),
        "post": operation(
            "beginRecovery",
            "Begin to replace a forgotten password",
            "A code goes to the verified phone of whoever has this number. An unknown number, a closed account and one "
            "without a verified phone get the same answer.",
            {303: redirect("To the code.", {"the code": f"{HERE}/recovery-code"})}
            | REFUSED
            | TYPED
            | {429: page("Too many codes, or too many tries from this address.", headers=RETRY_AFTER)}
            | LATER,
            tag="login pages",
            parameters=[_WAITING],
            security=_VISIT,
            body=our_form(
                {"national_id": text("T.C. kimlik number; spaces are ignored.", maxLength=20)},
                {"national_id": "98765430170"},
            ),
        ),
    },
    f"{FORGOTTEN}/vazgec": {
        "get": operation(
            "forgottenPasswordAgain",
            "Back to the number",
            "For addresses that people keep or reload.",
            {303: redirect("There.", {"there": FORGOTTEN})} | LISTS,
            tag="login pages",
            parameters=[_WAITING],
            security=[],
        ),
        "post": operation(
            "leaveForgottenPassword",
            "Do not replace it",
            "Nothing had begun.",
            {303: _BACK} | REFUSED | LATER,
            tag="login pages",
            parameters=[_WAITING],
            security=_VISIT,
            body=our_form(),
        ),
    },
    "/login/{login_id}/recovery-code": answered(
        "answerRecoveryCode",
        "The code of a recovery",
        "Then another second factor is asked for, where the citizen has one; else the phone is verified with identity.",
        CODE,
        {"code": "482915"},
        more=TYPED | WAIT,
        leads_to={"another factor": f"{HERE}/totp", "the phone alone": f"{HERE}/recovery-identity"},
    ),
    "/login/{login_id}/recovery-resend": answered(
        "sendAnotherRecoveryCode",
        "A new code",
        "At most once a minute; only the newest code works.",
        more={200: page("The code page again: a new code was sent, if one can be.")} | WAIT,
        leads_to={"the login moved on": HERE},
    ),
    "/login/{login_id}/recovery-identity": answered(
        "answerRecoveryIdentity",
        "The phone was verified with identity",
        "Looks again; only a verification after the code counts.",
        more=TYPED,
        leads_to={"it was": f"{HERE}/new-password"},
    ),
}
