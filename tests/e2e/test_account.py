"""A citizen's second steps, added, used and removed in the account, in a real browser on a real demo."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.cli.esik import run
from tests.e2e.demo import Demo, Person
from tests.e2e.looking import LANGUAGES, look, photograph
from tests.e2e.test_methods import choose, inside, number_on, with_authenticator

pytestmark = pytest.mark.timeout(300)

Persona = Callable[[str], dict[str, Any]]
METHODS = "/hesabim/iki-asamali-giris"
PHISHING_RESISTANT = "urn:esik:acr:phishing-resistant"
# A verifier is not needed: the code is never exchanged.
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def in_the_account(demo: Demo, chromium: Browser, citizen: dict[str, Any], locale: str, **options: Any) -> Person:
    """Somebody who logged in to the account with a code by SMS."""
    person = Person.at(demo, chromium, locale=locale, **options)
    person.page.goto(f"{demo.idp}/hesabim")
    person.give_password(citizen)
    person.give_code(citizen)
    person.see("page-account-home")
    return person


def manage(person: Person, method: str, what: str) -> None:
    """On the list of methods, the link or button of one method's row."""
    person.page.goto(f"{person.demo.idp}{METHODS}")
    person.page.get_by_test_id(f"method-{method}-row").get_by_test_id(what).click()


def log_out(person: Person) -> None:
    person.page.goto(f"{person.demo.idp}/logout")
    person.click("decision-logout")
    person.see("logged-out")


def code_of_app(secret: str, *, steps_ahead: int = 0) -> str:
    """What an authenticator app shows; a step ahead, for each code is accepted once."""
    return pyotp.TOTP(secret.replace(" ", "")).at(int(time.time()) + 30 * steps_ahead)


@LANGUAGES
def test_an_authenticator_app_is_added_preferred_and_used(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen = persona("two-step-sms")
    person = in_the_account(demo, chromium, citizen, locale)
    look(person, "account-home")
    manage(person, "totp", "add-method")
    person.see("page-totp-setup")
    person.page.get_by_test_id("by-hand").locator("summary").click()
    look(person, "totp-setup")
    secret = person.page.get_by_test_id("totp-secret").inner_text()
    person.page.get_by_test_id("code").fill("000 00")
    person.click("submit")
    person.see("code-error")
    look(person, "totp-setup-error")
    person.page.get_by_test_id("by-hand").locator("summary").click()
    assert person.page.get_by_test_id("totp-secret").inner_text() == secret
    person.page.get_by_test_id("code").fill(code_of_app(secret))
    person.click("submit")
    person.see("notice")
    manage(person, "totp", "prefer-method")
    person.see("notice")
    expect(person.page.get_by_test_id("method-totp-row").get_by_test_id("preferred")).to_be_visible()
    look(person, "methods")
    log_out(person)
    person.go_to_login()
    person.give_password(citizen)
    person.see("page-totp")
    look(person, "totp")
    person.page.get_by_test_id("code").fill(code_of_app(secret, steps_ahead=1))
    person.click("submit")
    inside(person)
    person.leave()


@LANGUAGES
def test_a_device_is_paired_used_renamed_and_removed(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen = persona("two-step-sms")
    person = in_the_account(demo, chromium, citizen, locale)
    phone = Person.at(demo, chromium, locale=locale, viewport={"width": 390, "height": 844})
    phone.page.goto(f"{demo.idp}/telefon/{citizen['phone_number']}")
    phone.see("pair-form")
    look(phone, "phone-unpaired")
    manage(person, "app", "add-method")
    person.see("page-device-pairing")
    look(person, "device-pairing")
    phone.page.get_by_test_id("pairing-code").fill(person.page.get_by_test_id("pairing-code").inner_text())
    phone.click("pair")
    phone.see("fingerprint")
    look(phone, "phone-pairing")
    person.click("check-pairing")
    person.see("claimed-device")
    look(person, "device-claimed")
    fingerprint = person.page.get_by_test_id("claimed-fingerprint").inner_text()
    assert phone.page.get_by_test_id("fingerprint").inner_text() == fingerprint
    person.click("confirm-device")
    person.see("notice")
    phone.see("registered")
    person.click("rename")
    person.page.get_by_test_id("name").fill("  ")
    person.click("submit")
    person.see("name-error")
    look(person, "rename-error")
    person.page.get_by_test_id("name").fill("Evdeki tablet")
    person.click("submit")
    expect(person.page.get_by_test_id("device-name")).to_have_text("Evdeki tablet")
    look(person, "devices")

    visitor = Person.at(demo, chromium, locale=locale)
    visitor.go_to_login()
    visitor.give_password(citizen)
    choose(visitor, "app")
    look(visitor, "app-approval")
    phone.see("approval")
    look(phone, "phone-approval")
    phone.page.get_by_test_id("number").fill(number_on(visitor))
    phone.click("approve")
    inside(visitor)
    visitor.leave()

    person.click("remove")
    look(person, "device-remove")
    person.click("decision-remove")
    person.see("no-devices")
    look(person, "no-devices")
    phone.page.reload()
    phone.see("pair-form")
    person.leave()
    phone.leave()


@LANGUAGES
def test_a_passkey_is_added_for_a_service_that_takes_nothing_less(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    """The service's page offers to add one; the login goes on where it was and reaches phishing-resistant."""
    citizen, person = persona("two-step-sms"), Person.at(demo, chromium, locale=locale)
    service = f"{demo.idp}/registered-for-{locale}"
    person.page.route(
        f"{service}*", lambda route: route.fulfill(body="<title>Strict</title>", content_type="text/html")
    )
    person.page.goto(strict_login(demo, f"strict-{locale}", service))
    person.give_password(citizen)
    person.see("page-passkey-needed")
    look(person, "passkey-needed")
    person.click("decision-continue")
    person.see("decision-error")
    look(person, "passkey-needed-error")
    with person.page.context.expect_page() as opened:
        person.click("add-passkey")
    other = Person(demo, opened.value, person.complaints)
    session, authenticator_id = with_authenticator(other.page)
    other.give_password(citizen)
    other.give_code(citizen)
    other.see("page-passkey-add")
    look(other, "passkey-add")
    other.page.get_by_test_id("name").fill("Evdeki bilgisayar")
    other.click("submit")
    other.see("notice")
    expect(other.page.get_by_test_id("passkey-name")).to_have_text("Evdeki bilgisayar")
    look(other, "passkeys")
    (credential,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator_id})["credentials"]
    other.page.close()
    session, authenticator_id = with_authenticator(person.page)
    session.send("WebAuthn.addCredential", {"authenticatorId": authenticator_id, "credential": credential})
    person.click("decision-continue")
    person.see("page-passkey")
    look(person, "passkey")
    person.click("submit")
    person.see("page-consent")
    level = {"tr-TR": "kimlik avına dayanıklı", "en-GB": "phishing-resistant"}[locale]
    expect(person.page.get_by_test_id("consent-level")).to_contain_text(level)
    look(person, "consent-passkey")
    person.leave()


@LANGUAGES
def test_backup_codes_are_made_printed_and_used(demo: Demo, chromium: Browser, persona: Persona, locale: str) -> None:
    citizen = persona("two-step-sms")
    person = in_the_account(demo, chromium, citizen, locale)
    manage(person, "backup-code", "add-method")
    look(person, "backup-codes-none")
    person.click("make-codes")
    expect(person.page.get_by_test_id("backup-code")).to_have_count(10)
    look(person, "backup-codes")
    codes = person.page.get_by_test_id("backup-code").all_inner_texts()
    person.page.emulate_media(media="print")
    expect(person.page.get_by_test_id("codes-paper")).to_be_visible()
    for testid in ("print", "security-tabs", "account-menu"):
        expect(person.page.get_by_test_id(testid)).to_be_hidden()
    photograph(person, "backup-codes-paper")
    person.page.set_viewport_size({"width": 390, "height": 844})
    assert person.page.evaluate("document.documentElement.scrollWidth <= 390"), "narrow paper holds the codes"
    person.page.emulate_media(media="screen")
    person.click("codes-kept")
    person.see("page-two-step-settings")
    log_out(person)
    person.go_to_login()
    person.give_password(citizen)
    choose(person, "backup_code")
    look(person, "backup-code")
    person.page.get_by_test_id("code").fill(codes[4].lower())
    person.click("submit")
    expect(person.page.get_by_test_id("notice")).to_contain_text("9")
    look(person, "consent-codes-left")
    inside(person)
    person.page.goto(f"{demo.idp}/hesabim")
    expect(person.page.get_by_test_id("home-codes-left")).to_contain_text("9")
    person.leave()


def strict_login(demo: Demo, client_id: str, redirect_uri: str) -> str:
    """Where a service begins that takes a passkey only; the service is registered now."""
    command = ("client", "add", client_id, "--public", "--name", "Sıkı Hizmet", "--redirect-uri", redirect_uri)
    assert run(*command, env=demo.environment).exit_code == 0
    asked = {"id_token": {"acr": {"essential": True, "values": [PHISHING_RESISTANT]}}}
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "claims": json.dumps(asked),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{demo.idp}/authorize?{urlencode(parameters)}"
