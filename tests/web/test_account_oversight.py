"""What a citizen oversees: consents (R-16), the history and what was not them (R-81), sessions and where they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.domain.audit import AuditRow, Event
from idp.web.account.places import place
from tests.browser import Page
from tests.clock import FakeClock
from tests.people import MEHMET, SUKRIYE
from tests.stand_in import StandIn, came_back
from tests.town import IDP, Town, town
from tests.web.account_holder import CONSENTS, HISTORY, AccountHolder

NOT_ME = "/hesabim/ben-degildim"
SERVICE = "Örnek Randevu (MHRS emülatörü)"


@pytest.fixture
def the_town(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """On SQLite and on PostgreSQL."""
    with town(database_url, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def ayse(the_town: Town) -> AccountHolder:
    return AccountHolder(the_town).comes_in()


def goes_to_mhrs(holder: AccountHolder) -> str:
    """The access token that the service gets."""
    asked = StandIn(holder.town).asks()
    page = holder.open(asked.url)
    if page.url.startswith(IDP) and page.h1 == "Giriş yapın":
        page = holder.two_steps(holder.who)
    if page.url.startswith(IDP):
        page = holder.approves()
    return StandIn(holder.town).tokens(page, asked).access_token


def test_r16_a_consent_is_listed_in_the_words_it_was_asked_in_and_taken_back(ayse: AccountHolder) -> None:
    assert ayse.open(CONSENTS).says("Hiçbir hizmetle sürekli bilgi paylaşımınız yok.")
    asked = StandIn(ayse.town).asks()
    page = ayse.open(asked.url)
    labels = [e.text for e in page.root.walk() if e.tag == "dt"]
    page = ayse.approves()
    access_token = StandIn(ayse.town).tokens(page, asked).access_token
    page = ayse.open(CONSENTS)
    assert page.says(SERVICE)
    assert any(label in page.text for label in labels), (labels, page.text)
    assert came_back(ayse.open(StandIn(ayse.town).asks().url)), "not asked again"
    assert StandIn(ayse.town).userinfo(access_token).status == 200
    ayse.open(CONSENTS)
    assert ayse.press("Onayı geri çek").says("Onayınız geri çekildi.")
    assert StandIn(ayse.town).userinfo(access_token).status == 401, "C09: what rested on it is revoked"
    assert [row.client_id for row in ayse.audit(Event.CONSENT_REVOKED)] == ["mhrs"]
    assert ayse.open(StandIn(ayse.town).asks().url).says("Onayla ve devam et"), "asked anew"


@pytest.mark.parametrize("client_id", ["mhrs", "nobody", "", "\x00", "mhrs' OR ''='"])
def test_e01_a_consent_that_one_has_not_given_cannot_be_taken_back(ayse: AccountHolder, client_id: str) -> None:
    ayse.town.clock.advance(61)
    other = AccountHolder(ayse.town, SUKRIYE).comes_in()
    token = goes_to_mhrs(other)
    page = ayse.posts(f"{CONSENTS}/geri-al", client_id=client_id)
    assert (page.status, page.url) == (200, f"{IDP}{CONSENTS}")
    assert StandIn(ayse.town).userinfo(token).status == 200
    assert ayse.audit(Event.CONSENT_REVOKED) == []


def the_line_of(holder: AccountHolder) -> str:
    """The address behind "Ben değildim" of the newest line that has it."""
    page = holder.open(HISTORY)
    links = [a.attributes["href"] for a in page.all("a") if "ben-degildim" in a.attributes.get("href", "")]
    assert links, page.text
    return links[0]


def disowns(holder: AccountHolder, path: str) -> Page:
    holder.open(path)
    return holder.press("Ben değildim, hesabımı koru")


@pytest.fixture
def intruder(ayse: AccountHolder, clock: FakeClock) -> AccountHolder:
    """Somebody who knows the password and reads the codes."""
    clock.advance(61)
    return AccountHolder(ayse.town, address="198.51.100.66").comes_in()


def alarms(holder: AccountHolder) -> list[AuditRow]:
    return holder.audit(Event.ALARM_RAISED)


def test_r81_what_was_not_me_ends_every_other_session_and_leads_to_a_new_password(
    ayse: AccountHolder, intruder: AccountHolder
) -> None:
    token = goes_to_mhrs(intruder)
    path = the_line_of(ayse)
    page = ayse.open(path)
    assert page.h1 == "Bunu siz yapmadınız mı?"
    assert page.says("198.51.100.*")
    assert ayse.browser.follow("Vazgeç").url == f"{IDP}{HISTORY}"
    assert intruder.is_in()
    page = disowns(ayse, path)
    assert page.url.startswith(f"{IDP}/hesabim/sifre")
    assert page.says("Diğer bütün oturumlarınız kapatıldı. Şimdi yeni bir şifre belirleyin.")
    assert not intruder.is_in()
    assert StandIn(ayse.town).userinfo(token).status == 401
    assert ayse.is_in()
    [alarm] = alarms(ayse)
    assert (alarm.login_id, alarm.reason, alarm.ok) == (path.rpartition("/")[2], "disowned", False)
    assert len(ayse.told("bir girişi siz yapmadığınızı bildirdiniz")) == 1


def test_l36_said_twice_raises_one_alarm(ayse: AccountHolder, intruder: AccountHolder) -> None:
    path = the_line_of(ayse)
    for _ in range(2):
        assert disowns(ayse, path).says("Şimdi yeni bir şifre belirleyin.")
    assert len(alarms(ayse)) == len(ayse.told("siz yapmadığınızı bildirdiniz")) == 1


def test_without_the_yes_nothing_ends(ayse: AccountHolder, intruder: AccountHolder) -> None:
    path = the_line_of(ayse)
    ayse.open(path)
    for fields in ({}, {"decision": "keep"}, {"decision": "NOT_ME"}):
        assert ayse.posts(path, **fields).url == f"{IDP}{HISTORY}"
        ayse.open(path)
    assert intruder.is_in()
    assert alarms(ayse) == []


def test_the_login_of_this_very_session_cannot_be_disowned(ayse: AccountHolder) -> None:
    finished = ayse.audit(Event.LOGIN_FINISHED)[0].login_id
    assert "ben-degildim" not in ayse.open(HISTORY).body
    assert ayse.open(f"{NOT_ME}/{finished}").status == 404
    assert ayse.posts(f"{NOT_ME}/{finished}", decision="not_me").url == f"{IDP}{HISTORY}"
    assert ayse.is_in()
    assert alarms(ayse) == []


def test_e01_a_login_that_is_not_ones_own_looks_like_none(
    ayse: AccountHolder, intruder: AccountHolder, clock: FakeClock
) -> None:
    """Nor one that never finished."""
    clock.advance(61)
    other = AccountHolder(ayse.town, SUKRIYE).comes_in()
    theirs = ayse.audit(Event.LOGIN_FINISHED)[0].login_id
    failed = AccountHolder(ayse.town, SUKRIYE)
    failed.open("/hesabim")
    failed.types_password(SUKRIYE, "Yanlis-Sifre-1")
    wrong = other.audit(Event.PASSWORD_REFUSED)[0].login_id
    for login_id in (theirs, wrong, "nowhere", "%00", "..%2f"):
        assert other.open(f"{NOT_ME}/{login_id}").status == 404
        assert other.posts(f"{NOT_ME}/{login_id}", decision="not_me").status in {200, 404}
    assert intruder.is_in()
    assert alarms(other) == alarms(ayse) == []


def test_sessions_and_history_say_where_they_are(the_town: Town, clock: FakeClock) -> None:
    here = AccountHolder(the_town, MEHMET, address="127.0.0.1")
    here.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(1)
    away = AccountHolder(the_town, MEHMET, address="198.51.100.23")
    away.logs_in_at_home(MEHMET, two_step=False)
    page = away.open("/hesabim/oturumlar")
    assert page.says("Yer Bu bilgisayar")
    assert page.says("Yer IP: 198.51.100.*")
    page = away.open("/hesabim/giris-gecmisi")
    assert page.says("Yer Bu bilgisayar")
    assert page.says("Yer IP: 198.51.100.*")
    assert away.open("/hesabim/oturumlar?lang=en").says("Place This computer")


@pytest.mark.parametrize(
    ("ip", "tr", "en"),
    [
        ("127.0.0.1", "Bu bilgisayar", "This computer"),
        ("::1", "Bu bilgisayar", "This computer"),
        ("::ffff:127.0.0.1", "Bu bilgisayar", "This computer"),
        ("192.168.1.17", "Yerel ağ (192.168.1.*)", "Local network (192.168.1.*)"),
        ("172.31.0.9", "Yerel ağ (172.31.0.*)", "Local network (172.31.0.*)"),
        ("10.1.2.3", "Yerel ağ (10.1.2.*)", "Local network (10.1.2.*)"),
        ("fd00::1", "Yerel ağ (fd00::*)", "Local network (fd00::*)"),
        ("fe80::1%eth0", "Yerel ağ (fe80::*)", "Local network (fe80::*)"),
        ("::ffff:10.1.2.3", "Yerel ağ (10.1.2.*)", "Local network (10.1.2.*)"),
        ("172.32.0.9", "IP: 172.32.0.*", "IP: 172.32.0.*"),
        ("203.0.113.7", "IP: 203.0.113.*", "IP: 203.0.113.*"),
        ("2001:db8:1:2::3", "IP: 2001:db8:1::*", "IP: 2001:db8:1::*"),
        ("", "Bilinmiyor", "Unknown"),
        ("unknown", "Bilinmiyor", "Unknown"),
    ],
)
def test_r81_an_address_is_said_in_words_without_its_last_part(ip: str, tr: str, en: str) -> None:
    assert (place(ip, "tr"), place(ip, "en")) == (tr, en)
