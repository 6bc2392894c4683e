"""A provider that exists only here, a clock that stands still, and a browser that fills forms by their test ids."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from relying_party_demo.app import create_app
from relying_party_demo.oidc import new_secrets
from relying_party_demo.settings import Settings

ISSUER = "http://localhost:8000"
MHRS = "http://localhost:8001"
MONDAY = 1_764_576_000
"""2025-12-01 08:00 UTC, 11.00 in Turkey."""
SECRET = "only for this test"


@dataclass
class FakeClock:
    instant: int = MONDAY

    def now(self) -> int:
        return self.instant


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"}, private=True)


@dataclass
class FakeProvider:
    """Speaks the protocol, and lies on request.

    `claims` replaces claims of the ID token (None removes one); `header` replaces members of its header; `tokens`
    replaces members of the token answer; `answers` replaces whole answers by path.
    """

    clock: FakeClock
    issuer: str = ISSUER
    key: ECKey = field(default_factory=lambda: new_key("k1"))
    signing_key: ECKey | None = None
    citizen: str = "citizen-1"
    sid: str | None = "session-1"
    name: str = "AYŞE ÖRNEK"
    acr: object = "urn:esik:acr:two-step"
    amr: object = field(default_factory=lambda: ["pwd", "sms", "mfa"])
    claims: dict[str, object] = field(default_factory=dict)
    header: dict[str, object] = field(default_factory=dict)
    tokens: dict[str, object] = field(default_factory=dict)
    answers: dict[str, Callable[[httpx2.Request], httpx2.Response]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    requests: list[httpx2.Request] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, address: str, **changes: str | None) -> str:
        """What the provider's authorization endpoint would send the browser back to."""
        parts = urlsplit(address)
        assert address.startswith(f"{self.issuer}/authorize?")
        request = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        self.asked.append(request)
        code = f"code-{len(self.asked)}"
        self.codes[code] = request
        answer = {"code": code, "state": request["state"], "iss": self.issuer, **changes}
        query = httpx2.QueryParams({name: value for name, value in answer.items() if value is not None})
        return f"{request['redirect_uri']}?{query}"

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        path = request.url.path
        if path in self.answers:
            return self.answers[path](request)
        match path:
            case "/.well-known/openid-configuration":
                names = {
                    "authorization_endpoint": "authorize",
                    "token_endpoint": "token",
                    "userinfo_endpoint": "userinfo",
                    "jwks_uri": "jwks",
                    "end_session_endpoint": "logout",
                }
                return httpx2.Response(
                    200, json={"issuer": self.issuer, **{k: f"{self.issuer}/{v}" for k, v in names.items()}}
                )
            case "/jwks":
                return httpx2.Response(200, json={"keys": [self.key.as_dict(private=False)]})
            case "/token":
                return self.token(request)
            case "/userinfo":
                assert request.headers["authorization"] == "Bearer access-token"
                return httpx2.Response(200, json={"sub": self.citizen, "name": self.name})
        return httpx2.Response(404)

    def token(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode(), strict_parsing=True).items()}
        basic = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert basic == "mhrs:only+for+this+test"  # RFC 6749 §2.3.1: form-encoded
        assert "client_secret" not in form
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if asked is None or asked["code_challenge"] != challenge.decode():
            return httpx2.Response(400, json={"error": "invalid_grant"})
        assert form["redirect_uri"] == asked["redirect_uri"]
        answer = {"access_token": "access-token", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}
        return httpx2.Response(200, json={**answer, **self.tokens})

    def id_token(self, nonce: str) -> str:
        now = self.clock.now()
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": self.citizen,
            "sid": self.sid,
            "aud": "mhrs",
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "auth_time": now - 5,
            "acr": self.acr,
            "amr": self.amr,
            **self.claims,
        }
        return self.signed(claims, self.header)

    def logout_token(self, *, header: Mapping[str, object] = MappingProxyType({}), **changes: object) -> str:
        """A logout token for MHRS, about the session `sid`; `changes` replaces claims (None removes one)."""
        now = self.clock.now()
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": "mhrs",
            "iat": now,
            "exp": now + 120,
            "jti": new_secrets().nonce,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            "sub": self.citizen,
            "sid": self.sid,
            **changes,
        }
        return self.signed(claims, {"typ": "logout+jwt", **header})

    def access_token(self, *, header: Mapping[str, object] = MappingProxyType({}), **changes: object) -> str:
        """An access token for MHRS's API, got by its mobile app; `changes` replaces claims (None removes one)."""
        now = self.clock.now()
        claims: dict[str, object] = {
            "iss": self.issuer,
            "sub": self.citizen,
            "aud": f"{MHRS}/api",
            "exp": now + 600,
            "iat": now,
            "jti": new_secrets().nonce,
            "client_id": "mhrs-mobil",
            "scope": "openid",
            "auth_time": now - 5,
            "acr": self.acr,
            "amr": self.amr,
            **changes,
        }
        return self.signed(claims, {"typ": "at+jwt", **header})

    def signed(self, claims: Mapping[str, object], header: Mapping[str, object]) -> str:
        key = self.signing_key or self.key
        whole = {"alg": "ES256", "kid": key.kid, **header}
        return jwt.encode(_without_none(whole), _without_none(claims), key, algorithms=["ES256"])


def _without_none(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


class _Forms(HTMLParser):
    """Collects the forms of a page and the test ids of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], set[str]]] = []
        self.links: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((found["action"], {}, set()))
        elif tag == "input" and self.forms:
            self.forms[-1][1][found["name"]] = found.get("value", "")
        elif tag == "button" and self.forms:
            self.forms[-1][2].add(found.get("data-testid", ""))
        elif tag == "a":
            self.links.setdefault(found.get("data-testid", ""), []).append(found["href"])


class Browser:
    """One browser: its cookies, and what a person does with a page. Redirects are not followed by themselves."""

    def __init__(self, app: object, provider: FakeProvider) -> None:
        self.http = TestClient(app, base_url=MHRS, follow_redirects=False, raise_server_exceptions=False)  # type: ignore[arg-type]
        self.provider = provider

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.http.get(path, headers=headers)

    def form(self, page: httpx2.Response, testid: str) -> tuple[str, dict[str, str]]:
        parser = _Forms()
        parser.feed(page.text)
        for action, fields, buttons in parser.forms:
            if testid in buttons:
                return action, fields
        raise AssertionError(f"no form with {testid} on the page")

    def links(self, page: httpx2.Response, testid: str) -> list[str]:
        parser = _Forms()
        parser.feed(page.text)
        return parser.links.get(testid, [])

    def press(self, page: httpx2.Response, testid: str, **headers: str) -> httpx2.Response:
        action, fields = self.form(page, testid)
        sent = {"sec-fetch-site": "same-origin", "origin": MHRS, **headers}
        return self.http.post(action, data=fields, headers=sent)

    def begin(self, path: str = "/", testid: str = "mhrs-login") -> str:
        """Press the login button; returns the provider's address."""
        answer = self.press(self.get(path), testid)
        assert answer.status_code == 303
        return answer.headers["location"]

    def come_back(self, address: str, **changes: str | None) -> httpx2.Response:
        """Return from the provider; gives the page behind MHRS's redirect."""
        answer = self.get(self.provider.authorize(address, **changes))
        assert answer.status_code == 303
        return self.get(answer.headers["location"])

    def log_in(self) -> httpx2.Response:
        return self.come_back(self.begin())

    def first_slots(self, query: str = "il=6&klinik=14") -> list[str]:
        return [link.partition("slot=")[2] for link in self.links(self.get(f"/randevu?{query}"), "mhrs-slot")]

    def book(self, slot: str) -> httpx2.Response:
        return self.press(self.get(f"/randevu/onay?slot={slot}"), "mhrs-book")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def provider(clock: FakeClock) -> FakeProvider:
    return FakeProvider(clock)


@pytest.fixture
def http(provider: FakeProvider) -> Iterator[httpx2.Client]:
    with httpx2.Client(transport=httpx2.MockTransport(provider.handle)) as client:
        yield client


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    def make(**changes: object) -> Settings:
        given = {"client_secret": SECRET, "database": tmp_path / "mhrs.sqlite3", **changes}
        return Settings.model_validate(given)

    return make


@pytest.fixture
def make_app(make_settings: Callable[..., Settings], clock: FakeClock, http: httpx2.Client) -> Callable[..., object]:
    return lambda **changes: create_app(make_settings(**changes), clock=clock, http=http)


@pytest.fixture
def app(make_app: Callable[..., object]) -> object:
    return make_app()


@pytest.fixture
def make_browser(app: object, provider: FakeProvider) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(other_app: object | None = None) -> Browser:
        opened.append(Browser(other_app or app, provider))
        return opened[-1]

    yield make
    for browser in opened:
        browser.http.close()


@pytest.fixture
def browser(make_browser: Callable[..., Browser]) -> Browser:
    return make_browser()


@pytest.fixture
def key_of() -> Callable[[str], ECKey]:
    return new_key


@pytest.fixture
def api(browser: Browser) -> Callable[..., httpx2.Response]:
    """Calls MHRS's JSON API as `browser`, with its token on a POST."""

    def call(method: str, path: str, **options: object) -> httpx2.Response:
        headers = dict(options.pop("headers", {}))  # type: ignore[call-overload]
        if method == "POST" and "x-csrf-token" not in headers:
            session = browser.get("/api/oturum").json()["data"]
            headers["x-csrf-token"] = session["csrfToken"] if session else ""
        return browser.http.request(method, f"/api{path}", headers=headers, **options)  # type: ignore[arg-type]

    return call
