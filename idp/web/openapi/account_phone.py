"""The account pages of the phone number."""

from idp.web.account.addresses import PHONE
from idp.web.openapi.account_elements import FRESH, WRONG, leads_to, sent, shown
from idp.web.openapi.elements import RETRY_AFTER, Json, page, text
from idp.web.openapi.page_elements import HERE

_PROOF = "Also needs a fresh proof by SMS to the present phone, or by a passkey."
_WAIT = {429: page("The same page again: too many codes, or too many tries.", headers=RETRY_AFTER)}

PATHS: dict[str, Json] = {
    PHONE: {
        "get": shown("phoneChange", "Change the phone number", f"Or what must be proved first. {FRESH}"),
        "post": sent(
            "askForPhoneCode",
            "A code to the new number",
            f"Good for three minutes. {_PROOF}",
            {"phone_number": text("A Turkish mobile number, in any usual spelling.", maxLength=24)},
            {"phone_number": "0500 000 00 42"},
            f"{PHONE}/kod",
            WRONG | _WAIT,
        ),
    },
    f"{PHONE}/kanit": {
        "get": leads_to("phoneProofAgain", "Back to the phone number", PHONE),
        "post": sent(
            "provePhone",
            "Prove the present phone, or a passkey",
            "Leads to a login that asks for password and second step anew, and comes back.",
            {},
            {},
            f"{HERE}/password",
        ),
    },
    f"{PHONE}/kod": {
        "get": shown(
            "phoneCode",
            "The code that the new number got",
            f"Once the number changed, that it did, to the session that changed it. Before that: {FRESH}",
        ),
        "post": sent(
            "changePhone",
            "Change the phone number",
            f"Three tries. Other sessions end; both numbers get a notice. {_PROOF}",
            {"code": text("Digits; spaces are ignored.", maxLength=11)},
            {"code": "482915"},
            f"{PHONE}/kod",
            WRONG | _WAIT,
        ),
    },
    f"{PHONE}/kod/yeniden": {
        "get": leads_to("anotherPhoneCodeAgain", "Back to the phone number", PHONE),
        "post": sent(
            "sendAnotherPhoneCode",
            "A new code to the new number",
            f"At most once a minute; only the newest code works. {_PROOF}",
            {},
            {},
            PHONE,
            {200: page("The code page again: a new code was sent.")} | _WAIT,
        ),
    },
}
