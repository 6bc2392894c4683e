"""A small browser for tests: no script, a cookie jar, forms filled by their labels and sent by their buttons.

It follows redirects across the origins it was given, as a person's browser would, and keeps what it saw on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from starlette.types import ASGIApp

from tests.asgi import Headers, Loop, shared_loop

_VOID = {"input", "br", "img", "meta", "link", "hr", "path", "circle", "rect", "source"}


@dataclass
class Element:
    """One element: attributes, and everything inside it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def walk(self) -> "list[Element]":
        return [self, *(inner for child in self.children for inner in child.walk())]

    @property
    def text(self) -> str:
        return " ".join(" ".join(element.texts) for element in self.walk()).strip()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in {element.tag for element in self._open[1:]}:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._open[-1].texts.append(" ".join(data.split()))


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    url: str
    status: int
    headers: Headers
    body: str

    @cached_property
    def root(self) -> Element:
        builder = _Builder()
        builder.feed(self.body)
        return builder.root

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.root.walk() if element.tag == tag]

    @property
    def h1(self) -> str:
        return self.all("h1")[0].text

    @property
    def text(self) -> str:
        return self.root.text

    def by_testid(self, testid: str) -> Element | None:
        return next((e for e in self.root.walk() if e.attributes.get("data-testid") == testid), None)

    def says(self, words: str) -> bool:
        return " ".join(words.split()) in self.text


@dataclass(frozen=True)
class Hop:
    """One request that was made on the way, and its answer's status and headers."""

    method: str
    url: str
    status: int
    headers: Headers


class Browser:
    """One browser with its own cookies. `sites` maps origins to applications; any other origin ends the journey."""

    def __init__(
        self,
        sites: Mapping[str, ASGIApp],
        *,
        language: str = "tr",
        address: str = "203.0.113.7",
        loop: Loop | None = None,
    ) -> None:
        self._sites = dict(sites)
        self._address = address
        self._loop = loop or shared_loop()
        self._language = language
        self.cookies: dict[str, str] = {}
        self.hops: list[Hop] = []
        self.page: Page | None = None
        self._filled: dict[str, str | bool] = {}

    @property
    def now_at(self) -> str:
        return self.shown.url

    @property
    def shown(self) -> Page:
        assert self.page is not None, "nothing was opened yet"
        return self.page

    def open(self, url: str) -> Page:
        return self._go("GET", url, None)

    def follow(self, words: str) -> Page:
        """Click the link that says these words."""
        link = next((a for a in self.shown.all("a") if words in a.text), None)
        assert link is not None, f"no link says {words!r}: {[a.text for a in self.shown.all('a')]}"
        return self.open(urljoin(self.shown.url, link.attributes["href"]))

    def fill(self, label: str, value: str | bool) -> "Browser":
        """Type into, tick or choose the field that this label names."""
        found = next((e for e in self.shown.all("label") if label in e.text), None)
        assert found is not None, f"no label {label!r}: {[e.text for e in self.shown.all('label')]}"
        self._filled[found.attributes["for"]] = value
        return self

    def press(self, words: str) -> Page:
        """Press the button that says these words; the form it belongs to is sent."""
        for form in self.shown.all("form"):
            for button in (e for e in form.walk() if e.tag == "button"):
                if words == button.text:
                    return self._send(form, button)
        raise AssertionError(f"no button says {words!r}: {[b.text for b in self.shown.all('button')]}")

    def post(self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Page:
        """A form made by hand, as an attacker would."""
        return self._go("POST", url, list(fields.items()), headers)

    def hidden(self, name: str = "csrf_token") -> str:
        """The value of a hidden field of the shown page."""
        return next(e.attributes["value"] for e in self.shown.all("input") if e.attributes.get("name") == name)

    def _send(self, form: Element, button: Element) -> Page:
        pairs: list[tuple[str, str]] = []
        for field_ in (e for e in form.walk() if e.tag in {"input", "select", "textarea"}):
            pairs += self._value(field_)
        if button.attributes.get("name"):
            pairs.append((button.attributes["name"], button.attributes.get("value", "")))
        self._filled = {}
        method = form.attributes.get("method", "get").upper()
        target = urljoin(self.shown.url, form.attributes.get("action", self.shown.url))
        if method == "GET":
            return self._go("GET", f"{target.partition('?')[0]}?{urlencode(pairs)}", None)
        return self._go("POST", target, pairs, {"origin": _origin(self.shown.url), "sec-fetch-site": "same-origin"})

    def _value(self, element: Element) -> list[tuple[str, str]]:
        own = element.attributes
        name, filled = own.get("name"), self._filled.get(own.get("id", ""))
        if not name:
            return []
        if own.get("type") in {"checkbox", "radio"}:
            group = [key for key, value in self._filled.items() if value is True]
            ticked = filled if isinstance(filled, bool) else "checked" in own
            if own.get("type") == "radio" and group and own.get("id") not in group:
                chosen_here = {
                    e.attributes.get("id") for e in self.shown.all("input") if e.attributes.get("name") == name
                }
                ticked = ticked and not chosen_here.intersection(group)
            return [(name, own.get("value", "on"))] if ticked else []
        return [(name, str(filled) if filled is not None else own.get("value", ""))]

    def _go(
        self, method: str, url: str, pairs: list[tuple[str, str]] | None, headers: Mapping[str, str] | None = None
    ) -> Page:
        for _ in range(20):
            app = self._sites.get(_origin(url))
            if app is None:
                self.page = Page(url, 0, Headers(()), "")
                return self.page
            own = {
                "accept-language": self._language,
                "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
                **({"content-type": "application/x-www-form-urlencoded"} if pairs is not None else {}),
                **(headers or {}),
            }
            body = urlencode(pairs).encode() if pairs is not None else b""
            answer = self._loop.call(app, method, url, tuple(own.items()), body, address=self._address)
            self.hops.append(Hop(method, url, answer.status, answer.headers))
            for header in answer.headers.all("set-cookie"):
                self._keep(header)
            if answer.status in {302, 303, 307} and "location" in answer.headers:
                method, url, pairs, headers = "GET", urljoin(url, answer.headers["location"]), None, None
                continue
            self.page = Page(url, answer.status, answer.headers, answer.text)
            self._filled = {}
            return self.page
        raise AssertionError(f"a redirect loop: {self.hops[-6:]}")

    def _keep(self, header: str) -> None:
        """Cookies of one host are shared over its ports, as browsers do."""
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
