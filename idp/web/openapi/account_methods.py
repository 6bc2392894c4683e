"""The account pages of the second steps: devices, passkeys, the authenticator app, backup codes."""

from idp.web.account.addresses import BACKUP_CODES, DEVICES, PASSKEYS, TOTP, TWO_STEP
from idp.web.openapi.account_elements import FRESH, FRESH_TWICE, MISSING, WRONG, leads_to, sent, shown
from idp.web.openapi.elements import Json, page, parameter, text
from idp.web.openapi.page_elements import HERE

_DEVICE = parameter(
    "device_id", "path", "One of the citizen's own devices.", text(), example="Vq2mX8nB4tYc6wKz0RjLpE1h"
)
_PASSKEY = parameter(
    "passkey_id", "path", "One of the citizen's own passkeys.", text(), example="Rk5mN6xT3bZq9KdVfLsPeR3o"
)
_NAME = {"name": text("At most 60 characters.", minLength=1)}
_DECISION = {"decision": text(enum=["remove", "keep"])}
_FULL = {422: page("The list: there are as many as there may be.")}


def _named(kind: str, operation: str, list_at: str, whose: Json) -> Json:
    done = f"{list_at}?tamam=adlandirildi"
    return {
        "get": shown(f"{operation}Name", f"Name a {kind}", FRESH_TWICE, parameters=[whose], more=MISSING),
        "post": sent(
            f"rename{operation[0].upper()}{operation[1:]}",
            f"Name a {kind}",
            f"Another citizen's {kind} is not touched.",
            _NAME,
            {"name": "Evdeki bilgisayar"},
            done,
            WRONG,
            needs=FRESH_TWICE,
            parameters=[whose],
        ),
    }


def _removed(kind: str, operation: str, list_at: str, whose: Json | None) -> Json:
    parameters = [] if whose is None else [whose]
    return {
        "get": shown(f"{operation}Removal", f"Remove a {kind}", FRESH_TWICE, parameters=parameters, more=MISSING),
        "post": sent(
            f"remove{operation[0].upper()}{operation[1:]}",
            f"Remove a {kind}",
            "Other sessions end, and a notice goes to the phone. The last method stays while two-step login is on.",
            _DECISION,
            {"decision": "remove"},
            f"{list_at}?tamam=kaldirildi",
            {422: page("It is the last method, and stays.")},
            needs=FRESH_TWICE,
            parameters=parameters,
        ),
    }


PATHS: dict[str, Json] = {
    f"{TWO_STEP}/tercih": {
        "get": leads_to("preferMethodAgain", "Back to two-step login", TWO_STEP),
        "post": sent(
            "preferMethod",
            "Ask for this method first",
            "A method that the citizen does not have changes nothing.",
            {"method": text(enum=["sms", "app", "totp", "passkey"])},
            {"method": "passkey"},
            f"{TWO_STEP}?tamam=tercih",
        ),
    },
    DEVICES: {"get": shown("devices", "Registered devices", FRESH)},
    f"{DEVICES}/ekle": {
        "get": shown(
            "devicePairing",
            "Pair a device",
            "A QR code and a pairing code that live for five minutes; once a device has shown the code, the question "
            "whether it is the citizen's. The QR code holds `{issuer}/cihaz-ekle#{pairing code}`: the app takes the "
            f"issuer from the first part and the code from the fragment. {FRESH_TWICE}",
            more=_FULL,
        ),
    },
    f"{DEVICES}/ekle/onayla": {
        "get": leads_to("confirmDeviceAgain", "Back to the pairing", f"{DEVICES}/ekle"),
        "post": sent(
            "confirmDevice",
            "Register the device that was shown",
            "Only the very key whose fingerprint the page showed. A notice goes to the phone.",
            {"handle": text("Thumbprint of the key that the page showed (RFC 7638).", minLength=1)},
            {"handle": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
            f"{DEVICES}?tamam=eklendi",
            {422: page("The pairing is over, or there are five devices already.")},
            needs=FRESH_TWICE,
        ),
    },
    f"{DEVICES}/ekle/reddet": {
        "get": leads_to("rejectDeviceAgain", "Back to the pairing", f"{DEVICES}/ekle"),
        "post": sent(
            "rejectDevice",
            "Reject the device that was shown",
            "The pairing ends without a device.",
            {},
            {},
            DEVICES,
            needs=FRESH_TWICE,
        ),
    },
    f"{DEVICES}/{{device_id}}/ad": _named("device", "device", DEVICES, _DEVICE),
    f"{DEVICES}/{{device_id}}/kaldir": _removed("device", "device", DEVICES, _DEVICE),
    PASSKEYS: {"get": shown("passkeys", "Passkeys", FRESH)},
    f"{PASSKEYS}/ekle": {
        "get": shown(
            "passkeyCreation",
            "Add a passkey",
            f"With the options for `navigator.credentials.create()`. {FRESH_TWICE}",
            more=_FULL,
        ),
        "post": sent(
            "addPasskey",
            "Add a passkey",
            "The challenge takes one answer. A notice goes to the phone.",
            {
                "credential": text("The browser's answer: RegistrationResponseJSON (WebAuthn §5.1.8)."),
                "name": text("At most 60 characters; the browser's name where it is empty."),
            },
            {"credential": '{"id":"…","type":"public-key"}', "name": "Evdeki bilgisayar"},
            f"{PASSKEYS}?tamam=eklendi",
            WRONG,
            needs=FRESH_TWICE,
        ),
    },
    f"{PASSKEYS}/{{passkey_id}}/ad": _named("passkey", "passkey", PASSKEYS, _PASSKEY),
    f"{PASSKEYS}/{{passkey_id}}/kaldir": _removed("passkey", "passkey", PASSKEYS, _PASSKEY),
    TOTP: {"get": leads_to("authenticatorApp", "Back to two-step login", TWO_STEP)},
    f"{TOTP}/ekle": {
        "get": shown(
            "authenticatorAppSetup",
            "Add an authenticator app",
            f"With its secret, which is shown while it is set up and never again. {FRESH_TWICE}",
        ),
        "post": sent(
            "addAuthenticatorApp",
            "Add an authenticator app",
            "The first code, of at most five tries. It takes the place of a former app, which ends other sessions.",
            {"code": text("Six ASCII digits; spaces do not count.")},
            {"code": "492039"},
            f"{TWO_STEP}?tamam=eklendi",
            WRONG,
            needs=FRESH_TWICE,
        ),
    },
    f"{TOTP}/kaldir": _removed("authenticator app", "authenticatorApp", TWO_STEP, None),
    BACKUP_CODES: {
        "get": shown("backupCodes", "Backup codes", f"How many are left. {FRESH}"),
        "post": sent(
            "makeBackupCodes",
            "Make ten backup codes",
            "The answer shows them, this once. They void a former set, which ends other sessions.",
            {},
            {},
            f"{HERE}/password",
            {200: page("The codes.")},
            needs=FRESH_TWICE,
        ),
    },
}
