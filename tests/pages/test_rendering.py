"""Every page in every state, in both languages: the rules of pages.md §1 to §3."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from idp.web import views as v
from idp.web.i18n import Duration, Text, Translator
from idp.web.pages import STATIC_FILES, Pages
from tests.pages.samples import SAMPLES, chrome_for, code, password, phone

PAGES = Pages()
EVERY_PAGE = pytest.mark.parametrize("lang", ["tr", "en"])
EVERY_STATE = pytest.mark.parametrize("name", sorted(SAMPLES))
VOID = {"img", "input", "meta", "link", "path"}


class Elements(HTMLParser):
    """All elements of a page with their attributes and text, in document order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.path: list[int] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.path.append(len(self.found) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        opened = self.found[self.path.pop()][0]
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for index in self.path:
            self.texts[index] = self.texts.get(index, "") + data

    def all(self, tag: str, **wanted: str) -> list[tuple[int, dict[str, str | None]]]:
        return [
            (index, attributes)
            for index, (name, attributes) in enumerate(self.found)
            if name == tag and all(attributes.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    def text(self, tag: str, **wanted: str) -> list[str]:
        return [" ".join(self.texts.get(index, "").split()) for index, _ in self.all(tag, **wanted)]


def rendered(name: str, lang: str) -> str:
    return PAGES.html(SAMPLES[name], chrome_for(name, lang))


@EVERY_PAGE
@EVERY_STATE
def test_the_frame_is_complete(name: str, lang: str) -> None:
    html = rendered(name, lang)
    page = Elements(html)
    own, other = Translator("tr" if lang == "tr" else "en"), Translator("en" if lang == "tr" else "tr")
    view = SAMPLES[name]
    h1 = own.text(view.heading)

    assert html.startswith("<!doctype html>")
    assert page.path == [], "every element is closed"
    assert page.all("html", lang=lang)
    assert page.text("h1") == [h1]
    assert len(page.all("main")) == 1
    tab = f"{own.t(view.tab)} – " if isinstance(view, v.SecurityPage) and view.heading.key == "security.h1" else ""
    title = f"{tab}{h1} – Eşik ({'emülatör' if lang == 'tr' else 'emulator'})"
    prefix = {"tr": "Hata: ", "en": "Error: "}[lang] if view.errors else ""
    assert page.text("title") == [prefix + title]
    assert "noindex" in (page.all("meta", name="robots")[0][1]["content"] or "")
    assert page.text("a", href="#content") == [own.t("frame.skip")]
    assert page.all("a", lang=other.lang, hreflang=other.lang)

    [(banner, _)] = page.all("aside", **{"data-testid": "emulator-banner"})
    assert page.found[banner - 1][0] == "body", "the banner is the first thing on the page"
    assert own.t("frame.banner") in page.texts[banner]
    assert other.t("frame.banner") in page.texts[banner]
    assert page.all("p", lang=other.lang)


@EVERY_PAGE
@EVERY_STATE
def test_nothing_a_strict_policy_would_block(name: str, lang: str) -> None:
    """C06, pages.md §3.2: no inline script or style, no foreign resource, no refresh."""
    html = rendered(name, lang)
    page = Elements(html)
    for tag, attributes in page.found:
        assert tag not in ("style", "base")
        if tag == "iframe":  # LOGOUT-15: the policy of that page names the origin, and the frame cannot lead away
            assert attributes["src"] in getattr(SAMPLES[name], "frames", ())
            assert "top-navigation" not in (attributes["sandbox"] or "")
        assert "style" not in attributes
        assert not any(attribute.startswith("on") for attribute in attributes)
        assert attributes.get("http-equiv") is None
        if tag == "script":
            assert (attributes["src"] or "").startswith("/static/")
        assert not (attributes.get("href") or "").startswith("javascript:")
    for index, _ in page.all("script"):
        assert page.texts.get(index, "") == ""


@EVERY_PAGE
@EVERY_STATE
def test_every_control_has_a_name_and_every_form_its_token(name: str, lang: str) -> None:
    """C03, WCAG 1.3.1 and 4.1.2."""
    html = rendered(name, lang)
    page = Elements(html)
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids)), "ids are unique"
    labelled = {attributes["for"] for _, attributes in page.all("label")}
    for _, attributes in page.all("input"):
        if attributes["type"] == "hidden":
            continue
        assert attributes["id"] in labelled
        assert attributes.get("data-testid")
        assert "placeholder" not in attributes
    for tag, attributes in page.found:
        for reference in (attributes.get("aria-describedby") or "").split():
            assert reference in ids, f"{tag} is described by nothing"
        if tag in ("form", "button"):
            assert tag == "form" or attributes.get("data-testid")
    forms = page.all("form")
    assert all(attributes["method"] == "post" and "novalidate" in attributes for _, attributes in forms)
    ours = [attributes for _, attributes in forms if "data-sends-itself" not in attributes]
    assert len(page.all("input", name="csrf_token", value="csrf-token")) == len(ours), "and no other site gets it"


@EVERY_PAGE
@EVERY_STATE
def test_errors_are_summarised_first_and_repeated_beside_the_field(name: str, lang: str) -> None:
    """WCAG 3.3.1: the summary takes the focus without a script and leads to each field."""
    view = SAMPLES[name]
    page = Elements(rendered(name, lang))
    summaries = page.all("section", **{"data-testid": "error-summary"})
    assert len(summaries) == (1 if view.errors else 0)
    own = Translator("tr" if lang == "tr" else "en")
    ids = {attributes.get("id") for _, attributes in page.found}
    for index, attributes in summaries:
        assert attributes["tabindex"] == "-1"
        assert "autofocus" in attributes
        assert index < page.all("h1")[0][0]
    for error in view.errors:
        words = own.text(error.text)
        assert words in page.text("a", href=f"#{error.field}")
        assert error.field in ids
        beside = page.text("div", id=f"{error.field}-error")
        assert len(beside) == 1
        assert words in beside[0]


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        ("national_id", {"type": "text", "inputmode": "numeric", "autocomplete": "username", "maxlength": "20"}),
        ("password", {"type": "password", "autocomplete": "current-password", "spellcheck": "false"}),
    ],
)
def test_login_fields_serve_password_managers(field: str, attributes: dict[str, str]) -> None:
    """WCAG 1.3.5, 3.3.8: the attributes of pages.md §2."""
    [(_, found)] = Elements(rendered("password", "tr")).all("input", name=field)
    assert attributes.items() <= found.items()
    assert found["autocapitalize"] == "none"
    assert "required" in found


def test_the_code_has_one_field() -> None:
    [(_, found)] = Elements(rendered("code", "tr")).all("input", type="text")
    wanted = {"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]*", "maxlength": "11"}
    assert wanted.items() <= found.items()


def test_new_passwords_are_described_by_their_rules() -> None:
    [(_, found)] = Elements(rendered("password-change", "tr")).all("input", name="new_password")
    assert found["autocomplete"] == "new-password"
    assert found["aria-describedby"] == "password-rules"


def test_a_wrong_password_keeps_the_number_and_empties_the_password() -> None:
    page = Elements(rendered("password-wrong", "tr"))
    assert page.all("input", name="national_id", value="98765430170")
    [(_, field)] = page.all("input", name="password")
    assert field["value"] == ""
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "password-error"


def test_c06_hostile_values_stay_text() -> None:
    hostile = "\"><script>alert(1)</script>'{{ 7*7 }}"
    html = PAGES.html(
        replace(password, rp_name=hostile, national_id=hostile, submit=hostile), chrome_for("password", "tr")
    )
    assert "<script>alert" not in html
    assert "49" not in Elements(html).text("p", **{"data-testid": "relying-party"})[0]


def test_logout_state_survives_the_question() -> None:
    """LOGOUT-04."""
    page = Elements(rendered("logout-rp", "tr"))
    assert page.all("input", name="state", value="a\"b'<c>&%#\\")


def test_a23_no_code_on_the_page_that_asks_for_it() -> None:
    [(_, field)] = Elements(rendered("code-wrong", "tr")).all("input", name="code")
    assert field["value"] == ""


def test_a_paused_method_takes_no_code_and_sends_none() -> None:
    page = Elements(rendered("code-paused", "en"))
    assert not page.all("input", name="code")
    assert not page.all("form", action="/login/x/code/resend")
    assert "15 minutes" in page.text("p", **{"data-testid": "method-paused"})[0]


def test_the_main_button_comes_first_in_each_form() -> None:
    """Enter presses the first submit button (pages.md §7.3)."""
    for name, main in [
        ("two-step-off", "decision-enable"),
        ("consent", "decision-approve"),
        ("switch-off", "decision-off"),
        ("logout", "decision-logout"),
        ("select-account", "decision-continue"),
        ("phone-unverified", "decision-continue"),
    ]:
        buttons = Elements(rendered(name, "tr")).all("button", type="submit")
        assert buttons[0][1]["data-testid"] == main


@pytest.mark.parametrize("problem", list(v.Problem))
@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_problem_can_be_said(problem: v.Problem, lang: str) -> None:
    every_value: dict[str, int | Duration] = {"n": 3, "duration": Duration(30)}
    html = PAGES.html(replace(code, errors=(v.FieldError("code", problem, every_value),)), chrome_for("code", lang))
    assert "code-error" in html


@pytest.mark.parametrize("notice", list(v.Notice))
def test_every_notice_can_be_said(notice: v.Notice) -> None:
    html = PAGES.html(replace(phone, notice=Text(notice, {"duration": Duration(5), "n": 3})), chrome_for("phone", "en"))
    assert Elements(html).all("p", role="status", **{"data-testid": "notice"})


def test_static_addresses_change_with_the_content() -> None:
    address = PAGES.asset("base.css")
    assert re.fullmatch(r"/static/base\.css\?v=[0-9a-f]{12}", address)
    html = rendered("phone", "tr")
    for path in re.findall(r'(?:href|src)="/static/([^"?]+)\?v=', html):
        assert (STATIC_FILES / path).is_file()
    with pytest.raises(KeyError):
        PAGES.asset("missing.css")
