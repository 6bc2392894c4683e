"""MHRS in a real browser: axe, 320 px, no JavaScript, keyboard (pages.md §7), and `form-action` along the redirects."""

import socket
import threading
import time
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
import uvicorn
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relying_party_demo.app import create_app
from tests.barriers import barriers, scrolls_sideways

pytestmark = pytest.mark.timeout(180)


def provider_app(provider):
    """The fake provider over HTTP; `provider.answer` changes what its authorization endpoint says."""

    async def authorize(request):
        return RedirectResponse(provider.authorize(str(request.url), **provider.answer), 303)

    async def logout(request):
        query = request.query_params
        return RedirectResponse(f"{query['post_logout_redirect_uri']}?state={query['state']}", 303)

    async def others(request):
        body = await request.body()
        asked = httpx2.Request(request.method, str(request.url), headers=dict(request.headers), content=body)
        answer = provider.handle(asked)
        return Response(answer.content, answer.status_code, media_type="application/json")

    return Starlette(
        routes=[
            Route("/authorize", authorize),
            Route("/logout", logout),
            Route("/{path:path}", others, methods=["GET", "POST"]),
        ]
    )


@contextmanager
def served(app, listener):
    """Serve on a loopback socket that is already bound, in a thread that ends with the block."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        thread.join(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)


def loopback():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener, f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def mhrs(provider, make_settings, clock):
    """The address of MHRS, with the fake provider beside it."""
    with ExitStack() as stack:
        provider_listener, issuer = loopback()
        mhrs_listener, address = loopback()
        stack.callback(provider_listener.close)
        stack.callback(mhrs_listener.close)
        provider.issuer, provider.answer = issuer, {}
        http = stack.enter_context(httpx2.Client(trust_env=False, timeout=5))
        settings = make_settings(issuer=issuer, base_url=address, searches_per_minute=1000)
        stack.enter_context(served(provider_app(provider), provider_listener))
        stack.enter_context(served(create_app(settings, clock=clock, http=http), mhrs_listener))
        yield address


@pytest.fixture
def open_page(chromium):
    contexts = []

    def make(**options):
        contexts.append(chromium.new_context(**{"viewport": {"width": 320, "height": 800}, "locale": "tr", **options}))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def walk(page, mhrs, provider):
    """Press through every kind of page, naming each as it is reached."""

    def login(**answer):
        provider.answer = answer
        page.goto(f"{mhrs}/")
        page.get_by_test_id("mhrs-login").click()

    page.goto(f"{mhrs}/")
    yield "start"
    for error in ("access_denied", "unmet_authentication_requirements", "server_error"):
        login(code=None, error=error)
        page.get_by_test_id("mhrs-outcome").wait_for()
        yield error
    login(state="tekrar.lost")
    page.get_by_test_id("mhrs-lost").wait_for()
    yield "lost"
    provider.acr, provider.amr = "urn:esik:acr:password", ["pwd"]
    login()
    page.get_by_test_id("mhrs-refused").wait_for()
    yield "refused"
    provider.acr, provider.amr = "urn:esik:acr:two-step", ["pwd", "sms", "mfa"]
    page.get_by_test_id("mhrs-retry").click()
    page.get_by_test_id("mhrs-notice").wait_for()
    yield "panel"
    page.get_by_test_id("mhrs-search").click()
    expect(page.locator("#summary")).to_be_focused()  # focus without a script
    yield "error"
    page.get_by_test_id("mhrs-il").select_option("341")
    page.get_by_test_id("mhrs-search").click()
    page.get_by_test_id("mhrs-klinik").select_option("13")
    page.get_by_test_id("mhrs-search").click()
    yield "results"
    page.get_by_test_id("mhrs-slot").first.click()
    yield "review"
    page.get_by_test_id("mhrs-book").click()
    yield "booked"
    page.get_by_test_id("mhrs-approve").click()
    yield "approved"
    page.get_by_test_id("mhrs-cancel").click()
    yield "cancel"
    page.get_by_test_id("mhrs-cancel-confirm").click()
    yield "cancelled"
    page.get_by_test_id("mhrs-health-link").click()
    page.get_by_test_id("mhrs-health").wait_for()
    yield "health"
    provider.clock.instant += 301
    page.reload()  # to the provider and back
    page.get_by_test_id("mhrs-notice").wait_for()
    yield "health again"
    provider.clock.instant += 301
    page.reload()
    page.get_by_test_id("mhrs-prove-again").wait_for()
    yield "health expired"
    for claims in ({"acr": "urn:esik:acr:password"}, {"auth_time": 1}):
        provider.claims = claims
        page.get_by_test_id("mhrs-nav-health").click()
        page.get_by_test_id("mhrs-step-up").wait_for()
        yield f"step-up {claims}"
    provider.claims = {}
    page.goto(f"{mhrs}/yok")
    yield "not found"
    page.get_by_test_id("mhrs-logout").click()
    assert page.url.startswith(f"{mhrs}/?state=")
    page.get_by_test_id("mhrs-notice").wait_for()
    yield "signed out"
    login()
    page.get_by_test_id("mhrs-citizen-name").wait_for()
    httpx2.post(f"{mhrs}/oidc/backchannel-logout", data={"logout_token": provider.logout_token()}).raise_for_status()
    page.reload()
    page.locator('[data-notice="signed_out_elsewhere"]').wait_for()
    yield "signed out elsewhere"
    page.goto(f"{mhrs}/oidc/initiate?iss=https://other.example")
    page.get_by_test_id("mhrs-problem").wait_for()
    yield "foreign issuer"


@pytest.mark.parametrize("language", ["tr", "en"])
def test_no_page_has_a_barrier_and_none_scrolls_sideways(open_page, mhrs, provider, language):
    """In light and dark, and at 320 px."""
    provider.name = "ŞÜKRİYE NUR İLGÜN IĞDIRLIÇÖL-ÖRNEK"
    page = open_page(locale=language)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    names = []
    for name in walk(page, mhrs, provider):
        names.append(name)
        assert barriers(page) == [], name
        assert not scrolls_sideways(page), name
        assert page.locator("html").get_attribute("lang") == language
    assert len(names) == 23
    assert not [text for text in complaints if "the server responded with a status of" not in text]


def test_the_whole_way_without_javascript(open_page, mhrs, provider):
    page = open_page(java_script_enabled=False)
    page.goto(f"{mhrs}/")
    page.get_by_role("button", name="e-Devlet ile Giriş (emülatör)").click()
    page.get_by_label("İl", exact=True).select_option("6")
    page.get_by_role("button", name="Devam et").click()
    page.get_by_label("Klinik").select_option("14")
    page.get_by_role("button", name="Randevu ara").click()
    page.get_by_test_id("mhrs-slot").first.click()
    page.get_by_role("button", name="Randevuyu al").click()
    assert page.get_by_test_id("mhrs-appointment").get_attribute("data-status") == "waiting"


def test_the_step_up_without_javascript(open_page, mhrs, provider, clock):
    page = open_page(java_script_enabled=False)
    page.goto(f"{mhrs}/")
    page.get_by_role("button", name="e-Devlet ile Giriş (emülatör)").click()
    clock.instant += 301
    page.get_by_role("link", name="Sağlık özetim", exact=True).click()
    expect(page.get_by_test_id("mhrs-counts-until")).to_have_attribute("data-until", str(clock.instant - 5 + 300))
    clock.instant += 301
    provider.claims = {"auth_time": clock.instant - 301}
    page.get_by_role("link", name="Sağlık özetim", exact=True).click()
    provider.claims = {}
    page.get_by_role("button", name="Kimliğimi yeniden doğrula").click()
    page.get_by_test_id("mhrs-health").wait_for()


def test_the_whole_way_by_keyboard(open_page, mhrs, provider):
    page = open_page()

    def tab_to(testid):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.testid") == testid:
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none"
                return
        raise AssertionError(f"Tab never reaches {testid}")

    page.goto(f"{mhrs}/")
    tab_to("mhrs-login")
    page.keyboard.press("Enter")
    page.wait_for_url("**/randevu")
    for field, letters in (("mhrs-il", "Ankara"), ("mhrs-klinik", "Nöro")):
        tab_to(field)
        page.keyboard.type(letters)
        tab_to("mhrs-search")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    for target in ("mhrs-slot", "mhrs-book"):
        tab_to(target)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.get_by_test_id("mhrs-appointment").wait_for()


def test_the_api_documents_open_offline(open_page, mhrs):
    page = open_page(viewport={"width": 1280, "height": 800})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: complaints.append(request.url) if not request.url.startswith((mhrs, "data:")) else None,
    )
    page.goto(f"{mhrs}/docs")
    page.get_by_text("/api/randevular", exact=True).first.wait_for()
    assert not complaints
