"""Every second step, walked in a real browser in both languages: from MHRS's door to its panel."""

import base64
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from idp.testing.device import Device
from tests.e2e.demo import Demo, Person
from tests.e2e.looking import LANGUAGES, WALKS
from tests.e2e.test_journeys import picture

pytestmark = pytest.mark.timeout(240)

Persona = Callable[[str], dict[str, Any]]


def inside(person: Person) -> None:
    """Through consent, which is always asked of people as new, and logged in at MHRS."""
    person.see("page-consent")
    person.click("decision-approve")
    person.see("mhrs-citizen-name")


def at_second_step(person: Person, citizen: dict[str, Any], method: str) -> None:
    """The password given, and the method's own page open, by whichever way the provider leads there."""
    person.go_to_login()
    person.give_password(citizen)
    choose(person, method)


def choose(person: Person, method: str) -> None:
    page = f"page-{ {'sms': 'code', 'app': 'app-approval', 'backup_code': 'backup-code'}.get(method, method) }"
    if person.has(page):
        return
    if person.has("other-method"):
        person.click("other-method")
    person.see("page-choose-method")
    person.page.locator(f"input[name=method][value={method}]").check()
    person.click("submit")
    person.see(page)


@LANGUAGES
def test_totp(demo: Demo, chromium: Browser, persona: Persona, locale: str) -> None:
    citizen, person = persona("totp"), Person.at(demo, chromium, locale=locale)
    at_second_step(person, citizen, "totp")
    picture(person, "totp")
    person.page.get_by_test_id("code").fill(pyotp.TOTP(citizen["credentials"]["totp_secret"]).now())
    person.click("submit")
    inside(person)
    person.leave()


@WALKS
def test_a_backup_code_and_how_many_are_left(
    demo: Demo, chromium: Browser, persona: Persona, locale: str, scripts: bool
) -> None:
    citizen, person = persona("backup-codes"), Person.at(demo, chromium, scripts=scripts, locale=locale)
    at_second_step(person, citizen, "backup_code")
    code = citizen["credentials"]["backup_codes"][3]
    person.page.get_by_test_id("code").fill(f"{code[:4]}-{code[4:8]} {code[8:]}".lower())
    person.click("submit")
    person.see("notice")
    inside(person)
    person.leave()


@LANGUAGES
def test_a_passkey_and_only_passkeys_where_the_service_wants_them(
    demo: Demo, chromium: Browser, persona: Persona, locale: str
) -> None:
    citizen, person = persona("passkey"), Person.at(demo, chromium, locale=locale)
    with_passkey(person.page, citizen)
    at_second_step(person, citizen, "passkey")
    picture(person, "passkey")
    person.click("submit")
    inside(person)
    person.leave()


@WALKS
def test_an_approval_on_a_registered_device(
    demo: Demo, chromium: Browser, persona: Persona, locale: str, scripts: bool
) -> None:
    """With scripts the waiting page goes on by itself; without them its button does."""
    citizen, person = persona("app"), Person.at(demo, chromium, scripts=scripts, locale=locale)
    with closing(device_of(demo, citizen)) as device:
        at_second_step(person, citizen, "app")
        picture(person, "app-approval")
        (request,) = device.pending(wait=10)
        device.approve(request.id, number_on(person))
    if not scripts:
        person.click("submit")
    inside(person)
    person.leave()


@LANGUAGES
def test_an_approval_on_the_virtual_phone(demo: Demo, chromium: Browser, persona: Persona, locale: str) -> None:
    """The phone is a page of its own, in a browser of its own; its key never leaves it."""
    citizen, person = persona("app"), Person.at(demo, chromium, locale=locale)
    phone = Person.at(demo, chromium, locale=locale, viewport={"width": 390, "height": 844})
    phone.page.goto(f"{demo.idp}/telefon/{citizen['phone_number']}")
    at_second_step(person, citizen, "app")
    phone.see("approval")
    picture(phone, "phone-approval")
    phone.page.get_by_test_id("number").fill(number_on(person))
    phone.click("approve")
    inside(person)
    person.leave()
    phone.leave()


def test_whoever_did_not_begin_it_says_so_on_the_device(demo: Demo, chromium: Browser, persona: Persona) -> None:
    """B18: the login ends where it stands, with words that say why."""
    citizen, person = persona("app"), Person.at(demo, chromium)
    with closing(device_of(demo, citizen)) as device:
        at_second_step(person, citizen, "app")
        (request,) = device.pending(wait=10)
        device.not_me(request.id)
    person.see("page-error")
    expect(person.page.get_by_test_id("mhrs-citizen-name")).to_have_count(0)
    person.leave()


def test_switching_methods_carries_nothing_over(demo: Demo, chromium: Browser, persona: Persona) -> None:
    """A07: the code of one method is no answer at another."""
    citizen, person = persona("totp"), Person.at(demo, chromium)
    at_second_step(person, citizen, "sms")
    code = demo.last_code(citizen["phone_number"])
    choose(person, "totp")
    person.page.get_by_test_id("code").fill(code)
    person.click("submit")
    person.see("error-summary")
    choose(person, "sms")
    person.page.get_by_test_id("code").fill(code)
    person.click("submit")
    inside(person)
    person.leave()


def number_on(person: Person) -> str:
    return "".join(filter(str.isdigit, person.page.get_by_test_id("approval-number").inner_text()))


def device_of(demo: Demo, citizen: dict[str, Any]) -> Device:
    """The registered device of a sample person, whose key is published."""
    known = citizen["credentials"]["device"]
    return Device(demo.idp, key=known["private_key"], device_id=known["id"])


def with_passkey(page: Page, citizen: dict[str, Any]) -> None:
    """Give the browser an authenticator that holds the sample person's passkey."""
    key = citizen["credentials"]["passkey"]
    session, authenticator_id = with_authenticator(page)
    credential = {
        "credentialId": _standard(key["credential_id"]),
        "privateKey": _standard(key["private_key"]),
        "userHandle": _standard(key["user_handle"]),
        "rpId": key["rp_id"],
        "signCount": key["sign_count"],
        "isResidentCredential": True,
    }
    session.send("WebAuthn.addCredential", {"authenticatorId": authenticator_id, "credential": credential})


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the browser an authenticator that holds nothing yet and says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    options |= {"hasResidentKey": True, "automaticPresenceSimulation": True}
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, str(added["authenticatorId"])


def _standard(text: str) -> str:
    """base64url as ordinary base64, which the browser's own protocol speaks."""
    return base64.b64encode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))).decode()
