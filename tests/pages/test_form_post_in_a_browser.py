"""An answer that is posted leaves our page under its own policy, in a real Chromium (FORM-01, SET-13)."""

import pytest
from playwright.sync_api import Browser, Route, expect

from idp.web import views as v
from idp.web.callback import origin_of
from idp.web.envelope import content_security_policy
from idp.web.pages import Chrome, Pages

OURS = "https://esik.test"

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("address", ["https://rp.test/cb", "http://127.0.0.1:9000/cb", "http://[::1]:9000/cb"])
def test_form_01_the_policy_lets_the_answer_go_where_it_belongs(chromium: Browser, address: str) -> None:
    view = v.FormPostPage(action=address, fields=(("code", "c0de"),))
    html = Pages().html(view, Chrome(lang="tr", csrf_token="", other_language_url="/authorize?lang=en"))
    policy = {"Content-Security-Policy": content_security_policy(origin_of(address))}
    posted: list[str | None] = []

    def serve(route: Route) -> None:
        if route.request.url == f"{OURS}/authorize":
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)
        elif route.request.url == address:
            posted.append(route.request.post_data)
            route.fulfill(body="<p>arrived</p>", content_type="text/html")
        else:
            route.fulfill(status=404)

    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.route("**/*", serve)
        page.goto(f"{OURS}/authorize")
        page.get_by_role("button").click()
        expect(page.get_by_text("arrived")).to_be_visible()
    assert posted == ["code=c0de"]
