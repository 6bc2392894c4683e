"""The published passkey in a browser's virtual authenticator, as a test program would use it."""

import base64
import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.phone.street import Street
from tests.town import PASSWORD

pytestmark = pytest.mark.timeout(120)


def standard(text: str) -> str:
    """DevTools takes padded base64 of the ordinary alphabet."""
    return base64.b64encode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))).decode()


def hand_over(page: Page, passkey: dict[str, Any]) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    credential = {
        "credentialId": standard(passkey["credential_id"]),
        "isResidentCredential": False,
        "rpId": passkey["rp_id"],
        "privateKey": standard(passkey["private_key"]),
        "userHandle": standard(passkey["user_handle"]),
        "signCount": passkey["sign_count"],
    }
    devtools.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": credential})


def test_the_published_passkey_opens_the_account_and_counts_on(town_street: Street) -> None:
    counts = []
    for _ in range(2):
        people = json.loads(town_street.place.call("GET", "/sandbox/v1/personas").body)
        kerem = next(one for one in people if one["id"] == "passkey")
        passkey = kerem["credentials"]["passkey"]
        counts.append(passkey["sign_count"])
        page = town_street.page()
        hand_over(page, passkey)
        page.goto(f"{town_street.issuer}/hesabim")
        page.get_by_test_id("national-id").fill(kerem["national_id"])
        page.locator("#password").fill(PASSWORD)
        page.get_by_test_id("submit").click()
        page.get_by_test_id("page-passkey").get_by_test_id("submit").click()
        expect(page.get_by_test_id("page-account-home")).to_be_visible()
    assert counts[0] < counts[1]
