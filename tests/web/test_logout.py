"""Logging out at the edge of the house: who is asked, who is told, and where the browser goes."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Visitor
from tests.stand_in import StandIn, Tokens, basic, came_back
from tests.told import registers, told
from tests.town import IDP, MHRS, Town

BACK = f"{MHRS}/oidc/backchannel-logout"
FRAME = f"{MHRS}/oidc/frontchannel-logout?tenant=7"
FLOOR_FRAME = "https://two.example/out"
ODD_STATE = "".join(chr(code) for code in range(0x21, 0x7F))[:90]
QUESTION = "Çıkış yapmak istiyor musunuz?"


@pytest.fixture(autouse=True)
def a_client_that_hears_nothing(the_town: Town) -> None:
    """The tests say what it listens to."""
    for client_id in ("mhrs", "mhrs-floor"):
        registers(the_town, client_id, backchannel_logout_uri=None, frontchannel_logout_uri=None)


def logged_in(citizen: Visitor, service: StandIn) -> Tokens:
    asked = service.asks()
    citizen.open(asked.url)
    if citizen.page.by_testid("page-password") is not None:
        citizen.two_steps(AYSE)
    if citizen.page.by_testid("page-consent") is not None:
        citizen.approves()
    return service.tokens(citizen.page, asked)


def leave(tokens: Tokens, **more: str) -> str:
    return f"/logout?{urlencode({'id_token_hint': tokens.id_token, 'post_logout_redirect_uri': f'{MHRS}/', **more})}"


def frames(citizen: Visitor) -> list[str]:
    return [frame.attributes["src"] for frame in citizen.page.all("iframe")]


def test_logout_01_metadata(the_town: Town) -> None:
    document = json.loads(the_town.call("GET", "/.well-known/openid-configuration").body)
    assert document["end_session_endpoint"] == f"{IDP}/logout"
    for name in (
        "backchannel_logout",
        "backchannel_logout_session",
        "frontchannel_logout",
        "frontchannel_logout_session",
    ):
        assert document[f"{name}_supported"] is True


def test_logout_01_logout_04_get_and_post_both_work(citizen: Visitor, mhrs: StandIn) -> None:
    tokens = logged_in(citizen, mhrs)
    assert citizen.open(leave(tokens, state=ODD_STATE)).url.startswith(f"{MHRS}/?")
    assert dict(parse_qsl(urlsplit(citizen.page.url).query)) == {"state": ODD_STATE}
    tokens = logged_in(citizen, mhrs)
    fields = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": f"{MHRS}/", "state": ODD_STATE}
    citizen.browser.post(f"{IDP}/logout", fields, {"origin": MHRS, "sec-fetch-site": "cross-site"})
    assert dict(parse_qsl(urlsplit(citizen.page.url).query)) == {"state": ODD_STATE}
    assert citizen.open("/hesabim").h1 == "Giriş yapın"


def test_logout_04_the_state_survives_our_question(citizen: Visitor, mhrs: StandIn) -> None:
    foreign = logged_in(Visitor(citizen.town), mhrs)
    citizen.town.clock.advance(61)
    logged_in(citizen, mhrs)
    assert citizen.open(leave(foreign, state=ODD_STATE)).h1 == QUESTION
    citizen.press("Çıkış Yap")
    assert dict(parse_qsl(urlsplit(citizen.page.url).query)) == {"state": ODD_STATE}


def test_logout_12_the_server_is_told_where_the_login_was(citizen: Visitor, mhrs: StandIn) -> None:
    registers(citizen.town, backchannel_logout_uri=BACK)
    tokens = logged_in(citizen, mhrs)
    assert citizen.open(leave(tokens)).url == f"{MHRS}/", "and nobody waits for it"
    [(url, claims)] = told(citizen.town)
    assert url == BACK
    assert (claims["aud"], claims["sub"], claims["sid"]) == ("mhrs", tokens.claims["sub"], tokens.claims["sid"])


def test_logout_12_staying_tells_nobody(citizen: Visitor, mhrs: StandIn) -> None:
    registers(citizen.town, backchannel_logout_uri=BACK, frontchannel_logout_uri=FRAME)
    logged_in(citizen, mhrs)
    citizen.open("/logout")
    citizen.press("Oturumda kal")
    assert frames(citizen) == []
    assert told(citizen.town) == []


def test_logout_15_the_page_loads_the_frames_and_leads_on(citizen: Visitor, mhrs: StandIn, mhrs_floor: StandIn) -> None:
    registers(citizen.town, frontchannel_logout_uri=FRAME)
    registers(citizen.town, "mhrs-floor", frontchannel_logout_uri=FLOOR_FRAME)
    tokens = logged_in(citizen, mhrs)
    logged_in(citizen, mhrs_floor)
    page = citizen.open(leave(tokens, state="s1"))
    query = urlencode({"iss": IDP, "sid": tokens.claims["sid"]})
    assert frames(citizen) == [f"{FRAME}&{query}", f"{FLOOR_FRAME}?{query}"]
    assert page.headers["content-security-policy"].endswith(f"; frame-src {MHRS} https://two.example")
    assert page.headers["clear-site-data"] == '"cache", "storage"'
    link = page.by_testid("return-link")
    assert link is not None
    assert link.attributes["href"] == f"{MHRS}/?state=s1"
    assert "data-goes-on" in link.attributes
    assert "sid" not in citizen.browser.cookies


def test_logout_15_without_an_address_the_frames_load_and_nothing_goes_on(citizen: Visitor, mhrs: StandIn) -> None:
    registers(citizen.town, frontchannel_logout_uri=FRAME)
    logged_in(citizen, mhrs)
    citizen.open("/logout")
    page = citizen.press("Çıkış Yap")
    assert page.says("Çıkış yaptınız.")
    assert len(frames(citizen)) == 1
    assert not any("data-goes-on" in link.attributes for link in page.all("a"))
    assert page.by_testid("others-may-remain") is None, "who was there is told"


def test_logout_15_ending_every_session_loads_the_frames_of_this_one(citizen: Visitor, mhrs: StandIn) -> None:
    registers(citizen.town, frontchannel_logout_uri=FRAME)
    logged_in(citizen, mhrs)
    citizen.open("/hesabim/oturumlar")
    page = citizen.press("Tüm oturumları kapat")
    assert len(frames(citizen)) == 1
    assert f"frame-src {MHRS}" in page.headers["content-security-policy"]
    assert "sid" not in citizen.browser.cookies


def test_set_13_other_pages_name_no_frames(citizen: Visitor, mhrs: StandIn) -> None:
    logged_in(citizen, mhrs)
    page = citizen.open("/logout")
    assert "frame-src" not in page.headers["content-security-policy"]
    assert citizen.press("Çıkış Yap").by_testid("others-may-remain") is not None, "MHRS cannot be told"


def test_logout_after_the_session_ran_out_still_tells(citizen: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """The relying party's login may be older than ours lives: its logout is everybody's (LOGOUT-12)."""
    registers(citizen.town, backchannel_logout_uri=BACK)
    tokens = logged_in(citizen, mhrs)
    clock.advance(31 * 60)
    assert told(citizen.town) == [], "running out alone tells nobody"
    assert citizen.open("/logout").says("Çıkış yaptınız."), "there is nothing to ask about"
    assert told(citizen.town) == [], "nor does a question that nobody answered"
    assert "sid" in citizen.browser.cookies
    citizen.open(leave(tokens))
    assert [claims["sid"] for _, claims in told(citizen.town)] == [tokens.claims["sid"]]
    assert "sid" not in citizen.browser.cookies


def test_logout_12_r_07_our_question_answered_after_the_idle_time_ends_everything(
    citizen: Visitor, mhrs: StandIn, clock: FakeClock
) -> None:
    """R-71: the citizen said so, and hears that it is done; an offline token must not outlive that."""
    registers(citizen.town, backchannel_logout_uri=BACK)
    asked = mhrs.asks(scope="openid offline_access", prompt="consent")
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    answer = json.loads(mhrs.redeem(came_back(citizen.approves())["code"], asked.verifier).body)
    citizen.open("/logout")
    clock.advance(31 * 60)
    assert citizen.press("Çıkış Yap").says("Çıkış yaptınız.")
    refresh = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    refused = citizen.town.call("POST", "/token", refresh, {"authorization": basic(mhrs.client_id, mhrs.secret)})
    assert json.loads(refused.body)["error"] == "invalid_grant"
    assert [url for url, _ in told(citizen.town)] == [BACK]


def test_r_15_our_question_answered_after_the_session_ended_elsewhere(citizen: Visitor, mhrs: StandIn) -> None:
    """Nothing is left to end, but the browser forgets us as it was told to."""
    logged_in(citizen, mhrs)
    citizen.open("/logout")
    cookies, token = dict(citizen.browser.cookies), citizen.browser.hidden()
    citizen.press("Çıkış Yap")
    citizen.browser.cookies = cookies  # as they were in the tab whose question is still open
    page = citizen.browser.post(f"{IDP}/logout", {"csrf_token": token, "decision": "logout"}, {"origin": IDP})
    assert page.headers["clear-site-data"] == '"cache", "storage"'
    assert "sid" not in citizen.browser.cookies


@pytest.mark.parametrize("length", [12_000, 50_000])
def test_c03_a_form_that_is_too_long_to_bounce_is_refused(citizen: Visitor, mhrs: StandIn, length: int) -> None:
    logged_in(citizen, mhrs)
    page = citizen.browser.post(f"{IDP}/logout", {"csrf_token": "x", "state": "s" * length}, {"origin": MHRS})
    assert page.status == 413
    assert "sid" in citizen.browser.cookies


@pytest.mark.parametrize(("ui_locales", "h1"), [("en tr", "Do you want to sign out?"), ("xx", QUESTION)])
def test_rpil_2_ui_locales_choose_the_language_of_the_question(
    citizen: Visitor, mhrs: StandIn, ui_locales: str, h1: str
) -> None:
    logged_in(citizen, mhrs)
    assert citizen.open(f"/logout?{urlencode({'ui_locales': ui_locales})}").h1 == h1


def test_rpil_2_the_persons_own_choice_of_a_language_counts_more(citizen: Visitor, mhrs: StandIn) -> None:
    logged_in(citizen, mhrs)
    citizen.open("/logout?ui_locales=en&lang=tr")
    assert citizen.press("Çıkış Yap").says("Çıkış yaptınız.")


def test_rpil_2_a_logout_hint_ends_nobody_silently(citizen: Visitor, mhrs: StandIn) -> None:
    """A hint proves nothing, whatever it says: only an ID token does."""
    tokens = logged_in(citizen, mhrs)
    for hint in (tokens.claims["sid"], tokens.claims["sub"], AYSE.national_id, "<b>"):
        page = citizen.open(f"/logout?{urlencode({'logout_hint': hint})}")
        assert page.h1 == QUESTION
    assert mhrs.userinfo(tokens.access_token).status == 200
    assert citizen.browser.hidden("logout_hint") == "<b>"


def test_dcr_14_the_page_of_services_leads_to_where_a_login_begins(citizen: Visitor, mhrs: StandIn) -> None:
    """Core §4: `iss`, and nothing that tells who comes."""
    logged_in(citizen, mhrs)
    registers(citizen.town, initiate_login_uri=f"{MHRS}/oidc/start?from=esik")
    page = citizen.open("/hesabim/izinler")
    link = page.by_testid("visit-service")
    assert link is not None
    assert link.text == "Hizmete git"
    assert link.attributes["href"] == f"{MHRS}/oidc/start?from=esik&{urlencode({'iss': IDP})}"
    registers(citizen.town, initiate_login_uri=None)
    assert citizen.open("/hesabim/izinler").by_testid("visit-service") is None


def test_another_citizen_at_the_same_browser_ends_the_login_of_the_former(citizen: Visitor, mhrs: StandIn) -> None:
    registers(citizen.town, backchannel_logout_uri=BACK)
    tokens = logged_in(citizen, mhrs)
    asked = mhrs.asks(prompt="login")
    citizen.open(asked.url)
    citizen.types_password(MEHMET)
    citizen.approves()
    assert [claims["sid"] for _, claims in told(citizen.town)] == [tokens.claims["sid"]]
