"""Signing out, and how long a login lasts (R-15, R-38, R-70, C04)."""

from urllib.parse import parse_qs, urlsplit

import httpx2


def test_sign_out_ends_our_session_then_the_providers(browser, make_browser):
    browser.log_in()
    cookie = browser.http.cookies["mhrs_session"]
    answer = browser.press(browser.get("/randevularim"), "mhrs-logout")
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith("http://localhost:8000/logout?")
    assert query["post_logout_redirect_uri"] == ["http://localhost:8001/"]
    assert query["client_id"] == ["mhrs"]
    assert query["id_token_hint"][0].count(".") == 2
    assert make_browser().get("/api/oturum", cookie=f"mhrs_session={cookie}").status_code == 401
    back = browser.get(f"/?state={query['state'][0]}")
    assert "Çıkış yaptınız." in back.text
    assert "Çıkış yaptınız." not in browser.get(f"/?state={query['state'][0]}").text


def test_a_foreign_state_says_nothing(browser):
    assert "Çıkış yaptınız." not in browser.get("/?state=made-up").text


def test_sign_out_works_while_the_provider_is_down(browser, clock):
    browser.log_in()
    page = browser.get("/randevularim")
    clock.instant += 601

    def down(request):
        raise httpx2.ReadTimeout("slow", request=request)

    browser.provider.answers["/.well-known/openid-configuration"] = down
    answer = browser.press(page, "mhrs-logout")
    assert answer.headers["location"] == "/?bildirim=cikis"
    assert "açık kalmış olabilir" in browser.get("/?bildirim=cikis").text
    assert browser.get("/randevularim").status_code == 303


def test_sign_out_without_a_session_leads_home(browser):
    assert browser.http.post("/cikis", data={"csrf": "x"}).headers["location"] == "/"


def test_thirty_idle_minutes_end_a_session(browser, clock):
    browser.log_in()
    for _ in range(3):
        clock.instant += 29 * 60
        assert browser.get("/randevularim").status_code == 200
    clock.instant += 30 * 60
    assert browser.get("/randevularim").status_code == 303


def test_eight_hours_end_a_session_however_busy(make_app, make_browser, clock):
    browser = make_browser(make_app(max_authentication_age=24 * 3600))
    browser.log_in()
    for _ in range(19):
        clock.instant += 25 * 60
        assert browser.get("/randevularim").status_code == 200
    clock.instant += 5 * 60
    assert browser.get("/randevularim").status_code == 303


def test_a_login_that_grew_too_old_closes_the_door(make_app, make_browser, clock):
    """R-38: the API says what is missing; the pages ask for a new login."""
    browser = make_browser(make_app(max_authentication_age=600))
    browser.log_in()
    assert browser.get("/api/oturum").status_code == 200
    clock.instant += 601
    answer = browser.get("/api/oturum")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer error="insufficient_user_authentication", error_description="A more recent login is required", '
        'acr_values="urn:esik:acr:two-step", max_age="600", '
        'resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource/api"'
    )
    assert browser.get("/randevu").status_code == 303


def test_a_level_raised_meanwhile_closes_the_door(make_app, make_browser):
    browser = make_browser(make_app())
    browser.log_in()
    strict = make_browser(make_app(required_level="urn:esik:acr:phishing-resistant"))
    answer = strict.get("/api/oturum", cookie=f"mhrs_session={browser.http.cookies['mhrs_session']}")
    assert answer.status_code == 401
    assert 'acr_values="urn:esik:acr:phishing-resistant"' in answer.headers["www-authenticate"]


def test_nobody_logged_in_gets_a_challenge_without_an_error(browser):
    """RFC 6750 §3.1."""
    answer = browser.get("/api/oturum")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource/api"'
    )
