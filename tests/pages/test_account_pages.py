"""What the account pages promise beyond the rules of every page: nothing secret twice, nothing removed by surprise."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from idp.web import views as v
from idp.web.views.authenticators import in_fours
from tests.pages.samples import SAMPLES
from tests.pages.samples_account import CODES, pairing
from tests.pages.test_in_a_browser import ORIGIN, opened
from tests.pages.test_rendering import Elements, rendered


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = opened(chromium)
    yield page
    page.context.close()


@pytest.mark.parametrize(
    ("given", "shown"),
    [("", ""), ("7KQ2", "7KQ2"), ("7KQ29MXA", "7KQ2 9MXA"), ("7KQ2-9MXA-4T", "7KQ2 9MXA 4T"), ("7 KQ29", "7KQ2 9")],
)
def test_codes_are_read_in_groups_of_four(given: str, shown: str) -> None:
    assert in_fours(given) == shown


def test_backup_codes_are_shown_only_right_after_they_were_made() -> None:
    shown = Elements(rendered("backup-codes-new", "tr")).text("span", **{"data-testid": "backup-code"})
    assert shown == [in_fours(code) for code in CODES]
    assert not Elements(rendered("backup-codes", "tr")).all("span", **{"data-testid": "backup-code"})
    assert not Elements(rendered("backup-codes-new", "tr")).all("form", action="/hesabim/yedek-kodlar")


def test_the_last_method_cannot_be_removed_and_the_page_says_why() -> None:
    html = Elements(rendered("remove-last", "en"))
    assert not html.all("button", name="decision")
    assert html.text("p", **{"data-testid": "last-method"})
    buttons = Elements(rendered("remove-method", "en")).all("button", type="submit")
    assert [attributes["value"] for _, attributes in buttons] == ["remove", "keep"]


def test_a_claimed_pairing_shows_what_the_device_shows_and_no_code_any_more() -> None:
    html = Elements(rendered("pairing-claimed", "tr"))
    assert html.text("dd", **{"data-testid": "claimed-fingerprint"}) == ["9f3c 71d2 0ab4 e865"]
    assert not html.all("dd", **{"data-testid": "pairing-code"})
    assert not html.all("div", **{"data-testid": "qr"})
    assert [attributes["action"] for _, attributes in html.all("form")] == [pairing.confirm, pairing.reject]


@pytest.mark.parametrize("name", ["pairing-expired", "pairing-refused"])
def test_an_expired_pairing_offers_a_new_code_instead_of_the_old(name: str) -> None:
    html = Elements(rendered(name, "tr"))
    assert html.all("a", href=pairing.check, **{"data-testid": "renew-pairing"})
    assert not html.all("dd", **{"data-testid": "pairing-code"})


def test_a_passkey_form_carries_its_options_and_needs_a_script() -> None:
    html = Elements(rendered("passkey-add", "tr"))
    view = SAMPLES["passkey-add"]
    assert isinstance(view, v.PasskeyAddPage)
    assert html.all("form", **{"data-passkey-create": view.options})
    assert html.all("input", type="hidden", name="credential")
    [(_, button)] = html.all("button", type="submit")
    assert "hidden" in button
    assert html.text("p", **{"data-testid": "no-script"})


def test_only_methods_that_may_be_preferred_offer_it() -> None:
    html = Elements(rendered("methods-all", "tr"))
    assert [attributes["value"] for _, attributes in html.all("input", name="method", type="hidden")] == [
        "app",
        "totp",
        "passkey",
    ]
    assert len(html.all("span", **{"data-testid": "preferred"})) == 1
    assert len(html.all("span", **{"data-testid": "extension"})) == 2


def test_the_app_can_begin_two_step_login_only_with_a_registered_device() -> None:
    [(_, without)] = Elements(rendered("methods-none", "tr")).all("input", id="method_app")
    [(_, with_device)] = Elements(rendered("methods-begin-with-app", "tr")).all("input", id="method_app")
    assert "disabled" in without
    assert "disabled" not in with_device
    assert "checked" in with_device


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_backup_codes_print_black_on_white_without_the_page_around_them(page: Page, scheme: str) -> None:
    page.emulate_media(media="print", color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{ORIGIN}/tr/backup-codes-new")
    assert page.get_by_test_id("backup-code").count() == len(CODES)
    assert all(code.is_visible() for code in page.get_by_test_id("backup-code").all())
    for hidden in ("print", "codes-kept", "security-tabs", "account-menu", "footer", "notice", "shown-once"):
        assert page.get_by_test_id(hidden).is_hidden(), hidden
    assert page.get_by_test_id("emulator-banner").is_visible()
    colours = page.get_by_test_id("codes-paper").evaluate("paper => getComputedStyle(paper).color")
    assert colours == "rgb(0, 0, 0)"


def test_the_print_button_appears_with_a_script_and_prints(page: Page) -> None:
    page.emulate_media(media="screen", color_scheme="light")
    page.add_init_script("window.print = () => { document.body.dataset.printed = 'yes' }")
    page.goto(f"{ORIGIN}/en/backup-codes-new")
    page.get_by_role("button", name="Print").click()
    assert page.locator("body").get_attribute("data-printed") == "yes"
