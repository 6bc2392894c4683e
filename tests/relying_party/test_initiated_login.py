"""A login that the provider or a portal begins (OIDC Core §4, DCR-14), which any page of the web can imitate."""

from urllib.parse import urlencode

import httpx2
import pytest

ISSUER = "http://localhost:8000"
PATH = "/oidc/initiate"


def initiate(browser, **parameters):
    return browser.get(f"{PATH}?{urlencode(parameters)}")


def test_dcr_14_iss_alone_begins_a_login_like_the_button(browser, provider):
    answer = initiate(browser, iss=ISSUER)
    assert answer.status_code == 303
    assert "mhrs-panel" in browser.come_back(answer.headers["location"]).text
    browser.http.cookies.clear()
    browser.come_back(browser.begin())
    by_initiation, by_button = provider.asked
    assert by_initiation.keys() == by_button.keys()


def test_dcr_14_the_hint_goes_on_and_the_target_is_reached(browser, provider):
    answer = initiate(
        browser, iss=ISSUER, login_hint="ayşe@example", target_link_uri="http://localhost:8001/randevularim?x=1"
    )
    back = browser.get(provider.authorize(answer.headers["location"]))
    assert back.headers["location"] == "/randevularim?x=1"
    assert provider.asked[-1]["login_hint"] == "ayşe@example"


def test_a_post_goes_round_by_a_get_so_that_our_cookies_come_along(browser):
    """The browser's other logins hang on the cookie that a cross-site POST does not bring (SameSite)."""
    fields = {"iss": ISSUER, "login_hint": "a b", "target_link_uri": "http://localhost:8001/randevularim", "more": "x"}
    answer = browser.http.post(PATH, data=fields, headers={"origin": "https://portal.example"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    del fields["more"]
    assert answer.headers["location"] == f"{PATH}?{urlencode(fields)}"


@pytest.mark.parametrize(
    "issuer", [None, "", "http://localhost:8000/", "HTTP://localhost:8000", "https://evil.example"]
)
def test_dcr_14_another_issuer_is_an_error_page_and_no_redirect(browser, provider, issuer):
    answer = initiate(browser, **({} if issuer is None else {"iss": issuer}))
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert 'data-code="ORN1008"' in answer.text
    assert "Giriş isteği tanınmayan bir giriş hizmetinden geldi." in answer.text
    assert provider.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/randevularim",
        "//evil.example/randevularim",
        "/randevularim",
        "http://localhost:8001.evil.example/randevularim",
        "http://localhost:8001@evil.example/randevularim",
        "http://localhost:80010/randevularim",
        "http://localhost:8001//evil.example",
        "http://localhost:8001/\\evil.example",
        "http://localhost:8001/randevularim\r\nX: y",
        "http://localhost:8001/cikis",
        "javascript:alert(1)",
    ],
)
def test_dcr_14_the_target_is_a_page_of_ours_or_the_panel(browser, provider, target):
    answer = initiate(browser, iss=ISSUER, target_link_uri=target)
    back = browser.get(provider.authorize(answer.headers["location"]))
    assert back.headers["location"] == "/randevu"


@pytest.mark.parametrize("hint", ["x" * 256, "a\nb", ""])
def test_a_hint_that_is_none_is_left_out(browser, provider, hint):
    answer = initiate(browser, iss=ISSUER, login_hint=hint)
    browser.get(provider.authorize(answer.headers["location"]))
    assert "login_hint" not in provider.asked[-1]


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
def test_a_doubled_parameter_is_refused(browser, name):
    query = urlencode([("iss", ISSUER), (name, ISSUER), (name, ISSUER)])
    assert browser.get(f"{PATH}?{query}").status_code == 400
    body = query.encode()
    assert browser.http.post(PATH, content=body).status_code == 400


def test_somebody_who_is_logged_in_stays_so_until_the_provider_answered(browser, provider):
    browser.log_in()
    address = initiate(browser, iss=ISSUER).headers["location"]
    assert browser.get("/api/oturum").status_code == 200
    provider.citizen = "citizen-2"
    browser.come_back(address)
    assert browser.get("/api/oturum").status_code == 200


def test_while_the_provider_is_down_a_page_says_so(browser, provider):
    provider.answers["/.well-known/openid-configuration"] = lambda _: httpx2.Response(500)
    assert initiate(browser, iss=ISSUER).status_code == 503
