"""From a view to HTML.

Owns the template environment, the frame around every page (banner, title, language, account menu) and the addresses of
static files. Decides nothing: what a page says is in its view.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idp.web.account import addresses
from idp.web.i18n import LANGUAGES, Language, Translator
from idp.web.views import Page

_HERE = Path(__file__).parent
STATIC_FILES = _HERE / "static"


_ADDRESSES = {
    "start": "/",
    "account": addresses.HOME,
    "password": addresses.PASSWORD,
    "two_step": addresses.TWO_STEP,
    "devices": addresses.DEVICES,
    "sessions": addresses.SESSIONS,
    "history": addresses.HISTORY,
    "consents": addresses.CONSENTS,
    "logout": "/logout",
}
"""Where the links of the frame lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """What surrounds a page in one request.

    `other_language_url` shows the same step in the other language (GET). `citizen_name` is set on account pages,
    where the menu hangs on it. `end_others` takes the POST that ends the citizen's other sessions, where the notice
    offers it.
    """

    lang: Language
    csrf_token: str
    other_language_url: str
    citizen_name: str | None = None
    end_others: str | None = None


class Pages:
    """Renders views. One instance per process; safe to share between threads.

    Raises `jinja2.UndefinedError` and `KeyError` for a template that names something its view or the catalogue does not
    have: those are faults of ours, found by the tests of every page.
    """

    def __init__(self) -> None:
        self._translators = {lang: Translator(lang) for lang in LANGUAGES}
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(asset=self.asset, addresses=_ADDRESSES)

    def html(self, view: Page, chrome: Chrome) -> str:
        own = self._translators[chrome.lang]
        other = self._translators["en" if chrome.lang == "tr" else "tr"]
        return self._environment.get_template(view.template).render(
            view=view, chrome=chrome, t=own.t, text=own.text, own=own, other=other
        )

    def asset(self, name: str) -> str:
        """The address of a static file, changed whenever its content changes, so that it may be cached for ever."""
        return f"/static/{name}?v={self._versions[name]}"

    @cached_property
    def _versions(self) -> dict[str, str]:
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in sorted(STATIC_FILES.iterdir())
            if path.is_file()
        }
