"""The provider ends a login: Back-Channel Logout 1.0 as MHRS obeys it (LOGOUT-12, LOGOUT-13, A24, D12)."""

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.testclient import TestClient

PATH = "/oidc/backchannel-logout"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def tell(app):
    """The provider's server, which has no cookies: posts a logout token, with or without other fields."""
    server = TestClient(app, base_url="http://localhost:8001")

    def post(token, **others):
        return server.post(PATH, data={"logout_token": token, **others})

    yield post
    server.close()


def is_logged_in(browser):
    return browser.get("/api/oturum").status_code == 200


def refused(answer, description="The logout token is not acceptable"):
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"error": "invalid_request", "error_description": description}
    return True


class TestWhatItEnds:
    def test_logout_12_the_session_is_over_at_once(self, browser, provider, tell):
        browser.log_in()
        answer = tell(provider.logout_token())
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["cache-control"] == "no-store"
        assert not is_logged_in(browser)
        assert browser.get("/randevu").status_code == 303

    def test_bcl_2_5_other_fields_are_passed_over(self, browser, provider, tell):
        browser.log_in()
        assert tell(provider.logout_token(), another="x").status_code == 200
        assert not is_logged_in(browser)

    def test_only_the_sessions_of_this_sid(self, browser, make_browser, provider, tell):
        """LOGOUT-13: `sid` is narrower than `sub`; the same citizen stays logged in elsewhere."""
        browser.log_in()
        provider.sid = "session-2"
        elsewhere = make_browser()
        elsewhere.log_in()
        assert tell(provider.logout_token()).status_code == 200
        assert is_logged_in(browser)
        assert not is_logged_in(elsewhere)

    def test_every_session_of_the_citizen_when_there_is_no_sid(self, browser, make_browser, provider, tell):
        browser.log_in()
        provider.sid, second = "session-2", make_browser()
        second.log_in()
        provider.sid, provider.citizen, stranger = "session-3", "citizen-2", make_browser()
        stranger.log_in()
        assert tell(provider.logout_token(sub="citizen-1", sid=None)).status_code == 200
        assert not is_logged_in(browser)
        assert not is_logged_in(second)
        assert is_logged_in(stranger)

    def test_a_sid_alone_suffices(self, browser, provider, tell):
        browser.log_in()
        assert tell(provider.logout_token(sub=None)).status_code == 200
        assert not is_logged_in(browser)

    def test_a_session_that_nobody_has_is_no_fault(self, browser, provider, tell):
        browser.log_in()
        assert tell(provider.logout_token(sid="unknown")).status_code == 200
        assert is_logged_in(browser)

    def test_a_step_up_does_not_hide_from_it(self, browser, provider, clock, tell):
        """R-70: the step-up changed MHRS's session id, and not the provider's `sid`."""
        browser.log_in()
        clock.instant += 301
        assert browser.come_back(browser.get("/saglik-ozetim").headers["location"]).status_code == 200
        assert tell(provider.logout_token()).status_code == 200
        assert not is_logged_in(browser)

    def test_a_login_that_it_overtook_opens_no_session(self, browser, provider, clock, tell):
        """The ID token is on its way here while the provider ends the session it speaks of."""
        address = browser.begin()
        assert tell(provider.logout_token()).status_code == 200
        page = browser.come_back(address)
        assert page.status_code == 400
        assert "mhrs_session" not in browser.http.cookies
        clock.instant += 1
        assert 'data-testid="mhrs-citizen-name"' in browser.log_in().text

    def test_a_new_login_after_it_is_a_new_login(self, browser, provider, clock, tell):
        browser.log_in()
        tell(provider.logout_token())
        clock.instant += 1
        browser.log_in()
        assert is_logged_in(browser)

    def test_nothing_about_the_citizen_stays_in_the_row(self, browser, app, provider, tell):
        browser.log_in()
        tell(provider.logout_token())
        with app.state.services.store.transaction() as connection:
            row = connection.execute("SELECT subject, name, id_token FROM session").fetchone()
        assert tuple(row) == ("", "", "")


class TestWhatTheCitizenIsTold:
    @pytest.mark.parametrize(
        ("accept", "text"),
        [
            ("tr", "Oturumunuz giriş hizmetinde kapatıldığı için"),
            ("en", "Your session was closed at the sign-in service"),
        ],
    )
    def test_the_next_page_says_it_once(self, browser, provider, tell, accept, text):
        browser.log_in()
        tell(provider.logout_token())
        answer = browser.get("/randevularim", **{"accept-language": accept})
        assert answer.status_code == 303
        page = browser.get(answer.headers["location"], **{"accept-language": accept})
        assert text in page.text
        assert "mhrs_session" not in browser.http.cookies
        assert text not in browser.get("/", **{"accept-language": accept}).text

    def test_the_login_leads_back_to_where_they_were(self, browser, provider, clock, tell):
        browser.log_in()
        tell(provider.logout_token())
        clock.instant += 1
        start = browser.get("/randevularim").headers["location"]
        assert browser.get(provider.authorize(browser.begin(start))).headers["location"] == "/randevularim"

    def test_the_start_page_itself_says_it(self, browser, provider, tell):
        browser.log_in()
        tell(provider.logout_token())
        assert 'data-notice="signed_out_elsewhere"' in browser.get("/").text

    def test_signing_out_then_is_no_fault(self, browser, provider, tell):
        browser.log_in()
        page = browser.get("/randevularim")
        tell(provider.logout_token())
        assert browser.press(page, "mhrs-logout").headers["location"] == "/"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "http://localhost:8000/"},
            {"iss": None},
            {"aud": "mhrs-floor"},
            {"aud": ["mhrs"]},
            {"aud": None},
            {"iat": None},
            {"iat": "1"},
            {"exp": None},
            {"exp": 9999999999},
            {"events": None},
            {"events": {}},
            {"events": EVENT},
            {"events": [EVENT]},
            {"events": {EVENT: True}},
            {"events": {EVENT: None}},
            {"events": {"http://schemas.openid.net/event/other": {}}},
            {"sub": None, "sid": None},
            {"sub": 7},
            {"sid": 7},
            {"sid": ["session-1"]},
            {"sid": ""},
            {"nonce": "n"},
            {"nonce": ""},
            {"jti": None},
            {"jti": ""},
            {"jti": "x" * 256},
            {"jti": 7},
        ],
        ids=str,
    )
    def test_logout_13_a_wrong_claim_ends_nothing(self, browser, provider, tell, changes):
        browser.log_in()
        assert refused(tell(provider.logout_token(**changes)))
        assert is_logged_in(browser)

    @pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", "secevent+jwt", "LOGOUT"])
    def test_logout_13_another_kind_of_token_is_no_logout_token(self, browser, provider, tell, typ):
        browser.log_in()
        assert refused(tell(provider.logout_token(header={"typ": typ})))
        assert is_logged_in(browser)

    @pytest.mark.parametrize("typ", ["logout+jwt", "Logout+JWT", "application/logout+jwt"])
    def test_its_type_in_every_spelling(self, provider, tell, typ):
        """RFC 7515 §4.1.9: media types, compared without regard to case, with or without `application/`."""
        assert tell(provider.logout_token(header={"typ": typ})).status_code == 200

    def test_d12_the_id_token_of_the_session_ends_nothing(self, browser, provider, app, tell):
        browser.log_in()
        with app.state.services.store.transaction() as connection:
            (id_token,) = connection.execute("SELECT id_token FROM session").fetchone()
        assert refused(tell(id_token))
        assert refused(tell(provider.access_token()))
        assert is_logged_in(browser)

    def test_a24_an_unsigned_one_and_one_under_a_strangers_key(self, browser, provider, key_of, tell):
        browser.log_in()
        head, claims, _ = provider.logout_token().split(".")
        assert refused(tell(f"{head}.{claims}."))
        none = jwt.encode({"alg": "HS256", "kid": "k1", "typ": "logout+jwt"}, {}, OctKey.generate_key(256))
        assert refused(tell(none))
        provider.signing_key = key_of("k1")
        assert refused(tell(provider.logout_token()))
        assert is_logged_in(browser)

    @pytest.mark.parametrize(("ago", "status"), [(149, 200), (150, 400)])
    def test_it_expires_with_thirty_seconds_of_grace(self, provider, clock, tell, ago, status):
        token = provider.logout_token()
        clock.instant += ago
        assert tell(token).status_code == status

    @pytest.mark.parametrize(("life", "status"), [(600, 200), (601, 400), (-1, 400)])
    def test_it_may_not_live_long(self, provider, clock, tell, life, status):
        assert tell(provider.logout_token(exp=clock.instant + life)).status_code == status

    def test_logout_13_the_same_one_counts_once(self, browser, provider, clock, tell):
        token = provider.logout_token(jti="once")
        browser.log_in()
        assert tell(token).status_code == 200
        clock.instant += 1
        browser.log_in()
        assert refused(tell(token), "The logout token was used before")
        assert is_logged_in(browser)
        assert refused(tell(provider.logout_token(jti="once", sid=None)), "The logout token was used before")

    def test_what_was_used_is_forgotten_when_it_has_expired(self, provider, app, clock, tell):
        tell(provider.logout_token())
        clock.instant += 150
        tell(provider.logout_token())
        with app.state.services.store.transaction() as connection:
            assert connection.execute("SELECT count(*) FROM logout").fetchone()[0] == 1


class TestTheRequest:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"logout_token",
            b"token=x",
            b"logout_token=x&logout_token=x",
            b"\xff",
            b"logout_token=%FF",
            b"a=b&" * 30,
        ],
    )
    def test_it_is_a_form_with_one_logout_token(self, browser, body):
        answer = browser.http.post(PATH, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        wanted = "The logout token is not acceptable" if body == b"logout_token" else None
        assert refused(answer, wanted or "One logout_token in a form is needed")

    def test_it_is_a_form(self, browser, provider):
        answer = browser.http.post(PATH, json={"logout_token": provider.logout_token()})
        assert refused(answer, "One logout_token in a form is needed")

    @pytest.mark.parametrize("token", ["x", "a.b.c", "é", "x" * 9000, "eyJhbGciOiJub25lIn0.e30."])
    def test_garbage_is_refused_in_the_same_words(self, tell, token):
        assert refused(tell(token))

    def test_it_cannot_be_asked_for_by_get(self, browser):
        assert browser.get(PATH).status_code == 405

    def test_without_the_providers_keys_it_asks_for_another_try(self, browser, provider, clock, tell):
        browser.log_in()
        clock.instant += 3601
        provider.answers["/jwks"] = lambda _: httpx2.Response(500)
        answer = tell(provider.logout_token())
        assert answer.status_code == 503
        assert answer.json()["error"] == "temporarily_unavailable"
        assert answer.headers["retry-after"] == "10"
        provider.answers.clear()
        assert tell(provider.logout_token()).status_code == 200

    def test_strangers_cannot_make_mhrs_ask_for_keys_all_day(self, provider, key_of, clock, tell):
        """One asking for fresh keys in ten seconds, and the keys at hand stay good meanwhile."""
        tell(provider.logout_token())
        for _ in range(5):
            provider.signing_key = key_of("nobody")
            assert refused(tell(provider.logout_token()))
        provider.signing_key = None
        assert tell(provider.logout_token()).status_code == 200
        asked = [request.url.path for request in provider.requests]
        assert asked.count("/jwks") == 2
        clock.instant += 10
        provider.key = key_of("rotated")
        assert tell(provider.logout_token()).status_code == 200
