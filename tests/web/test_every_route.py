"""What every answer has in common (security.md §6.3), error pages, health, and what the access log says."""

import io
import json
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from tests import town as towns
from tests.asgi import Answer
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Visitor, login_id
from tests.stand_in import StandIn
from tests.town import IDP, Town

ALWAYS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "permissions-policy": (
        "camera=(), microphone=(), geolocation=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
}
CACHEABLE = ("/jwks", "/.well-known/", "/static/", "/favicon.ico")
DOCS = ("/docs", "/openapi.json", "/static-offline-docs")


def routes(town: Town) -> list[tuple[str, str]]:
    """Every method and address that the application answers, its parts filled in."""
    found = [("GET", "/nowhere"), ("POST", "/nowhere"), ("GET", "/login/x/y/z"), ("PUT", "/token"), ("TRACE", "/")]
    for route in town.idp.routes:
        path = getattr(route, "path", "")
        if not path or path.startswith(DOCS):
            continue
        filled = path.replace("{login_id}", "x" * 43).replace("{step}", "code").replace("{name}", "base.css")
        filled = filled.replace("{phone_number}", AYSE.phone).replace("/wait", "/wait?timeout=0")
        found += [(method, filled) for method in ("GET", "POST", "OPTIONS", "HEAD", "DELETE")]
    return found


def test_every_answer_carries_the_headers(the_town: Town) -> None:
    """C05, C08: answers and errors alike; no version, and nothing kept but what is public."""
    for method, path in routes(the_town):
        answer = the_town.call(method, path, {} if method == "POST" else None)
        assert answer.status < 500, (method, path)
        for name, value in ALWAYS.items():
            assert answer.headers.get(name) == value, (method, path, name)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "server" not in answer.headers, path
        assert "x-powered-by" not in answer.headers, path
        kept = answer.status in {200, 304} and path.startswith(CACHEABLE)
        assert (answer.headers["cache-control"] == "no-store") != kept, (method, path)
        assert "strict-transport-security" not in answer.headers, "an http issuer"


def test_every_page_has_the_banner_one_heading_and_no_foreign_resource(citizen: Visitor, mhrs_floor: StandIn) -> None:
    """pages.md §1, domain.md §8: the banner in both languages on every page, errors too."""
    citizen.logs_in_at_home(MEHMET, two_step=False)
    addresses = [
        *("/", "/hesabim", "/hesabim/iki-asamali-giris", "/hesabim/sifre", "/hesabim/oturumlar"),
        *("/hesabim/giris-gecmisi", "/logout", "/nowhere", "/authorize", "/telefon", f"/telefon/{AYSE.phone}"),
        mhrs_floor.asks().url,
    ]
    for address in addresses:
        page = citizen.open(address)
        assert page.says("EMÜLATÖR – gerçek e-Devlet Kapısı değildir."), address
        assert page.says("EMULATOR – this is not the real e-Devlet."), address
        assert len(page.all("h1")) == 1, address
        assert any(e.attributes.get("name") == "robots" for e in page.all("meta")), address
        for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src")):
            for element in page.all(tag):
                assert element.attributes[attribute].startswith(("/static/", "/telefon/")), address
        assert not any("style" in e.attributes for e in page.root.walk()), address
        assert not any(name.startswith("on") for e in page.root.walk() for name in e.attributes), address


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/nowhere", 404, "Sayfa bulunamadı."),
        ("/authorize", 400, "Bu istek tamamlanamadı."),
        ("/authorize?client_id=unknown", 400, "bu sizin hatanız değil."),
        ("/login/unknown", 410, "Giriş süresi doldu."),
        ("/login/unknown/code", 410, "Giriş süresi doldu."),
        ("/telefon/12345", 404, "Sayfa bulunamadı."),
        ("/telefon/+905329999999", 404, "Sayfa bulunamadı."),
    ],
)
def test_dead_ends_are_calm_pages_with_a_reference(citizen: Visitor, path: str, status: int, says: str) -> None:
    page = citizen.open(path)
    assert (page.status, page.says(says)) == (status, True)
    reference = page.by_testid("error-reference")
    assert reference is not None
    assert page.headers["x-request-id"] in reference.text


def test_a_finished_login_says_so_in_the_other_tab(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.types_password(MEHMET)
    login, token = login_id(page), citizen.browser.hidden()
    cookies = dict(citizen.browser.cookies)
    citizen.approves()
    citizen.browser.cookies |= cookies
    page = citizen.browser.post(f"{IDP}/login/{login}/consent", {"csrf_token": token, "decision": "approve"})
    assert (page.status, page.says("Bu giriş başka bir sekmede tamamlandı.")) == (409, True)
    link = page.by_testid("return-link")
    assert link is not None
    assert link.attributes["href"] == "http://localhost:8001/"


def test_a_stale_form_is_403_with_a_way_on(citizen: Visitor, mhrs: StandIn) -> None:
    page = citizen.open(mhrs.asks().url)
    page = citizen.browser.post(page.url, {"csrf_token": "of yesterday"})
    assert (page.status, page.says("Sayfanın süresi doldu. Yeniden deneyin.")) == (403, True)
    assert citizen.browser.follow("Yeniden dene").h1 == "Giriş yapın"


def test_health_robots_and_discovery(the_town: Town) -> None:
    assert json.loads(the_town.call("GET", "/livez").body) == {"status": "ok"}
    assert json.loads(the_town.call("GET", "/readyz").body) == {"status": "ok"}
    assert the_town.call("GET", "/robots.txt").text == "User-agent: *\nDisallow: /\n"
    document = json.loads(the_town.call("GET", "/.well-known/openid-configuration").body)
    assert document["issuer"] == IDP


def test_readyz_says_no_while_the_database_is_away(the_town: Town) -> None:
    """L-24 in small: the process lives on."""
    from dataclasses import replace

    from idp.domain.errors import OutOfService

    class Away:
        def ping(self) -> None:
            raise OutOfService("away")

    home = the_town.idp.state.house
    the_town.idp.state.house = replace(home, store=Away())
    try:
        assert the_town.call("GET", "/readyz").status == 503
        assert the_town.call("GET", "/livez").status == 200
    finally:
        the_town.idp.state.house = home


def test_discovery_and_keys_are_kept_by_etag(the_town: Town) -> None:
    for path in ("/jwks", "/.well-known/openid-configuration"):
        first = the_town.call("GET", path)
        again = the_town.call("GET", path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")


def test_the_access_log_names_templates_and_nobody(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> None:
    log = io.StringIO()
    with redirect_stderr(log), towns.town(sqlite_url, tmp_path, clock, log_level="info", log_format="json") as town:
        visitor = Visitor(town)
        visitor.open(StandIn(town).asks(login_hint=AYSE.national_id).url)
        visitor.two_steps(AYSE)
        visitor.open(f"/telefon/{AYSE.phone}?x={AYSE.national_id}")
        visitor.open(f"/{AYSE.national_id}")
        town.call("GET", f"/sandbox/v1/phones/{AYSE.phone}/messages")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["event"] for line in lines} == {"request"}
    assert {line["route"] for line in lines} >= {
        *("/authorize", "/login/{login_id}/{step}", "/login/{login_id}/password", "/telefon/{phone_number}"),
        "/sandbox/v1/phones/{phone_number}/messages",
    }
    for line in lines:
        assert line.keys() <= {"event", "level", "timestamp", "method", "route", "status", "milliseconds", "request_id"}
        assert "?" not in line["route"]
    assert AYSE.national_id not in log.getvalue()
    assert AYSE.phone not in log.getvalue()


def cookie_attributes(header: str) -> set[str]:
    return {part.strip().lower().partition("=")[0] for part in header.split(";")[1:]}


def test_c07_cookies_on_an_http_issuer(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks(ui_locales="en").url)
    citizen.browser.follow("Türkçe")
    citizen.types_password(MEHMET)
    citizen.approves()
    citizen.open(f"/telefon/{AYSE.phone}")
    sent = [header for hop in citizen.browser.hops for header in hop.headers.all("set-cookie")]
    names = {header.partition("=")[0].partition("-")[0] for header in sent}
    assert names == {"sid", "txn", "device", "lang", "visit"}
    for header in sent:
        assert {"httponly", "path", "samesite"} <= cookie_attributes(header)
        assert not {"domain", "secure"} & cookie_attributes(header), "Safari drops Secure cookies on http"
        assert "samesite=lax" in header.lower()


def test_at_most_ten_open_logins_leave_cookies(citizen: Visitor, mhrs: StandIn) -> None:
    for _ in range(14):
        citizen.open(mhrs.asks().url)
    assert sum(name.startswith("txn-") for name in citizen.browser.cookies) == 10
    assert citizen.types_password(AYSE).h1 == "Doğrulama kodunu girin", "the newest one works"


@pytest.mark.parametrize(
    ("ui_locales", "accept", "h1"),
    [
        (None, "", "Giriş yapın"),
        (None, "en-GB,en;q=0.9,tr;q=0.1", "Sign in"),
        (None, "de,fr", "Giriş yapın"),
        ("en", "tr", "Sign in"),
        ("tr en", "en", "Giriş yapın"),
        ("se", "en", "Sign in"),
        ("en-US", "tr", "Sign in"),
    ],
)
def test_the_language_follows_ui_locales_then_the_browser_then_turkish(
    the_town: Town, ui_locales: str | None, accept: str, h1: str
) -> None:
    visitor = Visitor(the_town, language=accept)
    page = visitor.open(StandIn(the_town).asks(ui_locales=ui_locales).url)
    assert page.h1 == h1
    assert page.all("html")[0].attributes["lang"] == ("en" if h1 == "Sign in" else "tr")


def test_the_language_link_keeps_the_step_and_is_remembered(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    before = login_id(citizen.types_password(AYSE))
    page = citizen.browser.follow("English")
    assert (page.h1, login_id(page)) == ("Enter the verification code", before)
    citizen.browser.fill("Verification code", citizen.town.last_code(AYSE.phone))
    assert citizen.press("Verify").h1.endswith("will receive this information")
    assert citizen.open("/").all("html")[0].attributes["lang"] == "en"


def is_page(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def test_programs_get_json_and_people_get_pages(the_town: Town) -> None:
    assert json.loads(the_town.call("POST", "/token").body)["error"] == "invalid_request"
    assert the_town.call("GET", "/token").headers["content-type"] == "application/json"
    problem = the_town.call("GET", "/sandbox/v1/phones/1/messages")
    assert problem.headers["content-type"] == "application/problem+json"
    assert is_page(the_town.call("GET", "/nowhere"))
    assert is_page(the_town.call("POST", "/hesabim/sifre", {}))
