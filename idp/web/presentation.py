"""From a view to a response: language, frame, policy, status."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from idp.web import csrf
from idp.web.cookies import Cookies
from idp.web.envelope import content_security_policy
from idp.web.forms import Pairs, query_pairs
from idp.web.house import house
from idp.web.i18n import LANGUAGES, Language, choose_language
from idp.web.pages import Chrome
from idp.web.views import Page

LANGUAGE_PARAMETER = "lang"


def cookies(request: Request) -> Cookies:
    return Cookies(house(request).is_https)


def language(request: Request, ui_locales: Sequence[str] = ()) -> Language:
    """What the person just chose, else what the service asks for, or the person chose before, or the browser prefers,
    else Turkish.
    """
    before = cookies(request).language(request)
    return _chosen(request) or choose_language(tuple(ui_locales), before, request.headers.get("accept-language"))


def page(
    request: Request,
    view: Page,
    *,
    binding: str = "",
    status: int = 200,
    keeps_query: bool = True,
    form_targets: Sequence[str] = (),
    frames: Sequence[str] = (),
    ui_locales: Sequence[str] = (),
    citizen_name: str | None = None,
    end_others: str | None = None,
) -> HTMLResponse:
    """A whole page. `binding` is the cookie value its forms are bound to; without one it has no forms that act.

    `form_targets` and `frames` are origins. `end_others` is where the other sessions are ended, on a page that offers
    it beside its notice.
    `keeps_query=False` leaves what the request said out of the link to the other language (R-02: nothing echoed).
    """
    home, lang = house(request), language(request, ui_locales)
    chrome = Chrome(
        lang=lang,
        csrf_token=csrf.token(home.world.secrets, binding) if binding else "",
        other_language_url=_other_language_url(request, lang, keeps_query=keeps_query),
        citizen_name=citizen_name,
        end_others=end_others,
    )
    response = HTMLResponse(home.pages.html(view, chrome), status_code=status)
    response.headers["content-security-policy"] = content_security_policy(*form_targets, frames=frames)
    chosen = _chosen(request)
    if chosen is not None:
        cookies(request).set_language(response, chosen)
    return response


def see_other(location: str) -> RedirectResponse:
    """303: the browser follows with GET, and never repeats what was posted (RFC 9700 §4.12)."""
    return RedirectResponse(location, status_code=303)


def _chosen(request: Request) -> Language | None:
    wanted = [value for name, value in _query(request) if name == LANGUAGE_PARAMETER]
    return next((lang for lang in LANGUAGES if wanted == [lang]), None)


def _query(request: Request) -> Pairs:
    """The query, or none where it cannot be read: the page that says so must not fail over it."""
    try:
        return query_pairs(request)
    except HTTPException:
        return []


def _other_language_url(request: Request, lang: Language, *, keeps_query: bool) -> str:
    """The same address with the other language; a page that answers a POST is shown again by GET."""
    kept = [pair for pair in _query(request) if keeps_query and pair[0] != LANGUAGE_PARAMETER]
    other = "en" if lang == "tr" else "tr"
    return f"{request.url.path}?{urlencode([*kept, (LANGUAGE_PARAMETER, other)])}"
