"""Turns a template into an answer: language, cookies, form tokens and the policy that says where forms may lead."""

from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from relying_party_demo import csrf
from relying_party_demo.cookies import YEAR
from relying_party_demo.headers import content_security_policy
from relying_party_demo.services import ForgedFormError, Services, Visitor
from relying_party_demo.texts import LANGUAGES

HEALTH_SUMMARY = "/saglik-ozetim"
"""The one page that wants a step-up, and where every step-up returns to."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(
    request: Request, services: Services, visitor: Visitor, template: str, *, status: int = 200, **context: object
) -> HTMLResponse:
    """The page `template`. Every page may hold a form that leads to the provider (sign in, sign out), so the policy
    of every page names the provider's origin: browsers apply `form-action` to redirects as well."""
    session = visitor.session
    html = _TEMPLATES.get_template(template).render(
        t=visitor.texts,
        language=visitor.texts.language,
        other_language=_other_language(request, visitor),
        session=session,
        session_token=csrf.issue_token(session.id) if session else "",
        browser_token=csrf.issue_token(visitor.browser),
        settings=services.settings,
        reference=request.state.reference,
        path=request.url.path,
        **context,
    )
    response = HTMLResponse(html, status_code=status)
    response.headers["Content-Security-Policy"] = content_security_policy(services.settings.issuer_origin)
    response.headers["Content-Language"] = visitor.texts.language
    response.headers["Vary"] = "Accept-Language, Cookie"
    remember_browser(response, services, visitor)
    asked = request.query_params.get("dil")
    if asked in LANGUAGES:
        services.cookies.write(response, "language", asked, max_age=YEAR)
    return response


def remember_browser(response: HTMLResponse | RedirectResponse, services: Services, visitor: Visitor) -> None:
    """Give a browser that came without one the cookie that its forms and its logins are bound to."""
    if visitor.is_new_browser:
        services.cookies.write(response, "browser", visitor.browser)


def see_other(path: str) -> RedirectResponse:
    """The answer to every form post: go and look there (303)."""
    return RedirectResponse(path, status_code=303)


def check_form(request: Request, services: Services, form: dict[str, str], secret: str) -> None:
    """Raises `ForgedFormError` unless a page of ours, shown to the holder of `secret`, sent this form."""
    if not csrf.is_ours(request.headers, services.settings.base_url, secret, form.get("csrf", "")):
        raise ForgedFormError


def login_query(wanted: str) -> str:
    """The query of the start page for somebody whose session is over: why they are there, and where they were."""
    return urlencode({"bildirim": "oturum", "donus": safe_return_path(wanted)})


def safe_return_path(path: str) -> str:
    """Where to go after the login: a page of ours behind the login, whatever the form said."""
    if path.partition("?")[0] == HEALTH_SUMMARY:
        return HEALTH_SUMMARY
    is_ours = path.startswith(("/randevu?", "/randevu/", "/randevularim"))
    is_plain = len(path) <= 500 and path.isascii() and path.isprintable() and "\\" not in path
    return path if is_ours and is_plain else "/randevu"


def _other_language(request: Request, visitor: Visitor) -> dict[str, str]:
    """The link that shows this very page in the other language; a page that answers a POST leads home."""
    code = "tr" if visitor.texts.language == "en" else "en"
    path, query = "/", []
    if request.method == "GET":
        path = request.url.path
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "dil"]
    address = f"{path}?{urlencode([*query, ('dil', code)])}"
    return {"code": code, "name": visitor.texts(f"language.{code}"), "address": address}
