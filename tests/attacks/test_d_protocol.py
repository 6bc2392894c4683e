"""D01–D06, D14: redirect URIs, codes, PKCE, forged hosts. Each clause has its own file under `tests/protocol`."""

import json
import string

import pytest

from tests.clock import FakeClock
from tests.people import MEHMET, Visitor
from tests.stand_in import CALLBACK, Asked, StandIn, came_back, s256, went_back
from tests.town import IDP, Town

OTHER_URIS = [
    "https://localhost:8001/oidc/callback",
    "HTTP://localhost:8001/oidc/callback",
    "http://LOCALHOST:8001/oidc/callback",
    "http://user@localhost:8001/oidc/callback",
    "http://localhost:8001@evil.example/oidc/callback",
    "http://localhost.evil.example:8001/oidc/callback",
    "http://localhost:8002/oidc/callback",
    "http://localhost/oidc/callback",
    "http://127.0.0.1:8001/oidc/callback",
    "http://localhost:8001/oidc/callback/",
    "http://localhost:8001/oidc/callback/..",
    "http://localhost:8001/oidc/./callback",
    "http://localhost:8001//oidc/callback",
    "http://localhost:8001/oidc/%63allback",
    "http://localhost:8001/oidc/callback%00",
    "http://localhost:8001/oidc/callback?x=1",
    "http://localhost:8001/oidc/callback#x",
    "http://localhost:8001/oidc/callback;x",
    " http://localhost:8001/oidc/callback",
    "http://localhost:8001/oidc/callback ",
    "http://localhost:8001/oidc/callback\r\nX: y",
    "http://localhost:8001/oidc/callback\0",
    "http://lоcalhost:8001/oidc/callback",
    "//localhost:8001/oidc/callback",
    "/oidc/callback",
    "javascript:alert(1)//http://localhost:8001/oidc/callback",
    "data:text/html,x",
    "",
]


@pytest.mark.parametrize("uri", OTHER_URIS)
def test_fosite_cve_2020_15234_d01_a_redirect_uri_that_differs_anywhere_gets_a_page(
    victim: Visitor, mhrs: StandIn, uri: str
) -> None:
    page = victim.open(mhrs.asks(redirect_uri=uri).url)
    assert (page.status, went_back(page)) == (400, False)
    assert "evil" not in page.body
    assert len(victim.browser.hops) == 1


WRONGS: list[dict[str, str | None]] = [
    {"response_type": "token"},
    {"response_type": None},
    {"prompt": "none"},
    {"prompt": "none login"},
    {"max_age": "x"},
    {"claims": "{"},
    {"scope": "profile"},
    {"code_challenge": None, "code_challenge_method": None},
    {"request": "x"},
    {"request_uri": "https://evil.example"},
    {"response_mode": "query.jwt"},
    {"id_token_hint": "x"},
    {"state": "evil-state"},
]


@pytest.mark.parametrize("wrong", WRONGS)
def test_d02_with_a_bad_client_or_address_nothing_is_sent_anywhere(
    victim: Visitor, mhrs: StandIn, wrong: dict[str, str | None]
) -> None:
    for bad in (
        {"client_id": "evil-client"},
        {"client_id": None},
        {"client_id": "\0"},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": None},
    ):
        page = victim.open(mhrs.asks(**wrong, **bad).url)
        assert (page.status, page.url.startswith(f"{IDP}/authorize")) == (400, True)
        assert "evil" not in page.body
        assert not any(hop.status in {302, 303} for hop in victim.browser.hops)


def test_keycloak_cve_2026_1035_d03_a_second_use_ends_everything_from_the_first(
    victim: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    asked, code = _a_code(victim, mhrs)
    first = mhrs.redeem(code, asked.verifier)
    access_token = json.loads(first.body)["access_token"]
    assert mhrs.userinfo(access_token).status == 200
    clock.advance(3)
    second = mhrs.redeem(code, asked.verifier)
    assert (second.status, json.loads(second.body)["error"]) == (400, "invalid_grant")
    assert mhrs.userinfo(access_token).status == 401
    assert "code.replayed" in _events(victim.town)


@pytest.mark.parametrize(
    "wrong",
    [{"redirect_uri": f"{CALLBACK}/"}, {"redirect_uri": None}, {"redirect_uri": "https://evil.example"}],
)
def test_d04_a_code_with_another_redirect_uri_is_refused_and_spent(
    victim: Visitor, mhrs: StandIn, wrong: dict[str, str | None]
) -> None:
    asked, code = _a_code(victim, mhrs)
    answer = mhrs.redeem(code, asked.verifier, **wrong)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_grant")
    assert mhrs.redeem(code, asked.verifier).status == 400


def test_zitadel_cve_2026_55672_d04_a_thief_with_another_client_gets_nothing_and_ends_nothing(
    victim: Visitor, mhrs: StandIn, mhrs_floor: StandIn
) -> None:
    asked, code = _a_code(victim, mhrs)
    answer = mhrs_floor.redeem(code, asked.verifier)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_grant")
    assert "code.refused" in _events(victim.town)
    assert mhrs.redeem(code, asked.verifier).status == 200, "the owner's own redemption still works"


def test_d05_a_code_lives_sixty_seconds(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    asked, code = _a_code(victim, mhrs)
    clock.advance(60)
    assert mhrs.redeem(code, asked.verifier).status == 400
    victim.browser.cookies.clear()
    asked, code = _a_code(victim, mhrs)
    clock.advance(59)
    assert mhrs.redeem(code, asked.verifier).status == 200


def test_d05_a_mutilated_code_is_no_code(victim: Visitor, mhrs: StandIn) -> None:
    asked, code = _a_code(victim, mhrs)
    for wrong in (code[:-1], code + "A", code.swapcase(), code + "=", f" {code}", code.encode().hex(), "", "\0", "é"):
        assert mhrs.redeem(wrong, asked.verifier).status == 400
    assert mhrs.redeem(code, asked.verifier).status == 200, "and none of them cost the real one"


def test_d05_a_mutilated_access_token_is_no_token(victim: Visitor, mhrs: StandIn) -> None:
    asked, code = _a_code(victim, mhrs)
    token = json.loads(mhrs.redeem(code, asked.verifier).body)["access_token"]
    head, body, signature = token.split(".")
    for wrong in (token[:-4], f"{head}.{body}.", f"{head}.{body}.{signature}AA", token.swapcase(), f"{body}.{head}.x"):
        assert mhrs.userinfo(wrong).status == 401


def test_d05_codes_are_long_random_and_never_alike(victim: Visitor, mhrs: StandIn) -> None:
    """256 random bits each; uniqueness over many is the generator's (tests/crypto/test_secrets.py)."""
    seen = set()
    for _ in range(20):
        _, code = _a_code(victim, mhrs)
        assert len(code) == 43
        assert set(code) <= set(string.ascii_letters + string.digits + "-_")
        seen.add(code)
    assert len(seen) == 20


VERIFIER = "v" * 43


@pytest.mark.parametrize(
    "asked",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": s256(VERIFIER), "code_challenge_method": None},
        {"code_challenge": s256(VERIFIER), "code_challenge_method": "s256"},
        {"code_challenge": None, "code_challenge_method": "S256"},
        {"code_challenge": s256(VERIFIER)[:-1], "code_challenge_method": "S256"},
        {"code_challenge": f"{s256(VERIFIER)}=", "code_challenge_method": "S256"},
        {"code_challenge": "", "code_challenge_method": "S256"},
    ],
)
def test_authentik_cve_2024_23647_d06_pkce_cannot_be_left_out_or_weakened(
    victim: Visitor, mhrs: StandIn, asked: dict[str, str | None]
) -> None:
    """A confidential client too: both sample clients require it."""
    answer = came_back(victim.open(mhrs.asks(**asked).url))
    assert answer["error"] == "invalid_request"


@pytest.mark.parametrize("verifier", [None, "", "x", "w" * 43, "v" * 129, "ü" * 43, "{challenge}"])
def test_d06_a_wrong_verifier_costs_the_code(victim: Visitor, mhrs: StandIn, verifier: str | None) -> None:
    asked, code = _a_code(victim, mhrs)
    sent = s256(asked.verifier) if verifier == "{challenge}" else verifier
    answer = mhrs.redeem(code, asked.verifier, code_verifier=sent)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_grant")
    assert mhrs.redeem(code, asked.verifier).status == 400, "a guess at the verifier costs the code"


HOSTS = [
    {"host": "evil.example"},
    {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"},
    {"forwarded": "host=evil.example;proto=https"},
    {"x-original-url": "/evil", "x-rewrite-url": "/evil"},
    {"x-forwarded-prefix": "/evil", "x-forwarded-port": "666"},
]


@pytest.mark.parametrize("headers", HOSTS)
def test_zitadel_cve_2025_64101_d14_a_forged_host_moves_no_address(
    victim: Visitor, the_town: Town, mhrs: StandIn, headers: dict[str, str]
) -> None:
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        document = json.loads(the_town.call("GET", path, headers=headers).body)
        assert document["issuer"] == IDP
        assert "evil" not in json.dumps(document)
    asked = mhrs.asks(prompt="none")
    answer = the_town.call("GET", asked.url.removeprefix(IDP), headers=headers)
    assert answer.headers["location"].startswith(f"{CALLBACK}?error=login_required")
    assert "iss=http%3A%2F%2Flocalhost%3A8000" in answer.headers["location"]
    for path in ("/hesabim", "/logout", mhrs.asks().url.removeprefix(IDP), "/"):
        answer = the_town.call("GET", path, headers=headers)
        assert "evil" not in answer.text + str(dict(answer.headers)), path


def test_d14_the_text_message_names_the_configured_host(victim: Visitor, the_town: Town, mhrs: StandIn) -> None:
    page = victim.open(mhrs.asks().url)
    fields = {"csrf_token": victim.browser.hidden(), "national_id": "98765430170", "password": "Esik-Deneme-1"}
    victim.browser.post(page.url, fields, {"x-forwarded-host": "evil.example"})
    text = the_town.messages("+905000000001")[0]["text"]
    assert text.splitlines()[-1].startswith("@localhost #")


def test_d14_iss_is_in_success_and_error(victim: Visitor, mhrs: StandIn) -> None:
    asked = mhrs.asks()
    victim.open(asked.url)
    victim.types_password(MEHMET)
    assert came_back(victim.approves())["iss"] == IDP
    victim.open(mhrs.asks(prompt="login").url)
    assert came_back(victim.press("Vazgeç"))["iss"] == IDP
    assert came_back(victim.open(mhrs.asks(scope="profile").url))["iss"] == IDP


def _a_code(victim: Visitor, service: StandIn) -> tuple[Asked, str]:
    asked = service.asks()
    page = victim.open(asked.url)
    if not went_back(page):
        page = victim.types_password(MEHMET)
    if not went_back(page):
        page = victim.approves()
    return asked, came_back(page)["code"]


def _events(town: Town) -> list[str]:
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM audit").scalars())
