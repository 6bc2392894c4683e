"""A18, A19, A23, C03, E01: changing second factors without the proof, or over another's head.

Every address of the account that changes one is in `FORMS`; a test fails where a route is missing there.
"""

import io
import re
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from fastapi import routing

from idp.domain.evidence import Method
from tests import town as towns
from tests.clock import FakeClock
from tests.device_api.phones import a_phone
from tests.people import AYSE, MEHMET, SUKRIYE
from tests.stand_in import StandIn
from tests.town import IDP, Town
from tests.web.account_holder import (
    CODES,
    DEVICES,
    PASSKEYS,
    TOTP_ADD,
    TOTP_REMOVE,
    TWO_STEP,
    AccountHolder,
    key_of,
)

TWICE = {
    TOTP_ADD: {"code": "123456"},
    TOTP_REMOVE: {"decision": "remove"},
    f"{PASSKEYS}/ekle": {"credential": "{}", "name": "x"},
    f"{PASSKEYS}/{{passkey_id}}/ad": {"name": "x"},
    f"{PASSKEYS}/{{passkey_id}}/kaldir": {"decision": "remove"},
    CODES: {},
    f"{DEVICES}/ekle/onayla": {"handle": "x"},
    f"{DEVICES}/ekle/reddet": {},
    f"{DEVICES}/{{device_id}}/ad": {"name": "x"},
    f"{DEVICES}/{{device_id}}/kaldir": {"decision": "remove"},
}
"""Forms that add, replace, name or remove a second factor: fresh proofs of two steps, whatever the account's level."""

ONCE = {
    f"{TWO_STEP}/tercih": {"method": "sms"},
    "/hesabim/izinler/geri-al": {"client_id": "mhrs"},
    "/hesabim/ben-degildim/{login_id}": {"decision": "not_me"},
}
"""Forms that need fresh proofs at the account's own level."""

FORMS = TWICE | ONCE
PAGES = (TOTP_ADD, TOTP_REMOVE, f"{PASSKEYS}/ekle", f"{PASSKEYS}/x/ad", f"{PASSKEYS}/x/kaldir", f"{DEVICES}/ekle")
ELSEWHERE = (TWO_STEP, f"{TWO_STEP}/kapat", "/hesabim/sifre", "/hesabim/oturumlar", "/hesabim/telefon")
"""Forms whose tests are in other files."""


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "x" * 43, path)


def test_every_form_of_the_account_is_looked_at(the_town: Town) -> None:
    found = {
        context.path_format or ""
        for context in routing.iter_route_contexts(the_town.idp.routes)
        if "POST" in (context.methods or ()) and (context.path_format or "").startswith("/hesabim")
    }
    assert {path for path in found if path not in FORMS and not path.startswith(ELSEWHERE)} == set()
    assert set(FORMS) <= found


def test_every_form_has_a_page_that_leads_back(the_town: Town) -> None:
    """So that whoever must log in first, or reloads, comes somewhere."""
    ayse = AccountHolder(the_town).comes_in()
    for path in FORMS:
        page = ayse.open(filled(path))
        assert page.status in {200, 404}, (path, page.status)
        assert page.h1


@pytest.mark.parametrize("path", sorted(TWICE))
def test_a18_a19_a_password_session_changes_no_second_factor(the_town: Town, path: str) -> None:
    """Two-step login off, so the account's own level is the password's: still refused, form and page alike."""
    thief = AccountHolder(the_town, MEHMET)
    thief.logs_in_at_home(MEHMET, two_step=False)
    thief.open("/hesabim/sifre")
    page = thief.posts(filled(path), **TWICE[path])
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor", page.text
    assert thief.town.messages(MEHMET.phone) == []
    assert all(thief.held(method) == [] for method in Method)


@pytest.mark.parametrize("path", PAGES)
def test_a18_nor_does_it_see_the_page_that_would(the_town: Town, path: str) -> None:
    thief = AccountHolder(the_town, MEHMET)
    thief.logs_in_at_home(MEHMET, two_step=False)
    assert thief.open(path).h1 == "Bu hizmet iki aşamalı giriş istiyor"


@pytest.mark.parametrize("path", sorted(FORMS))
def test_a19_stale_proofs_change_nothing(the_town: Town, clock: FakeClock, path: str) -> None:
    ayse = AccountHolder(the_town).comes_in()
    ayse.open("/hesabim/sifre")
    clock.advance(301)
    told = ayse.town.messages(AYSE.phone)
    assert ayse.posts(filled(path), **FORMS[path]).h1 == "Giriş yapın"
    assert ayse.town.messages(AYSE.phone) == told


@pytest.mark.parametrize("path", sorted(FORMS))
def test_c03_a_form_of_somebody_else_changes_nothing(the_town: Town, path: str) -> None:
    ayse = AccountHolder(the_town).comes_in()
    other = AccountHolder(the_town, SUKRIYE).comes_in()
    other.open("/hesabim/sifre")
    ayse.open("/hesabim/sifre")
    own, foreign = ayse.browser.hidden(), other.browser.hidden()
    for token, headers in ((foreign, {}), ("", {}), (own, {"sec-fetch-site": "cross-site"})):
        fields = {"csrf_token": token, **FORMS[path]}
        page = ayse.browser.post(f"{IDP}{filled(path)}", fields, headers)
        assert (page.status, page.says("Sayfanın süresi doldu.")) == (403, True)
    assert ayse.held(Method.BACKUP_CODE) == []


@pytest.mark.parametrize("path", sorted(FORMS))
def test_nobody_at_all_is_sent_to_log_in(the_town: Town, path: str) -> None:
    nobody = AccountHolder(the_town)
    nobody.open("/hesabim")
    page = nobody.browser.post(f"{IDP}{filled(path)}", {"csrf_token": "x", **FORMS[path]})
    assert page.status == 403


def test_e01_no_field_that_was_not_asked_for_is_taken(the_town: Town) -> None:
    """Mass assignment: neither another citizen, nor a counter, nor a name that the form does not have."""
    ayse = AccountHolder(the_town).comes_in()
    secret = ayse.secret()
    extra = {"citizen_id": "x", "counter": "0", "name": "x", "method": "password", "secret": "AAAA", "id": "x"}
    ayse.posts(TOTP_ADD, code=ayse.code_of(secret), **extra)
    [app] = ayse.held(Method.TOTP)
    assert (app.citizen_id, app.name, app.counter) == (ayse.citizen.id, "", the_town.clock.now() // 30)


def test_e01_another_citizens_factors_look_like_none(the_town: Town) -> None:
    ayse = AccountHolder(the_town).comes_in()
    ayse.adds_passkey(key_of(the_town))
    ayse.sets_up_app()
    [key], [app] = ayse.held(Method.PASSKEY), ayse.held(Method.TOTP)
    other = AccountHolder(the_town, SUKRIYE).comes_in()
    for one in (key.id, app.id):
        for verb, fields in (("ad", {"name": "Ele geçirildi"}), ("kaldir", {"decision": "remove"})):
            for at in (PASSKEYS, DEVICES):
                assert other.open(f"{at}/{one}/{verb}").status == 404
                assert other.posts(f"{at}/{one}/{verb}", **fields).url == f"{IDP}{at}"
    assert ayse.held(Method.PASSKEY) == [key]
    assert ayse.held(Method.TOTP) == [app]


def test_a_passkeys_address_removes_no_other_kind(the_town: Town) -> None:
    """An id of one's own, at the page of another method."""
    ayse = AccountHolder(the_town).comes_in()
    ayse.sets_up_app()
    [app] = ayse.held(Method.TOTP)
    ayse.posts(f"{PASSKEYS}/{app.id}/kaldir", decision="remove")
    ayse.makes_codes()
    for code in ayse.held(Method.BACKUP_CODE):
        ayse.posts(f"{DEVICES}/{code.id}/kaldir", decision="remove")
    assert (len(ayse.held(Method.TOTP)), len(ayse.held(Method.BACKUP_CODE))) == (1, 10)


def test_a_session_that_ended_meanwhile_changes_nothing(the_town: Town, clock: FakeClock) -> None:
    """P7: the owner ends all sessions while the thief has the form open."""
    thief = AccountHolder(the_town).comes_in()
    secret = thief.secret()
    token = thief.browser.hidden()
    clock.advance(61)
    owner = AccountHolder(the_town).comes_in()
    owner.open("/hesabim/oturumlar")
    owner.press("Tüm oturumları kapat")
    code = thief.code_of(secret)
    page = thief.browser.post(f"{IDP}{TOTP_ADD}", {"csrf_token": token, "code": code})
    assert page.h1 == "Giriş yapın"
    assert owner.held(Method.TOTP) == []


def test_a23_e03_secrets_are_in_one_answer_each_and_in_no_log(
    sqlite_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    """Seed, backup codes and pairing code: on the page that shows them, nowhere else; not even in the database."""
    log = io.StringIO()
    with redirect_stderr(log), towns.town(sqlite_url, tmp_path, clock, log_level="debug", log_format="json") as town:
        ayse = AccountHolder(town).comes_in()
        secret = ayse.secret()
        ayse.types_app_code(ayse.code_of(secret))
        codes = [code.replace(" ", "") for code in ayse.makes_codes()]
        pairing = ayse.open(f"{DEVICES}/ekle").by_testid("pairing-code")
        assert pairing is not None
        found = pairing.text.replace(" ", "")
        phone = a_phone(town)
        phone.claim(found, "Telefon")
        later = [ayse.open(path) for path in (f"{DEVICES}/ekle", DEVICES, CODES, TWO_STEP, TOTP_REMOVE, TOTP_ADD)]
        told = " ".join(message["text"] for message in town.messages(AYSE.phone))
        asked = StandIn(town).asks()
        later.append(ayse.open(asked.url))
        addresses = " ".join(hop.url + str(dict(hop.headers)) for hop in ayse.browser.hops)
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert AYSE.national_id.encode() in files, "it is the database that is read"
    assert '"route": "/hesabim/yedek-kodlar"' in log.getvalue(), "and the log"
    for canary in (secret, found, *codes):
        spread = " ".join(canary[at : at + 4] for at in range(0, len(canary), 4))
        for text in (canary, spread):
            assert not any(text in page.body for page in later), canary
            assert text not in log.getvalue() + told + addresses
        assert canary.encode() not in files
