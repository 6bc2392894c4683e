"""The citizen's own pages, under `/hesabim`. Whoever is not proved enough is sent to log in and comes back."""

from idp.web.account.addresses import CONSENTS, HISTORY, HOME, NOT_ME, PASSWORD, SECURITY, SESSIONS, TWO_STEP
from idp.web.openapi import account_methods, account_phone
from idp.web.openapi.account_elements import FRESH, MISSING, WRONG, leads_to, sent, shown
from idp.web.openapi.elements import Json, page, parameter, text
from idp.web.openapi.page_elements import HERE

_LOGIN = parameter(
    "login_id", "path", "A login in the citizen's own history.", text(), example="4MhU0n8rGzJt2c1b7YwXq9KdVfLsPeR3"
)

PATHS: dict[str, Json] = (
    {
        HOME: {"get": shown("accountHome", "The citizen's home", "The account at a glance.")},
        SECURITY: {"get": leads_to("securitySettings", "Password and security settings", TWO_STEP)},
        TWO_STEP: {
            "get": shown("twoStepSettings", "Two-step login", FRESH),
            "post": sent(
                "changeTwoStep",
                "Switch two-step login on or off",
                "Switching on leads to the code page of a login that ends here; switching off is asked once more.",
                {
                    "two_step": text(enum=["on", "off"]),
                    "method": text(
                        "What to ask for first from now on; `app` without a device leads to the page that adds one.",
                        enum=["sms", "app"],
                    ),
                    "accept_terms": text(const="yes"),
                },
                {"two_step": "on", "method": "sms", "accept_terms": "yes"},
                f"{HERE}/enabling",
                WRONG | {200: page("The question whether to switch it off.")},
            ),
        },
        f"{TWO_STEP}/kapat": {
            "get": leads_to("switchOffAgain", "Back to two-step login", TWO_STEP),
            "post": sent(
                "switchTwoStepOff",
                "Switch two-step login off",
                "Other sessions end, and a notice goes to the phone. Where it is off already nothing changes.",
                {"decision": text(enum=["off", "keep"])},
                {"decision": "off"},
                TWO_STEP,
            ),
        },
        PASSWORD: {
            "get": shown("passwordChange", "Change the password", FRESH),
            "post": sent(
                "changePassword",
                "Change the password",
                "The new one must satisfy the policy and differ from the last three.",
                {
                    "new_password": text(format="password"),
                    "new_password_repeat": text(format="password"),
                },
                {"new_password": "Esik-Deneme-2", "new_password_repeat": "Esik-Deneme-2"},
                PASSWORD,
                WRONG | {200: page("The password was changed.")},
            ),
        },
        SESSIONS: {"get": shown("sessions", "Open sessions", FRESH)},
        f"{SESSIONS}/kapat": {
            "get": leads_to("endSessionAgain", "Back to the sessions", SESSIONS),
            "post": sent(
                "endSession",
                "End one session",
                "Of one's own; another's id ends nothing.",
                {"session_id": text(minLength=1)},
                {"session_id": "Vq2mX8nB4tYc6wKz0RjLpE1hGdUaF3sTiO5uN7xMrQk"},
                SESSIONS,
            ),
        },
        f"{SESSIONS}/hepsini-kapat": {
            "get": leads_to("endAllSessionsAgain", "Back to the sessions", SESSIONS),
            "post": sent(
                "endAllSessions",
                "End all sessions",
                "This one too, and the answer says so; with `keep` all but this one.",
                {"keep": text(const="this")},
                {"keep": "this"},
                f"{SESSIONS}?tamam=digerleri",
                {200: page("Logged out.")},
            ),
        },
        HISTORY: {"get": shown("loginHistory", "Login history", f"The latest logins, successful and failed. {FRESH}")},
        f"{NOT_ME}/{{login_id}}": {
            "get": shown("disownment", "That was not me", FRESH, parameters=[_LOGIN], more=MISSING),
            "post": sent(
                "disownLogin",
                "That was not me",
                "For a finished login of one's own, from another session: an alarm, and all other sessions end.",
                {"decision": text(const="not_me")},
                {"decision": "not_me"},
                f"{PASSWORD}?tamam=ben-degildim",
                parameters=[_LOGIN],
            ),
        },
        CONSENTS: {"get": shown("consents", "Consents", f"What services may receive without asking again. {FRESH}")},
        f"{CONSENTS}/geri-al": {
            "get": leads_to("revokeConsentAgain", "Back to the consents", CONSENTS),
            "post": sent(
                "revokeConsent",
                "Take a consent back",
                "What was granted from it is revoked. Another citizen's is not touched.",
                {"client_id": text(minLength=1)},
                {"client_id": "mhrs"},
                f"{CONSENTS}?tamam=geri-alindi",
            ),
        },
    }
    | account_methods.PATHS
    | account_phone.PATHS
)
