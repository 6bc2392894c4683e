"""A21, B01, B02, B11, B12, B15, B16: a forgotten password must open nothing, tell nothing and lock nobody out.

Where numbers are compared, work is counted instead of timed, as in the rest of B15.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from tests import town as towns
from tests.attacks.statements import counted
from tests.browser import Page
from tests.clock import FakeClock
from tests.people import AYSE, EMRE, HATICE, MEHMET, MUSTAFA, UNKNOWN, Person, Visitor, another_code, login_id
from tests.recovering import NEW, Forgetful, citizen_of, events, identify
from tests.stand_in import StandIn
from tests.town import IDP, PASSWORD, Town

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOKENS = re.compile(r'[A-Za-z0-9_-]{43}[0-9a-f]{64}|/login/[A-Za-z0-9_-]{43}|value="\d{11}"|Başvuru no: \w+')


@pytest.fixture
def production_limits(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with towns.town(sqlite_url, tmp_path, clock, sms_quotas=True) as opened:
        yield opened


def give_totp(town: Town, person: Person) -> None:
    with town.store.begin() as uow:
        holder = citizen_of(town, person)
        uow.authenticators.add(
            Authenticator(f"totp-{holder.id}", holder.id, Method.TOTP, "Telefonum", town.clock.now()), SEED
        )


def totp_code(town: Town) -> str:
    return pyotp.TOTP(SEED).at(town.clock.now())


def types_totp(visitor: Visitor, code: str) -> str:
    visitor.browser.fill("6 haneli kod", code)
    return visitor.press("Doğrula").h1


# A21: what a recovery may not be


def test_a21_with_a_second_factor_the_code_and_identity_are_not_enough(any_town: Town, clock: FakeClock) -> None:
    """The other factor is asked for, whatever else is shown; and only with it comes the new password."""
    give_totp(any_town, AYSE)
    owner = Forgetful(any_town)
    owner.forgets(AYSE)
    assert owner.reads_and_types_code(AYSE).h1 == "Doğrulama uygulamasındaki kodu girin"
    clock.advance(1)
    identify(any_town, AYSE)
    assert owner.open(owner.page.url).h1 == "Doğrulama uygulamasındaki kodu girin"
    assert types_totp(owner, totp_code(any_town)) == "Yeni şifre belirleyin"
    assert owner.chooses_password().h1 == "Şifreniz değiştirildi"
    assert citizen_of(any_town, AYSE).two_step, "the second factor stays as it was"
    owner.open("/hesabim")
    assert owner.types_password(AYSE, NEW).by_testid("page-password") is None
    assert owner.open("/hesabim").h1 != "Hoş geldiniz, Ayşe Örnek", "the second step is still to come"


def test_a21_no_other_page_of_the_login_is_reached_from_a_recovery(any_town: Town, clock: FakeClock) -> None:
    """At each step, every form of a login is sent to it by hand: none moves it, none logs in, none is a fault."""
    owner = Forgetful(any_town)
    owner.forgets(MEHMET)
    _tries_every_form(owner)
    owner.reads_and_types_code(MEHMET)
    _tries_every_form(owner)
    owner.is_identified(MEHMET)
    _tries_every_form(owner)
    assert owner.chooses_password().h1 == "Şifreniz değiştirildi"
    _tries_every_form(owner)
    assert "sid" not in owner.browser.cookies
    never = {"login.finished", "session.started", "code.issued", "consent.given", "two_step.enabled"}
    assert never.isdisjoint(events(any_town))


def _tries_every_form(visitor: Visitor) -> None:
    shown, here = visitor.page, login_id(visitor.page)
    found = [e.attributes["value"] for e in shown.all("input") if e.attributes.get("name") == "csrf_token"]
    fields = {
        "csrf_token": found[0] if found else "none",
        "national_id": MEHMET.national_id,
        "password": PASSWORD,
        "decision": "approve",
        "accept_terms": "yes",
        "method": "sms",
        "code": "000000",
    }
    for step in ("password", "account", "code", "enabling", "two-step-off", "two-step-on", "consent", "passkey-needed"):
        answer = visitor.browser.post(f"{IDP}/login/{here}/{step}", fields)
        assert answer.status < 500, step
        assert visitor.open(shown.url).h1 == shown.h1, step


def test_a06_a_recoverys_code_is_good_for_no_login_and_the_reverse(any_town: Town, clock: FakeClock) -> None:
    """The attacker knows the password and reads the code of a recovery; the victim's login has a code of its own."""
    attacker, other = Forgetful(any_town), Forgetful(any_town)
    attacker.forgets(AYSE)
    of_recovery = any_town.last_code(AYSE.phone)
    clock.advance(1)
    other.open(StandIn(any_town).asks().url)
    other.types_password(AYSE)
    of_login = any_town.last_code(AYSE.phone)
    assert other.types_code(of_recovery).status == 422 or of_recovery == of_login
    assert attacker.types_code(of_login).status == 422 or of_recovery == of_login
    assert attacker.types_code(of_recovery).status == 200


def test_a21_the_password_changed_meanwhile_ends_the_recovery(any_town: Town, clock: FakeClock) -> None:
    clock.advance(1)
    stranger, owner = Forgetful(any_town), Forgetful(any_town)
    stranger.forgets(MEHMET)
    stranger.reads_and_types_code(MEHMET)
    clock.advance(1)
    assert owner.recovers(MEHMET).h1 == "Şifreniz değiştirildi"
    identify(any_town, MEHMET)
    assert stranger.open(stranger.page.url).status == 409


def test_e07_an_account_that_is_closed_between_two_steps_recovers_nothing(any_town: Town) -> None:
    owner = Forgetful(any_town)
    owner.forgets(MEHMET)
    code = any_town.last_code(MEHMET.phone)
    with any_town.store.begin() as uow:
        uow.citizens.close(citizen_of(any_town, MEHMET).id)
    assert owner.types_code(code).status == 422, "as if it had never been there"
    with any_town.store.begin() as uow:
        uow.citizens.reopen(citizen_of(any_town, MEHMET).id)
    owner.reads_and_types_code(MEHMET)
    with any_town.store.begin() as uow:
        uow.citizens.close(citizen_of(any_town, MEHMET).id)
    page = owner.press("Doğruladım, devam et")
    assert page.status == 403
    assert citizen_of(any_town, MEHMET).password_hash == f"plain:{PASSWORD}"


# B15: what a recovery may not tell


@pytest.mark.parametrize(
    "other", [AYSE, MEHMET, MUSTAFA, HATICE, EMRE], ids=["2", "1", "closed", "no-phone", "unverified"]
)
def test_b15_every_number_looks_alike_until_its_second_proof(any_town: Town, other: Person) -> None:
    """Status, headers, page, counting and work, from the number to the pause, and through a resend."""
    assert _answers(any_town, other) == _answers(any_town, UNKNOWN)


def test_b15_limits_on_sending_look_alike_too(production_limits: Town) -> None:
    """Three an hour for each number, however many codes its owner's logins were sent."""
    for _ in range(3):
        owner = Visitor(production_limits)
        owner.open(StandIn(production_limits).asks().url)
        owner.types_password(AYSE)
        production_limits.clock.advance(60)
    seen = [_begins(production_limits, person, 5) for person in (AYSE, UNKNOWN, MUSTAFA)]
    assert seen[0] == seen[1] == seen[2] == [200, 200, 200, 429, 429]


def _begins(town: Town, person: Person, times: int) -> list[int]:
    found = []
    for place in range(times):
        found.append(Forgetful(town, address=f"192.0.2.{place + 1}").forgets(person).status)
        town.clock.advance(60)
    return found


def _answers(town: Town, person: Person) -> list[tuple[object, ...]]:
    clock, begun_at = town.clock, town.clock.now()
    visitor = Forgetful(town, address="127.0.0.1")
    visitor.open("/sifremi-unuttum")
    visitor.browser.fill("T.C. Kimlik No", person.national_id)
    found: list[tuple[object, ...]] = [_seen(town, visitor, lambda: visitor.press("Devam et"))]
    for _ in range(2):
        found.append(_seen(town, visitor, lambda: visitor.types_code("no code")))
        found.append(_types_wrong_code(town, visitor, person))
    found.append(_seen(town, visitor, lambda: visitor.press("Kodu yeniden gönder")))
    clock.advance(60)
    found.append(_seen(town, visitor, lambda: visitor.press("Kodu yeniden gönder")))
    found += [_types_wrong_code(town, visitor, person) for _ in range(4)]
    clock.advance(200)
    found.append(_seen(town, visitor, lambda: visitor.open(visitor.page.url)))
    clock.advance(begun_at - clock.now())
    return found


def _seen(town: Town, visitor: Visitor, does: Callable[[], Page]) -> tuple[object, ...]:
    with counted(town) as cost:
        does()
    page = visitor.page
    headers = {name: page.headers[name] for name in page.headers if name not in {"x-request-id", "set-cookie"}}
    return page.status, headers, TOKENS.sub("·", page.body), cost.hashes, len(cost.statements)


def _types_wrong_code(town: Town, visitor: Forgetful, person: Person) -> tuple[object, ...]:
    wrong = another_code(town.last_code(person.phone)) if person in (AYSE, MEHMET) else "000000"
    return _seen(town, visitor, lambda: visitor.types_code(wrong))


# B12, B16: whom a recovery may not hurt


def test_b12_guesses_at_a_recovery_leave_the_owners_login_alone(any_town: Town, clock: FakeClock) -> None:
    """Fifty wrong codes and as many new ones, by somebody who knows a number: the owner logs in at once."""
    attacker = Forgetful(any_town, address="198.51.100.66")
    for _ in range(10):
        attacker.forgets(AYSE)
        for _ in range(5):
            attacker.types_code("000000")
        clock.advance(900)
    owner = Visitor(any_town)
    owner.open(StandIn(any_town).asks().url)
    assert owner.types_password(AYSE).by_testid("method-paused") is None
    assert owner.reads_and_types_code(AYSE).h1.endswith("şu bilgileri alacak")


def test_b12_the_way_back_is_never_closed_for_good(any_town: Town, clock: FakeClock) -> None:
    attacker = Forgetful(any_town, address="198.51.100.66")
    attacker.forgets(MEHMET)
    for _ in range(100):
        page = attacker.types_code("000000")
        if page.status == 429:
            clock.advance(int(page.headers["retry-after"]))
            attacker.forgets(MEHMET)
    clock.advance(86_400)
    assert Forgetful(any_town).recovers(MEHMET).h1 == "Şifreniz değiştirildi"


def test_b16_codes_to_one_number_are_capped_and_the_owners_own_are_not_used_up(
    production_limits: Town, clock: FakeClock
) -> None:
    for place in range(12):
        Forgetful(production_limits, address=f"192.0.2.{place + 1}").forgets(AYSE)
        clock.advance(3600)
    sent = [message for message in production_limits.messages(AYSE.phone) if message["code"]]
    assert len(sent) == 5, "five a day"
    owner = Visitor(production_limits)
    owner.open(StandIn(production_limits).asks().url)
    owner.types_password(AYSE)
    assert owner.reads_and_types_code(AYSE).h1.endswith("şu bilgileri alacak")


def test_b11_numbers_posted_from_one_address_are_counted(any_town: Town) -> None:
    visitor = Forgetful(any_town)
    visitor.open("/sifremi-unuttum")
    fields = {"csrf_token": visitor.browser.hidden(), "national_id": UNKNOWN.national_id}
    seen = [visitor.browser.post(f"{IDP}/sifremi-unuttum", fields).status for _ in range(61)]
    assert seen == [200] * 60 + [429]


def test_r53_a_recovery_brings_back_what_it_proved_and_nothing_else(any_town: Town, clock: FakeClock) -> None:
    """SMS and the password were disabled by wrong tries; so was TOTP, which the recovery does not prove."""
    give_totp(any_town, AYSE)
    holder = citizen_of(any_town, AYSE)
    _use_up(any_town, "factor", f"{holder.id}|sms", 20)
    _use_up(any_town, "factor", f"{holder.id}|totp", 20)
    _use_up(any_town, "password", holder.national_id.value, 50)
    owner = Forgetful(any_town)
    owner.forgets(AYSE)
    assert owner.reads_and_types_code(AYSE).h1 == "Telefonunuzu kimlikle doğrulayın", "TOTP cannot be asked for"
    owner.is_identified(AYSE)
    assert owner.chooses_password().h1 == "Şifreniz değiştirildi"
    assert _figures(any_town, "factor", f"{holder.id}|sms") == 0
    assert _figures(any_town, "password", holder.national_id.value) == 0
    assert _figures(any_town, "factor", f"{holder.id}|totp") == 20


def _use_up(town: Town, scope: str, value: str, figure: int) -> None:
    mac = town.idp.state.house.world.secrets.mac("throttle", scope, value)
    with town.store.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO throttles (scope, key_mac, count) VALUES ('{scope}', '{mac}', {figure})"
        )


def _figures(town: Town, scope: str, value: str) -> int:
    mac = town.idp.state.house.world.secrets.mac("throttle", scope, value)
    with town.store.engine.begin() as connection:
        found = connection.exec_driver_sql(
            f"SELECT count FROM throttles WHERE scope = '{scope}' AND key_mac = '{mac}'"
        ).scalar_one_or_none()
    return int(found or 0)
