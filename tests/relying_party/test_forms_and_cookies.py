"""Forms that others send, cookies that others plant (security.md §6.3, C02, C07, E04)."""

import pytest
from starlette.routing import Mount

from relying_party_demo import backchannel_logout, initiated_login


class TestForms:
    """CSRF (security.md §6.3)."""

    def test_each_route_that_takes_a_post_wants_a_token(self, browser, app):
        """But the two that come from elsewhere by their nature, where no cookie counts."""
        browser.log_in()
        tried = 0
        for route in app.routes:
            for inner in getattr(getattr(route, "original_router", route), "routes", [route]):
                if isinstance(inner, Mount) or "POST" not in (getattr(inner, "methods", None) or ()):
                    continue
                if inner.path in {backchannel_logout.PATH, initiated_login.PATH}:
                    continue
                path = inner.path.replace("{appointment_id}", "a").replace("{randevu_id}", "a")
                if path.startswith("/api/"):
                    answer = browser.http.post(path, json={"fkSlotId": "x"}, headers={"sec-fetch-site": "same-origin"})
                else:
                    answer = browser.http.post(path, data={"slot": "x"}, headers={"sec-fetch-site": "same-origin"})
                assert answer.status_code == 403, path
                tried += 1
        assert tried >= 9

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "none"},
            {"origin": "http://localhost:8000"},
            {"origin": "null"},
        ],
    )
    def test_a_form_sent_from_elsewhere_is_refused(self, browser, headers):
        action, fields = browser.form(browser.get("/"), "mhrs-login")
        assert browser.http.post(action, data=fields, headers=headers).status_code == 403

    @pytest.mark.parametrize("headers", [{}, {"origin": "http://localhost:8001"}, {"sec-fetch-site": "same-origin"}])
    def test_our_own_form_is_taken(self, browser, headers):
        action, fields = browser.form(browser.get("/"), "mhrs-login")
        assert browser.http.post(action, data=fields, headers=headers).status_code == 303

    def test_a_token_belongs_to_one_browser(self, browser, make_browser):
        _, fields = make_browser().form(make_browser().get("/"), "mhrs-login")
        browser.get("/")
        assert browser.http.post("/giris", data=fields).status_code == 403

    def test_a_doubled_field_is_refused(self, browser):
        browser.get("/")
        answer = browser.http.post("/giris", content=b"csrf=a&csrf=b")
        assert answer.status_code == 400


class TestCookies:
    def test_they_are_ours_alone_and_not_for_scripts(self, browser):
        browser.log_in()
        names = {cookie.name for cookie in browser.http.cookies.jar}
        assert names == {"mhrs_browser", "mhrs_session"}
        header = browser.get("/?dil=en").headers["set-cookie"].lower()
        assert "httponly" in header
        assert "samesite=lax" in header
        assert "secure" not in header

    def test_on_https_they_are_host_cookies(self, make_app, make_browser):
        browser = make_browser(make_app(base_url="https://mhrs.example"))
        answer = browser.get("/")
        header = answer.headers["set-cookie"]
        assert header.startswith("__Host-mhrs_browser=")
        assert "Secure" in header
        assert "Path=/" in header
        assert "Domain" not in header
        assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"

    def test_a_doubled_cookie_counts_as_none(self, browser, make_browser):
        """C07."""
        browser.log_in()
        cookie = f"mhrs_session={browser.http.cookies['mhrs_session']}"
        thief = make_browser()
        assert thief.get("/api/oturum", cookie=cookie).status_code == 200
        assert thief.get("/api/oturum", cookie=f"{cookie}; mhrs_session=other").status_code == 401

    def test_nothing_in_the_file_opens_a_session(self, browser, app):
        """security.md §6.4: session ids are stored hashed."""
        browser.log_in()
        settings = app.state.services.settings
        held = browser.http.cookies["mhrs_session"].encode()
        assert not any(held in path.read_bytes() for path in settings.database.parent.iterdir())
        assert settings.database.stat().st_mode & 0o077 == 0
