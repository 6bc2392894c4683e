"""A18, A19, A23, C03, E01, L-08: changing second factors without the proof, over another's head, or all at once.

Every address of the account that changes one is in `FORMS`; a test fails where a route is missing there.
"""

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest
from fastapi import routing

from idp.domain.evidence import Method
from tests import town as towns
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.clock import FakeClock
from tests.device_api.phones import a_phone
from tests.people import AYSE, MEHMET, SUKRIYE, Person
from tests.stand_in import StandIn
from tests.town import IDP, Town, another_node
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

FOUR = 4
ROUNDS = 2
NURTEN = Person("98765430620", "+905000000006")
"""Backup codes alone: whatever she adds is her only lasting method."""

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


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Four places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        yield list(islice(cycle((any_town, second)), FOUR))


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


def _sent(node: Town, holder: AccountHolder, path: str, fields: dict[str, str]) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in holder.browser.cookies.items())
    return node.call("POST", path, fields, {"cookie": cookie})


def _all_at_once(nodes: list[Town], holder: AccountHolder, forms: list[tuple[str, dict[str, str]]]) -> list[Answer]:
    holder.open("/hesabim/sifre")
    token = {"csrf_token": holder.browser.hidden()}
    return at_once(
        [partial(_sent, node, holder, path, token | fields) for node, (path, fields) in zip(nodes, forms, strict=True)]
    )


def test_l08_of_several_right_codes_at_once_one_app_comes(any_town: Town, nodes: list[Town]) -> None:
    for _ in range(ROUNDS):
        ayse = AccountHolder(any_town).comes_in()
        before, told = ayse.held(Method.TOTP), len(ayse.told("Doğrulama uygulaması. Siz değilseniz"))
        secret = ayse.secret()
        answers = _all_at_once(nodes, ayse, [(TOTP_ADD, {"code": ayse.code_of(secret)})] * FOUR)
        assert {answer.status for answer in answers} == {303}
        [app] = ayse.held(Method.TOTP)
        assert app not in before
        assert len(ayse.told("Doğrulama uygulaması. Siz değilseniz")) == told + 1
        any_town.clock.advance(61)


def test_l08_b04_of_many_wrong_codes_at_once_five_are_judged(any_town: Town, nodes: list[Town]) -> None:
    """Of one secret. Whoever goes on guesses at another one, and sees it."""
    ayse = AccountHolder(any_town).comes_in()
    secret = ayse.secret()
    wrong = f"{(int(ayse.code_of(secret)) + 1) % 10**6:06d}"
    for _ in range(2):
        answers = _all_at_once(nodes, ayse, [(TOTP_ADD, {"code": wrong})] * FOUR)
        assert {answer.status for answer in answers} == {422}
    with any_town.store.engine.begin() as connection:
        tries = [row[0] for row in connection.exec_driver_sql("SELECT tries FROM enrolments ORDER BY number")]
    assert (tries[0], max(tries)) == (5, 5)
    assert ayse.posts(TOTP_ADD, code=ayse.code_of(secret)).status == 422
    assert ayse.held(Method.TOTP) == []


def test_l08_sets_of_backup_codes_made_at_once_leave_one_set(any_town: Town, nodes: list[Town]) -> None:
    """And the codes that count are those of one answer, whole."""
    for _ in range(ROUNDS):
        ayse = AccountHolder(any_town).comes_in()
        answers = _all_at_once(nodes, ayse, [(CODES, {})] * FOUR)
        assert {answer.status for answer in answers} == {200}
        held = {one.handle for one in ayse.held(Method.BACKUP_CODE)}
        shown = [set(re.findall(r'data-testid="backup-code">(\w\w)', answer.text)) for answer in answers]
        assert len(ayse.held(Method.BACKUP_CODE)) == 10
        assert held in shown
        any_town.clock.advance(61)


def test_l08_of_two_last_methods_removed_at_once_one_stays(any_town: Town, nodes: list[Town]) -> None:
    """From two sessions of one citizen: each removal would be fine if the other had not been."""
    nurten = AccountHolder(any_town, NURTEN).gives_backup_code()
    for _ in range(ROUNDS):
        nurten.adds_passkey(key_of(any_town))
        nurten.sets_up_app() if not nurten.held(Method.TOTP) else None
        [key] = nurten.held(Method.PASSKEY)[:1]
        forms = [(TOTP_REMOVE, {"decision": "remove"}), (f"{PASSKEYS}/{key.id}/kaldir", {"decision": "remove"})] * 2
        answers = _all_at_once(nodes, nurten, forms)
        assert all(answer.status in {303, 422} for answer in answers)
        assert len(nurten.held(Method.TOTP)) + len(nurten.held(Method.PASSKEY)) == 1
        assert len(nurten.held(Method.BACKUP_CODE)) == 10


def test_l08_ten_passkeys_stay_ten(any_town: Town, nodes: list[Town]) -> None:
    """Two answers to one challenge at once, with nine there already."""
    ayse = AccountHolder(any_town).comes_in()
    for _ in range(9):
        ayse.adds_passkey(key_of(any_town))
    options = ayse.passkey_options()
    forms = [(f"{PASSKEYS}/ekle", {"credential": key_of(any_town).register(options), "name": "x"}) for _ in range(FOUR)]
    answers = _all_at_once(nodes, ayse, forms)
    assert all(answer.status in {303, 422} for answer in answers)
    assert len(ayse.held(Method.PASSKEY)) == 10


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
