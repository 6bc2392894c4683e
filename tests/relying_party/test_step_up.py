"""The step-up that the health summary asks for: there, back to the very action, and once (A15, A24, R-35, R-37)."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

ISSUER = "http://localhost:8000"
ACTION = "/saglik-ozetim"


@pytest.fixture
def stale(browser, clock):
    """A citizen whose login is good for MHRS, and too old for this action."""
    browser.log_in()
    clock.instant += 400
    return browser


def step_up(browser):
    """Open the action; gives the provider's address, with what is asked there."""
    answer = browser.get(ACTION)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert address.startswith(f"{ISSUER}/authorize?")
    return address, {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def redirects_after(browser, address):
    """Follow MHRS's own redirects from the provider's answer on. More than a few would be a loop."""
    seen = [browser.get(browser.provider.authorize(address))]
    while seen[-1].status_code == 303:
        location = seen[-1].headers["location"]
        seen.append(browser.get(browser.provider.authorize(location) if location.startswith(ISSUER) else location))
        assert len(seen) < 6
    return [answer.headers["location"] for answer in seen[:-1]], seen[-1]


class TestThere:
    def test_the_request_makes_level_and_age_binding_for_this_citizen(self, stale):
        held = stale.provider.asked[-1]
        _, query = step_up(stale)
        assert json.loads(query["claims"]) == {
            "id_token": {
                "acr": {"essential": True, "values": ["urn:esik:acr:two-step", "urn:esik:acr:phishing-resistant"]}
            }
        }
        assert query["max_age"] == "300"
        assert query["id_token_hint"].count(".") == 2
        assert "acr_values" not in query
        assert "prompt" not in query
        assert query["redirect_uri"] == "http://localhost:8001/oidc/callback"
        assert {query[name] for name in ("state", "nonce")}.isdisjoint(held.values())

    def test_an_ordinary_login_asks_for_none_of_it(self, browser):
        query = parse_qs(urlsplit(browser.begin()).query)
        assert query["max_age"] == [str(8 * 3600)]
        assert not {"claims", "id_token_hint", "prompt"} & query.keys()

    def test_a_fresh_login_goes_nowhere(self, browser):
        browser.log_in()
        assert browser.get(ACTION).status_code == 200
        assert len(browser.provider.asked) == 1

    def test_an_unreachable_provider_is_a_page_and_the_session_goes_on(self, stale, clock):
        stale.provider.answers["/.well-known/openid-configuration"] = lambda _: httpx2.Response(503)
        clock.instant += 600
        page = stale.get(ACTION)
        assert page.status_code == 503
        assert 'data-outcome="unavailable"' in page.text
        assert stale.get("/randevu").status_code == 200


class TestBack:
    def test_the_citizen_comes_back_to_the_very_action(self, stale):
        locations, page = redirects_after(stale, step_up(stale)[0])
        assert locations == [f"{ACTION}?bildirim=dogrulandi"]
        assert "Kimliğiniz yeniden doğrulandı." in page.text
        assert "mhrs-blood-type" in page.text

    def test_r70_the_session_gets_a_new_id_and_the_new_claims(self, stale, make_browser):
        old = stale.http.cookies["mhrs_session"]
        stale.provider.acr, stale.provider.amr = "urn:esik:acr:phishing-resistant", ["pwd", "swk", "user", "mfa"]
        stale.come_back(step_up(stale)[0])
        assert stale.http.cookies["mhrs_session"] != old
        assert make_browser().get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 401
        session = stale.get("/api/oturum").json()["data"]
        assert session["girisDuzeyi"] == "urn:esik:acr:phishing-resistant"
        assert session["girisYontemleri"] == ["pwd", "swk", "user", "mfa"]

    def test_appointments_are_where_they_were(self, stale):
        stale.book(stale.first_slots()[0])
        stale.come_back(step_up(stale)[0])
        assert 'data-testid="mhrs-appointment"' in stale.get("/randevularim").text

    def test_r35_the_proof_counts_as_long_as_auth_time_says_and_not_as_iat_does(self, stale, clock):
        stale.provider.claims = {"auth_time": clock.instant - 200}
        assert "mhrs-blood-type" in stale.come_back(step_up(stale)[0]).text
        clock.instant += 100
        assert stale.get(ACTION).status_code == 200
        clock.instant += 1
        assert stale.get(ACTION).status_code == 303

    def test_r35_a_provider_ahead_of_us_lends_no_time(self, stale, clock):
        stale.provider.claims = {"auth_time": clock.instant + 60}
        stale.come_back(step_up(stale)[0])
        clock.instant += 300
        assert stale.get(ACTION).status_code == 200
        clock.instant += 1
        assert stale.get(ACTION).status_code == 303


STALE_OR_WEAK = [
    ({"auth_time": 1_764_576_000 + 400 - 301}, "auth_time_too_old"),
    ({"auth_time": None}, "auth_time_missing"),
    ({"auth_time": 1_764_576_000 + 400 + 61}, "auth_time_invalid"),
    ({"auth_time": "1764576400"}, "auth_time_invalid"),
    ({"acr": None}, "acr_missing"),
    ({"acr": ""}, "acr_unknown"),
    ({"acr": ["urn:esik:acr:two-step"]}, "acr_not_a_string"),
    ({"acr": {"value": "urn:esik:acr:two-step"}}, "acr_not_a_string"),
    ({"acr": " urn:esik:acr:two-step"}, "acr_unknown"),
    ({"acr": "urn:esik:acr:two-step "}, "acr_unknown"),
    ({"acr": "URN:ESIK:ACR:TWO-STEP"}, "acr_unknown"),
    ({"acr": "urn:esik:acr:password"}, "acr_too_low"),
]


class TestFallingShort:
    """R-37: a clear page, the session as it was, and no loop."""

    @pytest.mark.parametrize(("claims", "reason"), STALE_OR_WEAK, ids=str)
    def test_a24_a_token_that_does_not_satisfy_ends_on_a_page(self, stale, claims, reason):
        held = stale.http.cookies["mhrs_session"]
        stale.provider.claims = claims
        locations, page = redirects_after(stale, step_up(stale)[0])
        assert len(locations) == 1
        assert locations[0].startswith("/giris/sonuc/")
        assert page.status_code == 403
        assert 'data-testid="mhrs-step-up"' in page.text
        assert f'data-testid="mhrs-claim">{reason.rpartition("_")[0].split("_")[0]}' in page.text
        assert "mhrs-blood-type" not in page.text
        assert stale.http.cookies["mhrs_session"] == held
        assert stale.get("/randevu").status_code == 200
        assert len(stale.provider.asked) == 2

    def test_r37_a_provider_that_always_answers_at_the_border_makes_no_loop(self, stale, clock):
        """Good enough when it was judged, too old by the time the page is opened."""
        stale.provider.claims = {"auth_time": clock.instant - 300}
        answer = stale.get(stale.provider.authorize(step_up(stale)[0]))
        clock.instant += 1
        page = stale.get(answer.headers["location"])
        assert page.status_code == 403
        assert 'data-outcome="expired"' in page.text
        assert len(stale.provider.asked) == 2

    def test_the_button_asks_for_everything_anew_and_for_nobody_in_particular(self, stale):
        stale.provider.claims = {"auth_time": 1}
        page = stale.come_back(step_up(stale)[0])
        address = stale.press(page, "mhrs-prove-again").headers["location"]
        query = parse_qs(urlsplit(address).query)
        assert query["prompt"] == ["login"]
        assert query["max_age"] == ["300"]
        assert "essential" in query["claims"][0]
        assert "id_token_hint" not in query
        stale.provider.claims = {}
        assert "mhrs-blood-type" in stale.come_back(address).text

    def test_a_level_that_fell_short_offers_no_second_try(self, stale):
        stale.provider.acr = "urn:esik:acr:password"
        page = stale.come_back(step_up(stale)[0])
        assert "mhrs-prove-again" not in page.text
        assert stale.links(page, "mhrs-settings") == [f"{ISSUER}/hesabim/guvenlik"]
        assert stale.links(page, "mhrs-back") == ["/randevularim"]

    @pytest.mark.parametrize(
        ("error", "outcome", "status"),
        [
            ("access_denied", "cancelled", 200),
            ("login_required", "other_citizen", 403),
            ("unmet_authentication_requirements", "unmet", 403),
            ("server_error", "unavailable", 503),
            ("invalid_request", "failed", 400),
        ],
    )
    def test_a15_cancelling_or_failing_leaves_the_old_session_as_it_was(self, stale, error, outcome, status):
        before = stale.get("/api/oturum").json()["data"]
        held = stale.http.cookies["mhrs_session"]
        page = stale.come_back(step_up(stale)[0], code=None, error=error)
        assert page.status_code == status
        assert f'data-outcome="{outcome}"' in page.text
        assert 'data-testid="mhrs-still-signed-in"' in page.text
        assert stale.http.cookies["mhrs_session"] == held
        after = stale.get("/api/oturum").json()["data"]
        assert {**before, "csrfToken": ""} == {**after, "csrfToken": ""}
        assert stale.get("/api/saglik-ozeti").status_code == 401

    def test_a_signature_that_is_not_the_providers_changes_nothing(self, stale, key_of):
        held = stale.http.cookies["mhrs_session"]
        stale.provider.signing_key = key_of("k1")
        assert 'data-outcome="failed"' in stale.come_back(step_up(stale)[0]).text
        assert stale.http.cookies["mhrs_session"] == held

    def test_an_answer_is_used_once(self, stale):
        callback = stale.provider.authorize(step_up(stale)[0])
        first = stale.get(callback)
        held = stale.http.cookies["mhrs_session"]
        assert stale.get(callback).headers["location"] == first.headers["location"]
        assert stale.http.cookies["mhrs_session"] == held

    def test_a_step_up_belongs_to_the_browser_that_began_it(self, stale, make_browser):
        callback = stale.provider.authorize(step_up(stale)[0])
        thief = make_browser()
        thief.get(callback)
        assert "mhrs_session" not in thief.http.cookies


class TestAnotherCitizen:
    @pytest.fixture
    def replaced(self, stale):
        """Somebody else answers, and the provider does not mind the hint."""
        stale.provider.citizen, stale.provider.name = "citizen-2", "FATMA DENEME"
        return stale

    def test_a15_they_get_a_session_and_a_summary_of_their_own(self, replaced, make_browser):
        replaced.book(replaced.first_slots()[0])
        old = replaced.http.cookies["mhrs_session"]
        locations, page = redirects_after(replaced, step_up(replaced)[0])
        assert locations == [f"{ACTION}?bildirim=degisti"]
        assert "Kimliğini doğrulayan kişi değişti." in page.text
        assert 'data-testid="mhrs-health-of">FATMA DENEME' in page.text
        assert "AYŞE" not in page.text
        assert 'data-testid="mhrs-appointment"' not in replaced.get("/randevularim").text
        assert make_browser().get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 401

    def test_too_old_for_the_action_they_still_replace_the_former(self, replaced, clock, make_browser):
        old = replaced.http.cookies["mhrs_session"]
        replaced.provider.claims = {"auth_time": clock.instant - 301}
        page = replaced.come_back(step_up(replaced)[0])
        assert page.status_code == 403
        assert "FATMA DENEME" in page.text
        assert replaced.get("/api/oturum").json()["data"]["ad"] == "FATMA DENEME"
        assert make_browser().get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 401

    def test_too_weak_for_mhrs_they_get_nothing_and_the_former_session_ends(self, replaced, make_browser):
        old = replaced.http.cookies["mhrs_session"]
        replaced.provider.acr = "urn:esik:acr:password"
        page = replaced.come_back(step_up(replaced)[0])
        assert page.status_code == 403
        assert "mhrs_session" not in replaced.http.cookies
        assert 'data-testid="mhrs-still-signed-in"' not in page.text
        assert make_browser().get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 401

    def test_the_same_rule_holds_for_an_ordinary_login_in_another_tab(self, browser, make_browser):
        second_tab = browser.begin()
        browser.log_in()
        old = browser.http.cookies["mhrs_session"]
        browser.provider.citizen, browser.provider.acr = "citizen-2", "urn:esik:acr:password"
        browser.come_back(second_tab)
        assert make_browser().get("/api/oturum", cookie=f"mhrs_session={old}").status_code == 401

    def test_a_session_that_ended_meanwhile_is_a_login_like_any_other(self, stale, clock):
        address, _ = step_up(stale)
        clock.instant += 31 * 60
        locations, page = redirects_after(stale, address)
        assert locations == [f"{ACTION}?bildirim=dogrulandi"]
        assert "mhrs-blood-type" in page.text


def test_the_marks_of_a_return_open_nothing(stale):
    for mark in ("dogrulandi", "degisti"):
        page = stale.get(f"{ACTION}?bildirim={mark}")
        assert page.status_code == 403
        assert "mhrs-blood-type" not in page.text
        assert 'data-testid="mhrs-notice"' not in page.text


def test_a_login_that_leads_to_the_action_steps_up_by_itself(browser, clock):
    """Single sign-on brought an old login along: good for MHRS, not for this page."""
    browser.provider.claims = {"auth_time": clock.instant - 3600}
    start = browser.get(ACTION).headers["location"]
    first = browser.get(browser.provider.authorize(browser.begin(start)))
    assert first.headers["location"] == ACTION
    address, _ = step_up(browser)
    browser.provider.claims = {}
    assert "mhrs-blood-type" in browser.come_back(address).text
