"""When the provider is down, confused or elsewhere: a clear page, nothing lost, no fault of ours (R-37)."""

import httpx2
import pytest
from joserfc.jwk import ECKey

from relying_party_demo.app import create_app
from relying_party_demo.provider import Provider

ISSUER = "http://localhost:8000"


def _raise(request):
    raise httpx2.ConnectError("nobody there", request=request)


BROKEN = {
    "no answer": _raise,
    "error 500": lambda _: httpx2.Response(500),
    "page": lambda _: httpx2.Response(200, text="<html>maintenance</html>"),
    "list": lambda _: httpx2.Response(200, json=[]),
    "number": lambda _: httpx2.Response(200, json=7),
    "empty object": lambda _: httpx2.Response(200, json={}),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_without_discovery_the_start_page_stays_and_the_button_explains(browser, fault):
    browser.provider.answers["/.well-known/openid-configuration"] = BROKEN[fault]
    page = browser.press(browser.get("/"), "mhrs-login")
    assert page.status_code == 503
    assert "Giriş hizmetine ulaşılamıyor." in page.text
    browser.provider.answers.clear()
    assert browser.press(page, "mhrs-try-again").headers["location"].startswith(f"{ISSUER}/authorize?")


def test_the_discovery_document_of_another_issuer_is_not_used(browser):
    """OIDC Discovery §4.3."""
    answer = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{ISSUER}/x")
    answer |= {
        "userinfo_endpoint": f"{ISSUER}/x",
        "end_session_endpoint": f"{ISSUER}/x",
        "issuer": "http://evil.example",
    }
    browser.provider.answers["/.well-known/openid-configuration"] = lambda _: httpx2.Response(200, json=answer)
    assert browser.press(browser.get("/"), "mhrs-login").status_code == 503


@pytest.mark.parametrize("path", ["/token", "/jwks"])
@pytest.mark.parametrize("fault", [name for name in BROKEN if name != "empty object"])
def test_a_broken_back_channel_ends_on_a_page_with_a_way_on(browser, path, fault):
    browser.provider.answers[path] = BROKEN[fault]
    page = browser.come_back(browser.begin("/?donus=/randevularim"))
    assert page.status_code == 503
    assert 'data-outcome="unavailable"' in page.text
    browser.provider.answers.clear()
    again = browser.press(page, "mhrs-try-again").headers["location"]
    assert browser.get(browser.provider.authorize(again)).headers["location"] == "/randevularim"


@pytest.mark.parametrize(
    "keys",
    [{"keys": "x"}, {"keys": [7]}, {"keys": None}, {"keys": [{"kty": "EC", "crv": "P-256", "x": "!", "y": "!"}]}, {}],
    ids=str,
)
def test_a_bad_key_set_is_the_providers_fault(browser, keys):
    browser.provider.answers["/jwks"] = lambda _: httpx2.Response(200, json=keys)
    assert browser.log_in().status_code == 503


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(400, json={"error": "invalid_grant"}),
        httpx2.Response(401, json={"error": "invalid_client", "error_description": "no"}),
        httpx2.Response(200, json={}),
        httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer"}),
        httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": 7}),
        httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": "x.y.z"}),
        httpx2.Response(200, json={"access_token": "a", "token_type": "DPoP", "id_token": "x.y.z"}),
    ],
    ids=lambda answer: answer.text,
)
def test_a_refused_code_or_a_strange_token_answer_makes_no_login(browser, answer):
    browser.provider.answers["/token"] = lambda _: answer
    page = browser.log_in()
    assert page.status_code == 400
    assert 'data-outcome="failed"' in page.text


def test_a_silent_userinfo_costs_the_name_only(browser):
    browser.provider.answers["/userinfo"] = _raise
    page = browser.log_in()
    assert 'data-testid="mhrs-citizen-name">Vatandaş<' in page.text


def test_userinfo_about_somebody_else_ends_the_login(browser):
    """OIDC Core §5.3.2."""
    browser.provider.answers["/userinfo"] = lambda _: httpx2.Response(200, json={"sub": "other", "name": "X"})
    assert 'data-outcome="failed"' in browser.log_in().text


def test_metadata_and_keys_are_fetched_once_in_a_while(browser, make_browser, clock):
    for _ in range(2):
        make_browser().log_in()
    fetched = [request.url.path for request in browser.provider.requests]
    assert fetched.count("/.well-known/openid-configuration") == 1
    assert fetched.count("/jwks") == 1
    clock.instant += 3601
    make_browser().log_in()
    fetched = [request.url.path for request in browser.provider.requests]
    assert fetched.count("/.well-known/openid-configuration") == 2
    assert fetched.count("/jwks") == 2


def test_the_back_channel_has_its_own_address(make_settings, make_browser, clock, provider):
    """The browser is sent to the issuer, MHRS itself goes another way."""
    with httpx2.Client(transport=httpx2.MockTransport(provider.handle)) as http:
        app = create_app(make_settings(back_channel_url="http://idp:9000"), clock=clock, http=http)
        browser = make_browser(app)
        address = browser.begin()
        assert address.startswith(f"{ISSUER}/authorize?")
        assert "mhrs-panel" in browser.come_back(address).text
        location = browser.press(browser.get("/randevularim"), "mhrs-logout").headers["location"]
    assert location.startswith(f"{ISSUER}/logout?")
    assert {(request.url.host, request.url.port) for request in provider.requests} == {("idp", 9000)}


def test_an_endpoint_outside_the_issuers_origin_keeps_its_address(make_settings, make_browser, clock, provider):
    def discovery(_):
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        answer = {key: f"{ISSUER}/{value}" for key, value in names.items()}
        return httpx2.Response(
            200,
            json={
                **answer,
                "issuer": ISSUER,
                "jwks_uri": "http://keys.example/jwks",
                "end_session_endpoint": f"{ISSUER}/o",
            },
        )

    provider.answers["/.well-known/openid-configuration"] = discovery
    with httpx2.Client(transport=httpx2.MockTransport(provider.handle)) as http:
        browser = make_browser(create_app(make_settings(back_channel_url="http://idp:9000"), clock=clock, http=http))
        browser.log_in()
    assert "keys.example" in {request.url.host for request in provider.requests}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("public, max-age=60", 60),
        ("max-age=120", 120),
        ("no-cache, max-age=0", 60),
        ("max-age=86400", 300),
        ("max-age=" + "9" * 5000, 300),
        ("max-age=soon", 300),
        (None, 300),
    ],
    ids=lambda value: str(value)[:20],
)
def test_l_20_a_revoked_key_is_believed_for_as_long_as_the_provider_said(make_settings, clock, said, seconds):
    """RFC 9111 §5.2.2.1, and never for longer than five minutes."""
    headers = {} if said is None else {"cache-control": said}
    revoked, fresh = (ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False) for kid in ("revoked", "fresh"))
    published = [revoked]

    def answer(request):
        if request.url.path == "/jwks":
            return httpx2.Response(200, json={"keys": published}, headers=headers)
        names = ("authorization_endpoint", "end_session_endpoint", "token_endpoint", "userinfo_endpoint")
        endpoints = dict.fromkeys(names, f"{ISSUER}/x") | {"jwks_uri": f"{ISSUER}/jwks"}
        return httpx2.Response(200, json={"issuer": ISSUER, **endpoints})

    def believed():
        return [key.kid for key in provider.with_keys(lambda keys: keys.keys)]

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        provider = Provider(make_settings(), http, clock)
        assert believed() == ["revoked"]
        published[:] = [fresh]
        clock.instant += seconds - 1
        assert believed() == ["revoked"]
        clock.instant += 1
        assert believed() == ["fresh"]
