"""Whatever ends a session, the relying parties hear of it once (R-71, C09, L-06); and nobody ends another's (C04)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.crypto.secrets import HouseSecrets
from idp.domain.client import ConsentPolicy
from idp.protocol.logout.logout_token import EVENT
from idp.sandbox import seeding
from tests.attacks.at_once import at_once
from tests.people import AYSE, MEHMET, Visitor
from tests.recovering import NEW, Forgetful
from tests.stand_in import StandIn, Tokens
from tests.told import Servers, drain_of, registers, told
from tests.town import MHRS, MHRS_SECRET, PASSWORD, PlainHasher, Town, another_node
from tests.web.account_holder import HISTORY, TOTP_REMOVE, AccountHolder

BACK = "https://mhrs.example/out"
CONSENTS = "/hesabim/izinler"


@pytest.fixture
def the_town(any_town: Town) -> Town:
    """On both databases; both clients listen."""
    for client_id in ("mhrs", "mhrs-floor"):
        registers(any_town, client_id, backchannel_logout_uri=f"{BACK}/{client_id}")
    return any_town


@pytest.fixture
def elsewhere(the_town: Town) -> Visitor:
    return Visitor(the_town, address="198.51.100.9")


@pytest.fixture
def tokens(elsewhere: Visitor, mhrs: StandIn) -> Tokens:
    """Of Ayşe's login in another browser."""
    asked = mhrs.asks()
    elsewhere.open(asked.url)
    elsewhere.two_steps(AYSE)
    given = mhrs.tokens(elsewhere.approves(), asked)
    elsewhere.town.clock.advance(61)
    return given


def _ends_one(holder: AccountHolder) -> None:
    with holder.town.store.read() as uow:
        live = uow.sessions.of_citizen(holder.citizen.id, holder.town.clock.now())
    holder.posts("/hesabim/oturumlar/kapat", session_id=live[-1].id)


def _ends_all(holder: AccountHolder) -> None:
    holder.open("/hesabim/oturumlar")
    holder.press("Tüm oturumları kapat")


def _switches_off(holder: AccountHolder) -> None:
    holder.open("/hesabim/iki-asamali-giris")
    holder.browser.fill("Pasif", True)
    holder.press("Ayarları Kaydet")
    holder.press("İki aşamalı girişi kapat")


def _changes_password(holder: AccountHolder) -> None:
    holder.posts("/hesabim/sifre", new_password=NEW, new_password_repeat=NEW)


def _replaces_a_method(holder: AccountHolder) -> None:
    for _ in range(2):
        holder.sets_up_app()
        holder.town.clock.advance(30)


def _removes_a_method(holder: AccountHolder) -> None:
    holder.sets_up_app()
    holder.removes(TOTP_REMOVE)


def _changes_the_number(holder: AccountHolder) -> None:
    holder.open("/hesabim/telefon")
    holder.browser.fill("Yeni cep telefonu numarası", "0500 000 00 42")
    holder.press("Kodu gönder")
    holder.types_code(holder.town.last_code("+905000000042"))


def _disowns(holder: AccountHolder) -> None:
    page = holder.open(HISTORY)
    links = [a.attributes["href"] for a in page.all("a") if "ben-degildim" in a.attributes.get("href", "")]
    holder.open(links[-1])
    holder.press("Ben değildim, hesabımı koru")


ENDINGS: dict[str, Callable[[AccountHolder], None]] = {
    "ended one": _ends_one,
    "ended all": _ends_all,
    "two-step off": _switches_off,
    "new password": _changes_password,
    "method replaced": _replaces_a_method,
    "method removed": _removes_a_method,
    "new number": _changes_the_number,
    "disowned": _disowns,
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=list(ENDINGS))
def test_r_71_c09_whatever_a_citizen_ends_mhrs_is_told_of(
    the_town: Town, elsewhere: Visitor, tokens: Tokens, end: Callable[[AccountHolder], None]
) -> None:
    """LOGOUT-12."""
    holder = AccountHolder(the_town).comes_in()
    assert told(the_town) == []
    end(holder)
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın"
    _is_about(told(the_town), tokens)


def test_c09_a_recovery_is_told_of(the_town: Town, tokens: Tokens) -> None:
    Forgetful(the_town).recovers(AYSE)
    _is_about(told(the_town), tokens)


def test_c09_the_sandbox_that_forgets_its_people_tells_so(the_town: Town, tokens: Tokens) -> None:
    secrets = {"mhrs": MHRS_SECRET, "mhrs-floor": MHRS_SECRET}
    plan = seeding.Plan(PASSWORD, the_town.settings.password_policy, MHRS, secrets)
    now = the_town.clock.now()
    seeding.seed(the_town.store, PlainHasher(), HouseSecrets(b"seed"), plan, now, reset=True)
    registers(the_town, backchannel_logout_uri=f"{BACK}/mhrs")
    _is_about(told(the_town), tokens)


def test_withdrawn_consent_ends_no_session(the_town: Town, tokens: Tokens, mhrs: StandIn) -> None:
    """It revokes what was given; the citizen stays logged in, and so no logout token goes out."""
    holder = AccountHolder(the_town).comes_in()
    holder.open(CONSENTS)
    holder.press("Onayı geri çek")
    assert mhrs.userinfo(tokens.access_token).status == 401
    assert told(the_town) == []


def test_c04_a_foreign_or_forged_hint_tells_nobody(the_town: Town, elsewhere: Visitor, tokens: Tokens) -> None:
    """By an image tag: the browser's cookie comes along, and the hint is another's, or none."""
    attacker = AccountHolder(the_town, MEHMET)
    attacker.logs_in_at_home(MEHMET, two_step=False)
    for hint in (tokens.id_token, f"{tokens.id_token}x", "x", ""):
        attacker.open(f"/logout?id_token_hint={hint}&post_logout_redirect_uri={MHRS}/")
        elsewhere.open(f"/logout?id_token_hint={hint[:-5]}")
    assert attacker.open("/hesabim").h1.startswith("Hoş geldiniz")
    assert elsewhere.open("/hesabim").h1.startswith("Hoş geldiniz")
    assert told(the_town) == []


FORGED: list[tuple[str, dict[str, str] | None]] = [
    ("POST", {"csrf_token": "x"}),
    ("POST", {"csrf_token": "x", "decision": "logout"}),
    ("POST", {"decision": "logout"}),
    ("GET", None),
]


@pytest.mark.parametrize(("method", "fields"), FORGED)
def test_r_15_c03_a_request_of_another_site_takes_no_cookie(
    the_town: Town, elsewhere: Visitor, tokens: Tokens, method: str, fields: dict[str, str] | None
) -> None:
    """SameSite keeps our cookies back, as if nobody were logged in; but the answer may set cookies (C04)."""
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    answer = the_town.call(method, "/logout", fields, foreign)
    assert answer.headers.all("set-cookie") == []
    assert "clear-site-data" not in answer.headers
    if method == "POST":
        assert (answer.status, answer.headers["location"]) == (303, "/logout?"), "the browser brings its cookies there"
    assert told(the_town) == []


def test_c03_c07_a_doubled_cookie_takes_nothing_either(the_town: Town, elsewhere: Visitor, tokens: Tokens) -> None:
    """R-15: not even with the token of our own question."""
    elsewhere.open("/logout")
    fields = {"csrf_token": elsewhere.browser.hidden(), "decision": "logout"}
    headers = {"cookie": f"sid=planted; sid={elsewhere.browser.cookies['sid']}", "sec-fetch-site": "same-origin"}
    for method, sent in (("POST", fields), ("GET", None)):
        answer = the_town.call(method, "/logout", sent, headers)
        assert answer.headers.all("set-cookie") == []
        assert "clear-site-data" not in answer.headers
    assert elsewhere.open("/hesabim").h1.startswith("Hoş geldiniz")


def test_r_71_a_client_that_was_disabled_is_told(the_town: Town, elsewhere: Visitor, tokens: Tokens) -> None:
    """LOGOUT-12: its own sessions live on while the operator keeps it out."""
    with the_town.store.begin() as uow:
        client = uow.clients.by_id("mhrs")
        assert client is not None
        uow.clients.put(replace(client, disabled=True))
    elsewhere.open("/logout")
    elsewhere.press("Çıkış Yap")
    _is_about(told(the_town), tokens)


def test_a_client_that_was_removed_is_not_told(the_town: Town, elsewhere: Visitor, tokens: Tokens) -> None:
    """Not even of what ended before: there is nothing left to sign for."""
    elsewhere.open("/logout")
    elsewhere.press("Çıkış Yap")
    with the_town.store.begin() as uow:
        assert uow.clients.remove("mhrs")
    assert told(the_town) == []


def _cookies(visitor: Visitor) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())}


def test_l_06_logging_out_many_times_at_once_tells_once(the_town: Town, elsewhere: Visitor, tokens: Tokens) -> None:
    """Over two nodes; and two drains deliver one message once."""
    path, cookies = f"/logout?id_token_hint={tokens.id_token}", _cookies(elsewhere)
    with another_node(the_town) as second:
        at_once([partial(node.call, "GET", path, headers=cookies) for node in (the_town, second) * 3])
        servers = Servers()
        drains = [drain_of(node, servers) for node in (the_town, second)]
        at_once([drain.carry_one for drain in drains])
        assert not any(drain.carry_one() for drain in drains)
    assert len(servers.posts) == 1


def test_l_06_a_code_given_while_the_session_ends_is_told_of(
    the_town: Town, elsewhere: Visitor, tokens: Tokens, mhrs_floor: StandIn
) -> None:
    """A second service in the same session, without a page between: too late for a code, or told of the end."""
    with the_town.store.begin() as uow:
        floor = uow.clients.by_id("mhrs-floor")
        assert floor is not None
        uow.clients.put(replace(floor, consent=ConsentPolicy.NEVER))
    cookies = _cookies(elsewhere)
    asking = mhrs_floor.asks(prompt="none").url.removeprefix(the_town.settings.issuer)
    leaving = f"/logout?id_token_hint={tokens.id_token}"
    with another_node(the_town) as second:
        asked, _ = at_once(
            [
                partial(the_town.call, "GET", asking, headers=cookies),
                partial(second.call, "GET", leaving, headers=cookies),
            ]
        )
    answer = dict(parse_qsl(urlsplit(asked.headers["location"]).query))
    assert ("code" in answer) is (answer.get("error") != "login_required")
    heard = {claims["aud"] for _, claims in told(the_town)}
    assert heard == ({"mhrs", "mhrs-floor"} if "code" in answer else {"mhrs"})


def _is_about(heard: list[tuple[str, dict[str, Any]]], tokens: Tokens) -> None:
    [(url, claims)] = heard
    assert url == f"{BACK}/mhrs"
    assert (claims["sid"], claims["sub"]) == (tokens.claims["sid"], tokens.claims["sub"])
    assert claims["events"] == {EVENT: {}}
    assert "nonce" not in claims
