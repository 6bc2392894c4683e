"""passkey.js and a virtual authenticator: what it sends verifies, what fails leaves a way on (pages.md §4.5).

Passkeys need a secure context, so these pages are at https://localhost, answered from memory like all others.
"""

import html
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import webauthn
from playwright.sync_api import Browser, CDPSession, Page, Request, Route
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from idp.web.pages import STATIC_FILES, Pages
from tests.barriers import barriers
from tests.pages.samples import chrome_for
from tests.pages.samples_second_step import passkey
from tests.pages.test_in_a_browser import POLICY

ORIGIN, RP_ID = "https://localhost", "localhost"
CHALLENGE = b"\xfb\xff\xbe" + b"challenge of thirty-two byte"  # its base64url has "-" and "_"
USER = b"\xff\xfeopaque user handle"
PAGES = Pages()
BY_HAND = """
    delete PublicKeyCredential.parseRequestOptionsFromJSON;
    delete PublicKeyCredential.parseCreationOptionsFromJSON;
    delete PublicKeyCredential.prototype.toJSON;
"""

pytestmark = pytest.mark.timeout(120)


class Site:
    """Serves one body of HTML at a time, and keeps what its form posted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.body = ""
        self.posted: list[dict[str, list[str]]] = []
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = STATIC_FILES / path.removeprefix("/static/")
            kind = {".js": "text/javascript", ".css": "text/css"}.get(file.suffix, "image/svg+xml")
            route.fulfill(body=file.read_bytes(), content_type=kind)
        elif route.request.method == "POST":
            self.posted.append(parse_qs(route.request.post_data or ""))
            route.fulfill(body="<p>received", content_type="text/html")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.body, content_type="text/html; charset=utf-8", headers=headers)

    def show(self, body: str) -> None:
        self.body = body
        self.page.goto(f"{ORIGIN}/")

    def sent_credential(self) -> str:
        self.page.get_by_text("received").wait_for()
        [credential] = self.posted[-1]["credential"]
        return credential


def is_post(request: Request) -> bool:
    return request.method == "POST"


def creation_page(options: str) -> str:
    """The least page that registers a passkey, by the attributes that passkey.js documents."""
    return f"""<!doctype html><html lang="en"><title>add</title><script src="/static/passkey.js" defer></script>
        <form method="post" action="/add" data-passkey-create="{html.escape(options)}">
        <input name="name" aria-label="name" value="My key"><input type="hidden" name="credential">
        <p role="status" data-passkey-status data-asking="asking" data-failed="failed"
           data-unsupported="unsupported" data-registered="registered"></p>
        <button type="submit" hidden>Add</button></form></html>"""


def creation_options(exclude: tuple[bytes, ...] = ()) -> str:
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=RP_ID,
            rp_name="Eşik",
            user_name="Ayşe Örnek",
            user_id=USER,
            challenge=CHALLENGE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in exclude],
        )
    )


def login_page(*allowed: bytes, lang: str = "tr") -> str:
    options = webauthn.generate_authentication_options(
        rp_id=RP_ID,
        challenge=CHALLENGE,
        allow_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    view = replace(passkey, options=webauthn.options_to_json(options))
    return PAGES.html(view, chrome_for("passkey", lang))


class Authenticator:
    """A virtual authenticator that verifies its user, until told that it cannot."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        options: dict[str, Any] = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        self._id = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def verifies(self, able: bool) -> None:
        self._cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": able})


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def register(site: Site) -> VerifiedRegistration:
    site.show(creation_page(creation_options()))
    site.page.get_by_role("button", name="Add").click()
    return webauthn.verify_registration_response(
        credential=site.sent_credential(),
        expected_challenge=CHALLENGE,
        expected_rp_id=RP_ID,
        expected_origin=ORIGIN,
        require_user_verification=True,
    )


@pytest.mark.parametrize("how", ["native", "by hand"])
def test_a_passkey_is_registered_and_logs_in(page: Page, how: str) -> None:
    """What the script sends verifies on the server, with the browser's own JSON and with ours."""
    if how == "by hand":
        page.add_init_script(BY_HAND)
    site = Site(page)
    Authenticator(page)
    registered = register(site)
    assert site.posted[-1]["name"] == ["My key"], "other fields are sent along"

    site.show(login_page(registered.credential_id))
    native = page.evaluate("'parseRequestOptionsFromJSON' in PublicKeyCredential")
    assert native == (how == "native")
    page.get_by_role("button", name="Geçiş anahtarıyla devam et").click()
    sent = site.sent_credential()
    assert site.posted[-1]["csrf_token"] == ["csrf-token"]
    proved = webauthn.verify_authentication_response(
        credential=sent,
        expected_challenge=CHALLENGE,
        expected_rp_id=RP_ID,
        expected_origin=ORIGIN,
        credential_public_key=registered.credential_public_key,
        credential_current_sign_count=registered.sign_count,
        require_user_verification=True,
    )
    assert proved.user_verified
    assert base64url_to_bytes(json.loads(sent)["response"]["userHandle"]) == USER


def test_the_prompt_waits_for_the_button(page: Page) -> None:
    site = Site(page)
    Authenticator(page)
    registered = register(site)
    posts = len(site.posted)
    asked = "window.asked = 0; const get = navigator.credentials.get.bind(navigator.credentials);"
    page.add_init_script(asked + "navigator.credentials.get = options => { window.asked += 1; return get(options); };")
    site.show(login_page(registered.credential_id))
    assert page.evaluate("window.asked") == 0
    assert len(site.posted) == posts
    with page.expect_request(is_post):
        page.get_by_test_id("submit").click()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("tr", "Geçiş anahtarı doğrulanamadı. Yeniden deneyin veya başka bir yöntem seçin."),
        ("en", "The passkey could not be verified. Try again or choose another method."),
    ],
)
def test_after_a_failure_the_page_says_so_and_can_be_tried_again(page: Page, lang: str, words: str) -> None:
    site = Site(page)
    authenticator = Authenticator(page)
    registered = register(site)
    posts = len(site.posted)
    site.show(login_page(registered.credential_id, lang=lang))
    authenticator.verifies(False)
    button = page.get_by_test_id("submit")
    button.click()
    page.get_by_text(words).wait_for()
    assert page.get_by_test_id("passkey-status").get_attribute("role") == "status"
    assert button.is_enabled()
    assert len(site.posted) == posts, "nothing is sent that the server would count"
    assert barriers(page) == []
    authenticator.verifies(True)
    button.click()
    assert json.loads(site.sent_credential())["type"] == "public-key"


def test_an_authenticator_that_is_registered_already_is_told_apart(page: Page) -> None:
    site = Site(page)
    Authenticator(page)
    registered = register(site)
    site.show(creation_page(creation_options(exclude=(registered.credential_id,))))
    page.get_by_role("button", name="Add").click()
    page.get_by_text("registered", exact=True).wait_for()


def test_a_browser_without_passkeys_gets_no_dead_button(page: Page) -> None:
    page.add_init_script("delete window.PublicKeyCredential;")
    site = Site(page)
    site.show(login_page())
    page.get_by_text("Bu tarayıcı geçiş anahtarını desteklemiyor. Başka bir yöntem seçin.").wait_for()
    assert page.get_by_test_id("submit").is_hidden()
    assert page.get_by_role("button", name="Başka bir yöntem seç").is_visible()


def test_without_scripts_the_page_says_so_and_offers_another_method(chromium: Browser) -> None:
    """pages.md §3.1: one of the two things that need JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    site = Site(context.new_page())
    site.show(login_page())
    told = site.page.get_by_test_id("passkey-noscript")
    assert told.is_visible()
    assert told.inner_text() == "Geçiş anahtarı için JavaScript gerekir. Başka bir yöntem seçin."
    assert site.page.get_by_test_id("submit").is_hidden()
    with site.page.expect_request("**/login/x/other-method"):
        site.page.get_by_role("button", name="Başka bir yöntem seç").click()
    context.close()
