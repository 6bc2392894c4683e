"""`response_mode=form_post` in a browser without scripts: FORM-01…04, at every end that a login has."""

import pytest

from tests.browser import Page
from tests.people import AYSE, Visitor
from tests.stand_in import CALLBACK, StandIn
from tests.town import IDP, MHRS


def posted(page: Page) -> tuple[str, dict[str, str]]:
    """Where the page's form leads, and what it holds."""
    (form,) = [form for form in page.all("form") if form.attributes.get("data-testid") == "form-post"]
    hidden = [field for field in form.walk() if field.attributes.get("type") == "hidden"]
    return form.attributes["action"], {field.attributes["name"]: field.attributes["value"] for field in hidden}


@pytest.fixture
def at_the_code(citizen: Visitor, mhrs: StandIn) -> Visitor:
    citizen.open(mhrs.asks(response_mode="form_post").url)
    citizen.types_password(AYSE)
    return citizen


def test_form_01_form_04_a_login_ends_on_a_form_to_the_service(at_the_code: Visitor, mhrs: StandIn) -> None:
    at_the_code.reads_and_types_code(AYSE)
    page = at_the_code.approves()
    assert (page.status, page.h1) == (200, "Hizmete dönüyorsunuz")
    action, fields = posted(page)
    assert action == CALLBACK
    assert fields.keys() == {"code", "state", "iss"}
    assert fields["code"] not in page.url
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert policy.endswith(f"form-action 'self' {MHRS}")
    assert "script-src 'self';" in policy, "the page's script is a file of ours: nothing inline"
    assert page.by_testid("continue") is not None


def test_form_02_leaving_is_posted_too(at_the_code: Visitor, mhrs: StandIn) -> None:
    """AUTH-27"""
    action, fields = posted(at_the_code.press("Vazgeç"))
    assert (action, fields["error"]) == (CALLBACK, "access_denied")
    assert "code" not in fields


@pytest.mark.parametrize(
    ("asked", "error"), [({"prompt": "none"}, "login_required"), ({"scope": "phone"}, "invalid_scope")]
)
def test_form_02_refusals_without_a_login_are_posted_too(
    citizen: Visitor, mhrs: StandIn, asked: dict[str, str], error: str
) -> None:
    page = citizen.open(mhrs.asks(response_mode="form_post", **asked).url)
    _, fields = posted(page)
    assert (fields["error"], fields["iss"]) == (error, IDP)
    assert "error" not in page.url


@pytest.mark.parametrize("state", ['a&b="c" <d> ı', "%3D+x'"])
def test_form_03_values_are_escaped_for_html_and_not_for_urls(citizen: Visitor, mhrs: StandIn, state: str) -> None:
    page = citizen.open(mhrs.asks(response_mode="form_post", prompt="none", state=state).url)
    assert posted(page)[1]["state"] == state


def test_the_fragment_reaches_the_service(citizen: Visitor, mhrs: StandIn) -> None:
    page = citizen.open(mhrs.asks(response_mode="fragment", prompt="none").url)
    assert page.url.startswith(f"{CALLBACK}#error=login_required&")
