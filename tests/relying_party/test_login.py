"""The way to the provider and back (R-37, R-39, RFC 9207, AL-39, C02, J2)."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

ISSUER = "http://localhost:8000"


def test_a_two_step_login_opens_the_panel_with_the_citizens_name(browser):
    page = browser.log_in()
    assert page.status_code == 200
    assert 'data-testid="mhrs-panel"' in page.text
    assert "AYŞE ÖRNEK" in page.text
    assert "mhrs-notice" not in page.text


def test_the_first_request_asks_for_no_level_and_carries_pkce_state_and_nonce(browser):
    """J3b: MHRS judges what comes back instead of asking."""
    query = parse_qs(urlsplit(browser.begin()).query)
    assert query["response_type"] == ["code"]
    assert query["client_id"] == ["mhrs"]
    assert query["redirect_uri"] == ["http://localhost:8001/oidc/callback"]
    assert query["scope"] == ["openid profile"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["ui_locales"] == ["tr"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) >= 43
    assert len(query["nonce"][0]) >= 43
    assert "acr_values" not in query
    assert "claims" not in query


def test_each_request_has_its_own_secrets(browser):
    first, second = (parse_qs(urlsplit(browser.begin()).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_several_tabs_log_in_at_once(browser):
    first, second = browser.begin(), browser.begin()
    assert "mhrs-panel" in browser.come_back(second).text
    assert "mhrs-panel" in browser.come_back(first).text


def test_the_session_id_changes_at_every_login_and_the_old_one_ends(browser, make_browser):
    """R-70, C01."""
    second_tab = browser.begin()
    browser.log_in()
    old = browser.http.cookies["mhrs_session"]
    thief = make_browser()
    assert thief.get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 200
    browser.come_back(second_tab)
    assert browser.http.cookies["mhrs_session"] != old
    assert thief.get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 401


def test_the_provider_is_asked_in_the_language_of_the_page(browser):
    browser.get("/?dil=en")
    assert parse_qs(urlsplit(browser.begin()).query)["ui_locales"] == ["en"]


def test_a_citizen_returns_to_the_page_they_wanted(browser):
    start = browser.get("/randevularim").headers["location"]
    assert start == "/?bildirim=oturum&donus=%2Frandevularim"
    answer = browser.get(browser.provider.authorize(browser.begin(start)))
    assert answer.headers["location"] == "/randevularim"


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example/randevu", "/randevu\\@evil", "/giris", "/randevuXY"]
)
def test_nobody_chooses_a_foreign_page_to_return_to(browser, path):
    answer = browser.get(browser.provider.authorize(browser.begin(f"/?{httpx2.QueryParams(donus=path)}")))
    assert answer.headers["location"] == "/randevu"


class TestCallback:
    def test_iss_must_be_present(self, browser):
        """RFC 9207 §2.4, AL-39."""
        page = browser.come_back(browser.begin(), iss=None)
        assert 'data-outcome="failed"' in page.text
        assert not any(request.url.path == "/token" for request in browser.provider.requests)

    @pytest.mark.parametrize("iss", ["http://localhost:8000/", "https://localhost:8000", "http://evil.example", ""])
    def test_iss_must_be_equal(self, browser, iss):
        assert 'data-outcome="failed"' in browser.come_back(browser.begin(), iss=iss).text
        assert not any(request.url.path == "/token" for request in browser.provider.requests)

    def test_an_error_without_iss_is_not_believed(self, browser):
        page = browser.come_back(browser.begin(), code=None, error="access_denied", iss=None)
        assert 'data-outcome="failed"' in page.text

    def test_an_answer_is_used_once_and_back_shows_its_outcome(self, browser):
        callback = browser.provider.authorize(browser.begin())
        first, second = browser.get(callback), browser.get(callback)
        assert first.headers["location"] == second.headers["location"] == "/randevu"
        assert sum(request.url.path == "/token" for request in browser.provider.requests) == 1

    def test_a_refused_answer_can_be_reloaded(self, browser):
        browser.provider.acr = "urn:esik:acr:password"
        callback = browser.provider.authorize(browser.begin())
        locations = {browser.get(callback).headers["location"] for _ in range(2)}
        assert len(locations) == 1
        assert "mhrs-refused" in browser.get(locations.pop()).text

    def test_an_answer_belongs_to_the_browser_that_asked(self, browser, make_browser):
        """C02: an attacker's code in a victim's browser starts the victim's own login."""
        callback = browser.provider.authorize(browser.begin())
        victim = make_browser()
        answer = victim.get(callback)
        assert answer.headers["location"].startswith(f"{ISSUER}/authorize?")
        assert "mhrs_session" not in victim.http.cookies
        assert not any(request.url.path == "/token" for request in browser.provider.requests)

    def test_a_result_page_belongs_to_the_browser_that_asked(self, browser, make_browser):
        browser.provider.acr = None
        location = browser.get(browser.provider.authorize(browser.begin())).headers["location"]
        assert make_browser().get(location).headers["location"] == "/"

    def test_a_lost_state_starts_the_login_again_once(self, browser):
        """4.12 "state lost": never a dead end, never a loop."""
        answer = browser.get(f"/oidc/callback?code=c&state=unknown&iss={ISSUER}")
        assert answer.status_code == 303
        assert "Giriş yeniden başlatılıyor." in answer.text
        again = answer.headers["location"]
        browser.http.cookies.clear()
        lost_again = browser.get(browser.provider.authorize(again))
        assert lost_again.status_code == 400
        assert 'data-testid="mhrs-lost"' in lost_again.text
        assert browser.press(lost_again, "mhrs-try-again").headers["location"].startswith(ISSUER)

    def test_the_restarted_login_succeeds(self, browser):
        again = browser.get(f"/oidc/callback?code=c&state=unknown&iss={ISSUER}").headers["location"]
        assert "mhrs-panel" in browser.come_back(again).text

    def test_a_login_that_took_too_long_is_started_again(self, browser, make_browser, clock):
        """J4: the provider's transaction lives 30 minutes; ours must outlive it, but not for ever."""
        address = browser.begin()
        clock.instant += 31 * 60
        assert "mhrs-panel" in browser.come_back(address).text
        late = make_browser()
        address = late.begin()
        clock.instant += 36 * 60
        assert late.get(browser.provider.authorize(address)).headers["location"].startswith(f"{ISSUER}/authorize?")

    def test_a_citizen_who_cancelled_a_lost_login_is_not_sent_back_at_once(self, browser):
        page = browser.get(f"/oidc/callback?error=access_denied&state=unknown&iss={ISSUER}")
        assert page.status_code == 200
        assert "Girişten vazgeçtiniz." in page.text

    @pytest.mark.parametrize("query", ["", "code=c&iss=i", "code=a&code=b&state=s&iss=i", "state=s&state=s"])
    def test_an_answer_without_one_state_never_starts_anything(self, browser, query):
        page = browser.get(f"/oidc/callback?{query}")
        assert page.status_code == 400
        assert 'data-testid="mhrs-lost"' in page.text

    def test_a_lost_state_does_no_harm_to_somebody_already_logged_in(self, browser):
        browser.log_in()
        answer = browser.get(f"/oidc/callback?code=c&state=unknown&iss={ISSUER}")
        assert answer.headers["location"] == "/randevu"

    @pytest.mark.parametrize(
        ("error", "outcome", "status", "text"),
        [
            ("access_denied", "cancelled", 200, "Girişten vazgeçtiniz."),
            ("unmet_authentication_requirements", "unmet", 403, "İki aşamalı giriş tamamlanamadı."),
            ("server_error", "unavailable", 503, "Giriş hizmetine ulaşılamıyor."),
            ("temporarily_unavailable", "unavailable", 503, "Giriş hizmetine ulaşılamıyor."),
            ("invalid_scope", "failed", 400, "Giriş tamamlanamadı."),
            ("login_required", "failed", 400, "Giriş tamamlanamadı."),
            ("<script>alert(1)</script>", "failed", 400, "Giriş tamamlanamadı."),
        ],
    )
    def test_every_error_has_a_page_and_a_way_on(self, browser, error, outcome, status, text):
        page = browser.come_back(browser.begin(), code=None, error=error, error_description="<b>x</b>")
        assert page.status_code == status
        assert f'data-outcome="{outcome}"' in page.text
        assert text in page.text
        assert "alert(1)" not in page.text
        again = "mhrs-retry" if outcome == "unmet" else "mhrs-try-again"
        assert browser.press(page, again).headers["location"].startswith(f"{ISSUER}/authorize?")


class TestRetry:
    """J3b, A11: refuse, say why, ask again once with an essential claim."""

    def test_a_password_login_is_refused_with_both_levels_shown(self, browser):
        browser.provider.acr, browser.provider.amr = "urn:esik:acr:password", ["pwd"]
        page = browser.log_in()
        assert page.status_code == 403
        assert "İki aşamalı giriş gerekli" in page.text
        assert "MHRS&#39;ye e-Devlet şifrenizle giriş yapabilmek için" in page.text
        assert "urn:esik:acr:two-step" in page.text
        assert "urn:esik:acr:password" in page.text
        assert "şifre (pwd)" in page.text
        assert browser.links(page, "mhrs-settings") == [f"{ISSUER}/hesabim/guvenlik"]
        assert "mhrs_session" not in browser.http.cookies
        assert browser.get("/randevu").headers["location"].startswith("/?bildirim=oturum")

    def test_the_retry_makes_the_level_an_essential_claim(self, browser):
        browser.provider.acr = "urn:esik:acr:password"
        address = browser.press(browser.log_in(), "mhrs-retry").headers["location"]
        query = parse_qs(urlsplit(address).query)
        assert "acr_values" not in query
        assert json.loads(query["claims"][0]) == {
            "id_token": {
                "acr": {
                    "essential": True,
                    "values": ["urn:esik:acr:two-step", "urn:esik:acr:phishing-resistant"],
                }
            }
        }

    def test_success_after_the_retry_is_said(self, browser):
        """J4."""
        browser.provider.acr = None
        address = browser.press(browser.log_in(), "mhrs-retry").headers["location"]
        browser.provider.acr = "urn:esik:acr:phishing-resistant"
        page = browser.come_back(address)
        assert "İki aşamalı giriş doğrulandı. Randevu alabilirsiniz." in page.text
        assert "mhrs-panel" in page.text

    def test_a_retry_that_falls_short_ends_on_a_page(self, browser):
        browser.provider.acr = "urn:esik:acr:password"
        address = browser.press(browser.log_in(), "mhrs-retry").headers["location"]
        page = browser.come_back(address)
        assert page.status_code == 403
        assert 'data-testid="mhrs-retried"' in page.text
        assert 'data-testid="mhrs-retry"' not in page.text
        assert browser.links(page, "mhrs-home") == ["/"]

    @pytest.mark.parametrize("level", ["urn:esik:acr:two-step", "urn:esik:acr:phishing-resistant"])
    def test_the_required_level_is_a_setting(self, make_app, make_browser, level):
        browser = make_browser(make_app(required_level="urn:esik:acr:phishing-resistant"))
        browser.provider.acr = level
        assert ("mhrs-panel" in browser.log_in().text) is (level == "urn:esik:acr:phishing-resistant")
