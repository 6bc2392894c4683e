"""What every page and every answer has in common (pages.md §1, security.md §6.3, C06, C13)."""

import re
from pathlib import Path

import pytest

import relying_party_demo

ISSUER = "http://localhost:8000"
PACKAGE = Path(relying_party_demo.__file__).parent
BANNER = "EMÜLATÖR – gerçek e-Devlet Kapısı değildir. Gerçek T.C. kimlik numaranızı veya şifrenizi girmeyin."
ENGLISH_BANNER = "EMULATOR – this is not the real e-Devlet. Do not enter your real ID number or password."


def step_up(visitor):
    return visitor.get("/saglik-ozetim").headers["location"]


@pytest.fixture
def every_page(browser, make_browser):
    """Each kind of page once, in the given language."""

    def visit(language):
        visitor = make_browser()
        visitor.get(f"/?dil={language}")
        provider = visitor.provider
        yield "start", visitor.get("/")
        for error in ("access_denied", "unmet_authentication_requirements", "server_error", "other"):
            yield error, visitor.come_back(visitor.begin(), code=None, error=error)
        for acr in (None, "urn:esik:acr:password", ["x"], "?"):
            provider.acr = acr
            yield f"refused {acr}", visitor.log_in()
        provider.acr = "urn:esik:acr:two-step"
        provider.claims = {"auth_time": 1}
        yield "too old", visitor.log_in()
        provider.claims = {}
        yield "lost", visitor.get("/oidc/callback?state=tekrar.x")
        yield "restarting", visitor.get("/oidc/callback?state=x")
        yield "not found", visitor.get("/yok")
        yield "forged", visitor.http.post("/giris", data={})
        yield "panel", visitor.log_in()
        yield "results", visitor.get("/randevu?il=6&klinik=14")
        yield "error", visitor.get("/randevu?il=")
        slots = visitor.first_slots()
        yield "review", visitor.get(f"/randevu/onay?slot={slots[0]}")
        visitor.book(slots[0])
        yield "conflict", visitor.book(slots[1])
        mine = visitor.get("/randevularim")
        yield "mine", mine
        yield "cancel", visitor.get(visitor.links(mine, "mhrs-cancel")[0])
        yield "health", visitor.get("/saglik-ozetim")
        visitor.provider.clock.instant += 301
        yield "health expired", visitor.get("/saglik-ozetim?bildirim=dogrulandi")
        errors = ("access_denied", "unmet_authentication_requirements", "login_required", "server_error", "other")
        for error in errors:
            yield f"step-up {error}", visitor.come_back(step_up(visitor), code=None, error=error)
        for name, claims in (("weak", {"acr": "urn:esik:acr:password"}), ("old", {"auth_time": 1})):
            provider.claims = claims
            yield f"step-up {name}", visitor.come_back(step_up(visitor))
        provider.claims = {}
        yield "no slot", visitor.get("/randevu/onay?slot=x")
        yield "docs", visitor.get("/docs")
        yield "foreign issuer", visitor.get("/oidc/initiate?iss=https://other.example")
        visitor.http.post("/oidc/backchannel-logout", data={"logout_token": provider.logout_token()})
        yield "signed out elsewhere", visitor.get("/")

    return visit


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_page_has_banner_noindex_title_and_one_heading(every_page, language):
    seen = set()
    for name, page in every_page(language):
        html = page.text
        seen.add(name)
        assert html.index(BANNER) < html.index("<header"), name
        assert ENGLISH_BANNER in html, name
        assert f'<html lang="{language}">' in html, name
        assert '<meta name="robots" content="noindex, nofollow">' in html, name
        assert page.headers["x-robots-tag"] == "noindex, nofollow", name
        assert page.headers["content-language"] == language, name
        assert html.count("<h1") == 1, name
        assert html.count("<main") == 1, name
        assert 'href="#main"' in html, name
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        heading = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
        assert title and heading and heading[1] in title[1], name
        assert "(MHRS" in title[1], name
        is_error = page.status_code >= 400
        assert title[1].startswith(("Hata: ", "Error: ")) is (is_error or name == "error"), name
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|http-equiv", html), name
        assert all(
            address.startswith(("/", "#", ISSUER)) for address in re.findall(r'(?:href|src|action)="([^"]*)"', html)
        ), name
        ids = re.findall(r'\sid="([^"]*)"', html)
        assert len(ids) == len(set(ids)), name
    assert len(seen) == 34


def test_every_answer_has_the_headers(browser, app, every_page):
    answers = [page for _, page in every_page("tr")]
    answers += [browser.get(path) for path in ("/livez", "/readyz", "/robots.txt", "/openapi.json", "/api/iller")]
    answers += [
        browser.get(path) for path in ("/static/mhrs.css", "/static/none", "/randevu", "/docs-assets/swagger-ui.css")
    ]
    answers += [browser.http.post("/giris", content=b"x" * 20_000), browser.http.put("/"), browser.http.options("/")]
    for answer in answers:
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "access-control-allow-origin" not in answer.headers  # C13
        assert "strict-transport-security" not in answer.headers  # not over http: RFC 6797 §7.2
        assert "server" not in answer.headers
        is_static = answer.request.url.path.startswith(("/static/", "/docs-assets/"))
        assert (answer.headers["cache-control"] == "no-store") is not is_static


def test_forms_may_lead_to_the_provider_and_nowhere_else(every_page):
    for name, page in every_page("tr"):
        assert page.headers["content-security-policy"].endswith(f"form-action 'self' {ISSUER}"), name


def test_a_fault_of_ours_is_a_page_with_headers_and_no_details(make_browser, make_app):
    app = make_app()
    browser = make_browser(app)

    def broken():
        raise RuntimeError("secret details")

    app.add_api_route("/broken", broken)
    app.add_api_route("/api/broken", broken)
    page = browser.get("/broken")
    assert page.status_code == 500
    assert "Beklenmeyen bir hata oluştu." in page.text
    assert "Başvuru no:" in page.text
    assert "secret details" not in page.text
    assert page.headers["x-frame-options"] == "DENY"
    assert browser.get("/api/broken").json()["errors"][0]["kodu"] == "ORN9001"


def test_health_and_robots(browser, app):
    assert browser.get("/livez").json() == {"status": "ok"}
    assert browser.get("/readyz").json() == {"status": "ok"}
    assert browser.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    path = app.state.services.settings.database
    for file in path.parent.iterdir():
        file.unlink()
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable"}


def test_mhrs_knows_nothing_of_the_provider():
    for path in PACKAGE.rglob("*.py"):
        assert not re.search(r"^\s*(from|import) idp\b", path.read_text("utf-8"), re.MULTILINE), path
