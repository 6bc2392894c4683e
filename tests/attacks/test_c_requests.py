"""C03, C04, C06, C11–C13: forged requests, hostile text, redirects, other origins.

C06 and C12 speak of form_post, C04 of other clients' logout: as far as they exist. C13's run in a real browser is the
end-to-end suite's.
"""

import re

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Person, Visitor, login_id
from tests.stand_in import CALLBACK, StandIn, Tokens, came_back, went_back
from tests.town import IDP, MHRS, Town

HOSTILE = '"><script>alert(1)</script>\r\nSet-Cookie: sid=evil\r\n\r\n<img src=x onerror=1>{{7*7}}'


POSTS = ("password", "code", "enabling", "resend", "two-step-off", "two-step-on", "consent", "account", "cancel")


FOREIGN = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": MHRS},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": IDP.upper()},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_c03_a_form_from_another_origin_is_403_even_with_the_right_token(
    victim: Visitor, mhrs: StandIn, headers: dict[str, str]
) -> None:
    victim.open(mhrs.asks().url)
    login, token = login_id(victim.types_password(AYSE)), victim.browser.hidden()
    for name in POSTS:
        fields = {"csrf_token": token, "code": victim.town.last_code(AYSE.phone), "decision": "approve"}
        page = victim.browser.post(f"{IDP}/login/{login}/{name}", fields, headers)
        assert (page.status, went_back(page)) == (403, False)
    assert victim.open(f"/login/{login}").url.endswith("/code"), "nothing happened"


@pytest.mark.parametrize("token", ["", "x", "é" * 107, "A" * 43 + "0" * 64, "A" * 100_000])
def test_c03_a_form_without_the_right_token_is_403(victim: Visitor, mhrs: StandIn, token: str) -> None:
    victim.open(mhrs.asks().url)
    login = login_id(victim.types_password(AYSE))
    for name in POSTS:
        fields = {"code": victim.town.last_code(AYSE.phone), "decision": "approve"}
        given = {"csrf_token": token} if token else {}
        page = victim.browser.post(f"{IDP}/login/{login}/{name}", {**fields, **given})
        assert page.status in {403, 413}
        assert not went_back(page)


def test_c03_a_token_of_another_login_or_session_is_403(victim: Visitor, attacker: Visitor, mhrs: StandIn) -> None:
    attacker.logs_in_at_home(MEHMET, two_step=False)
    attacker.open("/hesabim/oturumlar")
    foreign = [attacker.browser.hidden()]
    attacker.open(mhrs.asks(prompt="login").url)
    foreign.append(attacker.browser.hidden())
    victim.logs_in_at_home(AYSE, two_step=True)
    victim.open("/hesabim/iki-asamali-giris")
    for path, fields in ACCOUNT_FORMS:
        for token in foreign:
            assert victim.browser.post(f"{IDP}{path}", {"csrf_token": token, **fields}).status == 403
    assert victim.open("/hesabim").h1.startswith("Hoş geldiniz")
    assert "request.forged" in _events(victim.town)


ACCOUNT_FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/hesabim/iki-asamali-giris", {"two_step": "off"}),
    ("/hesabim/iki-asamali-giris/kapat", {"decision": "off"}),
    ("/hesabim/sifre", {"new_password": "Bambaska-Bir-Sey-7", "new_password_repeat": "Bambaska-Bir-Sey-7"}),
    ("/hesabim/oturumlar/kapat", {"session_id": "x"}),
    ("/hesabim/oturumlar/hepsini-kapat", {}),
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_c03_account_forms_from_another_origin_are_403(victim: Visitor, headers: dict[str, str]) -> None:
    victim.logs_in_at_home(AYSE, two_step=True)
    victim.open("/hesabim/iki-asamali-giris")
    token = victim.browser.hidden()
    for path, fields in ACCOUNT_FORMS:
        assert victim.browser.post(f"{IDP}{path}", {"csrf_token": token, **fields}, headers).status == 403
    assert victim.open("/hesabim").h1.startswith("Hoş geldiniz")


def test_c03_logout_by_a_foreign_form_only_asks(victim: Visitor, mhrs: StandIn) -> None:
    tokens = _log_in(victim, mhrs, MEHMET)
    for headers in FOREIGN:
        page = victim.browser.post(f"{IDP}/logout", {"decision": "logout", "csrf_token": "x"}, headers)
        assert page.h1 == "Çıkış yapmak istiyor musunuz?"
    assert mhrs.userinfo(tokens.access_token).status == 200


def test_c03_a_get_changes_nothing_even_with_the_right_token(victim: Visitor, mhrs: StandIn) -> None:
    tokens = _log_in(victim, mhrs, MEHMET)
    victim.open("/logout")
    token = victim.browser.hidden()
    victim.open(f"/logout?decision=logout&csrf_token={token}")
    assert mhrs.userinfo(tokens.access_token).status == 200
    victim.open("/hesabim/iki-asamali-giris")
    for path, fields in ACCOUNT_FORMS:
        victim.open(f"{path}?csrf_token={victim_token(victim)}&" + "&".join(f"{k}={v}" for k, v in fields.items()))
    assert mhrs.userinfo(tokens.access_token).status == 200


def victim_token(victim: Visitor) -> str:
    victim.open("/hesabim/iki-asamali-giris")
    return victim.browser.hidden()


@pytest.mark.parametrize(
    "query",
    [
        "post_logout_redirect_uri=https://evil.example/",
        "post_logout_redirect_uri=javascript:alert(1)",
        f"post_logout_redirect_uri={MHRS}/",
        f"post_logout_redirect_uri={MHRS}/&client_id=mhrs",
        f"id_token_hint=eyJhbGciOiJub25lIn0.e30.&post_logout_redirect_uri={MHRS}/",
        "id_token_hint={hint}&post_logout_redirect_uri=https://evil.example/",
        "id_token_hint={hint}x&post_logout_redirect_uri=" + MHRS + "/",
        "id_token_hint={hint}&client_id=mhrs-floor&post_logout_redirect_uri=" + MHRS + "/",
    ],
)
def test_keycloak_cve_2023_6787_c04_logout_never_redirects_where_it_may_not(
    victim: Visitor, mhrs: StandIn, query: str
) -> None:
    tokens = _log_in(victim, mhrs, MEHMET)
    page = victim.open(f"/logout?{query.replace('{hint}', tokens.id_token)}")
    assert page.url.startswith(f"{IDP}/logout")
    assert page.status in {200, 400}
    assert "evil.example" not in page.headers.get("content-security-policy", "")


def test_c04_an_expired_hint_of_this_session_is_fine(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """LOGOUT-10."""
    tokens = _log_in(victim, mhrs, MEHMET)
    clock.advance(1200)
    page = victim.open(f"/logout?id_token_hint={tokens.id_token}&post_logout_redirect_uri={MHRS}/")
    assert page.url == f"{MHRS}/"


@pytest.mark.parametrize("name", ["state", "nonce", "ui_locales", "login_hint", "scope", "display", "response_mode"])
def test_hydra_cve_2019_8400_c06_markup_and_line_breaks_come_back_encoded(
    victim: Visitor, mhrs: StandIn, name: str
) -> None:
    """Hydra CVE-2019-8400: in every parameter, whether it is accepted or refused."""
    page = victim.open(mhrs.asks(**{name: HOSTILE}).url)
    _is_harmless(page.body)
    assert all("evil" not in hop.headers.get("set-cookie", "") for hop in victim.browser.hops)
    for hop in victim.browser.hops:
        assert not re.search(r"[\r\n<>]", hop.headers.get("location", ""))


def test_c06_markup_in_our_own_forms_and_addresses_is_encoded(victim: Visitor, mhrs: StandIn) -> None:
    victim.open(mhrs.asks().url)
    fields = {"csrf_token": victim.browser.hidden(), "national_id": HOSTILE, "password": HOSTILE}
    _is_harmless(victim.browser.post(victim.page.url, fields).body)
    for path in ("/login/<script>alert(1)</script>", "/%3Cscript%3E", "/hesabim/%3Cscript%3E", "/?lang=<script>"):
        _is_harmless(victim.open(path).body)


def test_c06_a_hostile_client_name_is_encoded(victim: Visitor, mhrs: StandIn) -> None:
    from dataclasses import replace

    with victim.town.store.begin() as uow:
        client = uow.clients.by_id("mhrs")
        assert client is not None
        uow.clients.put(replace(client, name=HOSTILE))
    _is_harmless(victim.open(mhrs.asks().url).body)


def _is_harmless(body: str) -> None:
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert ">49<" not in body


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/hesabim",
        "/\\evil.example",
        "/%2F%2Fevil.example",
        "/hesabim%0d%0aLocation:evil",
        "/hesabim/../x",
    ],
)
def test_c11_nobody_is_sent_to_another_host(victim: Visitor, path: str) -> None:
    page = victim.open(f"{IDP}{path}?next=https://evil.example&return_to=//evil.example&path=//evil.example")
    assert page.url.startswith(f"{IDP}/")
    if page.h1 == "Giriş yapın":
        assert victim.types_password(MEHMET).url.startswith(f"{IDP}/hesabim")


def test_c12_repeated_parameters_are_refused_or_count_for_nothing(victim: Visitor, mhrs: StandIn) -> None:
    for name in ("state", "scope", "nonce", "prompt", "max_age", "claims", "code_challenge", "response_type", "x"):
        answer = came_back(victim.open(f"{mhrs.asks().url}&{name}=a&{name}=b"))
        assert answer["error"] == "invalid_request", name
    for name in ("client_id", "redirect_uri"):
        page = victim.open(f"{mhrs.asks().url}&{name}=a")
        assert (page.status, went_back(page)) == (400, False), name


def test_c12_other_methods_are_405_and_redirects_are_303(victim: Visitor, the_town: Town, mhrs: StandIn) -> None:
    for path in ("/token", "/userinfo", "/authorize", "/logout", "/jwks", "/login/x/password"):
        assert the_town.call("DELETE", path).status == 405, path
    assert the_town.call("GET", "/token").status == 405
    victim.open(mhrs.asks().url)
    victim.two_steps(AYSE)
    victim.approves()
    assert {hop.status for hop in victim.browser.hops} == {200, 303}


def test_c12_authorize_by_post_bounces_once_through_a_get(victim: Visitor, mhrs: StandIn) -> None:
    """AUTH-01, SET-14: a cross-site POST carries no cookie of ours."""
    asked = mhrs.asks()
    query = asked.url.partition("?")[2]
    fields = dict(pair.split("=", 1) for pair in query.split("&"))
    from urllib.parse import unquote_plus

    decoded = {name: unquote_plus(value) for name, value in fields.items()}
    victim.browser.post(f"{IDP}/authorize", decoded, {"origin": MHRS, "sec-fetch-site": "cross-site"})
    victim.types_password(MEHMET)
    assert mhrs.tokens(victim.approves(), asked).claims["nonce"] == asked.nonce


def test_c13_auth_30_no_cors_where_people_are(the_town: Town, mhrs: StandIn) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for path in (mhrs.asks().url.removeprefix(IDP), "/hesabim", "/login/x/password", "/logout", "/"):
        for method in ("GET", "OPTIONS"):
            answer = the_town.call(method, path, headers=headers)
            assert not any(name.startswith("access-control") for name in answer.headers), path
    for path in ("/jwks", "/.well-known/openid-configuration", "/userinfo"):
        answer = the_town.call("GET", path, headers=headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_c13_form_action_is_ourselves_and_this_relying_party(victim: Visitor, mhrs_floor: StandIn) -> None:
    """pages.md §3.2: on every page whose form can end at the relying party, and on no other."""
    victim.open(mhrs_floor.asks().url)
    seen = [victim.page]
    seen.append(victim.types_password(MEHMET))
    seen.append(victim.switches_on())
    seen.append(victim.reads_and_types_code(MEHMET))
    seen.append(victim.press("Girişi tamamla: Örnek Randevu, iki aşamalı giriş zorunlu"))
    origin = CALLBACK.partition("/oidc")[0]
    for page in seen:
        assert _form_action(page.headers["content-security-policy"]) == ["'self'", origin]
    victim.approves()
    assert _form_action(victim.open("/hesabim").headers["content-security-policy"]) == ["'self'"]


def _form_action(policy: str) -> list[str]:
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    return directives["form-action"].split(" ")


def _log_in(visitor: Visitor, service: StandIn, person: Person) -> Tokens:
    asked = service.asks()
    visitor.open(asked.url)
    visitor.types_password(person)
    return service.tokens(visitor.approves(), asked)


def _events(town: Town) -> list[str]:
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM audit").scalars())
