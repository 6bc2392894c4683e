"""The whole town in one process: the identity provider and MHRS as people and programs meet them, over HTTP."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.testclient import TestClient

from idp.app import create_app
from idp.crypto.secrets import HouseSecrets
from idp.domain.signing_key import SigningKey
from idp.protocol.jose.algorithms import SIGNING
from idp.sandbox import seeding
from idp.settings import Mode, Settings, load
from idp.store.store import Store
from tests.asgi import Answer, Loop, shared_loop
from tests.browser import Browser
from tests.clock import FakeClock
from tests.quick_keys import quick_key
from tests.seeded_rows import seed_or_repeat

IDP = "http://localhost:8000"
MHRS = "http://localhost:8001"
PASSWORD = "Esik-Deneme-1"
MHRS_SECRET = "mhrs-secret-of-the-tests-with-many-characters"
KEYS = {
    "encryption_key": "q5jYzQmW0k1rZ2xkqvS8n6hT4uG9eLb3cD7fXaPoIiE",
    "secret_key": "Zr8W2mTq0Yx5Vn1Lc7Kd4Hs9Jg3Fb6AoEuPiRtQwXyM",
}


class PlainHasher:
    """Hashes that cost nothing: what is tested is who asks, not argon2."""

    def matches(self, password: str, password_hash: str | None) -> bool:
        return password_hash == self.hash(password)

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def is_weaker_than_policy(self, password_hash: str) -> bool:
        return False


def settings(database_url: str, data_dir: Path, **given: object) -> Settings:
    """Sandbox settings that read nothing from the environment; `given` comes first."""
    own = {"mode": Mode.SANDBOX, "issuer": IDP, "log_level": "error", **KEYS, **given}
    return load({}, database_url=database_url, data_dir=data_dir, **own)


@dataclass(frozen=True)
class Town:
    """The provider's application with its sample people, and time in the test's hands."""

    idp: FastAPI
    clock: FakeClock
    settings: Settings
    loop: Loop = field(default_factory=shared_loop)

    @property
    def store(self) -> Store:
        """The provider's own store, for what an operator does, and for looking at what was stored."""
        store: Store = self.idp.state.store
        return store

    def browser(self, *, language: str = "tr", address: str = "203.0.113.7") -> Browser:
        return Browser({self.settings.issuer: self.idp}, language=language, address=address, loop=self.loop)

    @property
    def api(self) -> TestClient:
        """A program's HTTP client at the provider, without cookies."""
        return TestClient(self.idp, base_url=IDP, follow_redirects=False, raise_server_exceptions=False)

    def call(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | list[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request of a program: no cookies, no redirects followed, `fields` sent as a form."""
        given = dict(headers or {})
        if fields is not None:
            given.setdefault("content-type", "application/x-www-form-urlencoded")
        body = b"" if fields is None else urlencode(fields).encode()
        return self.loop.call(self.idp, method, f"{self.settings.issuer}{path}", tuple(given.items()), body)

    def messages(self, phone_number: str) -> list[dict[str, Any]]:
        """What is on a virtual phone, newest first."""
        found: list[dict[str, Any]] = json.loads(self.call("GET", f"/sandbox/v1/phones/{phone_number}/messages").body)
        return found

    def last_code(self, phone_number: str) -> str:
        """The newest code on a virtual phone."""
        return next(str(message["code"]) for message in self.messages(phone_number) if message["code"])


@contextmanager
def town(database_url: str, data_dir: Path, clock: FakeClock, **given: object) -> Iterator[Town]:
    """A seeded provider on this database."""
    own = settings(database_url, data_dir, **given)
    app = create_app(own, clock=clock, hasher=PlainHasher())
    depends_on = (clock.now(), own.password_policy, own.encryption_key, own.secret_key)
    seed_or_repeat(app.state.store, depends_on, lambda: _settle(app.state.store, own, clock.now()))
    try:
        yield Town(app, clock, own)
    finally:
        app.state.store.close()


def _settle(store: Store, own: Settings, now: int) -> None:
    plan = seeding.Plan(
        persona_password=PASSWORD,
        password_policy=own.password_policy,
        mhrs_url=MHRS,
        client_secrets={"mhrs": MHRS_SECRET, "mhrs-floor": MHRS_SECRET},
    )
    seeding.seed(store, PlainHasher(), HouseSecrets(b"seed"), plan, now)
    with store.begin() as uow:
        for key in signing_keys():
            uow.keys.add(key)


@contextmanager
def another_node(first: Town) -> Iterator[Town]:
    """A second process of the same provider, as far as one process can be two: its own application, loop and pool."""
    app = create_app(first.settings, clock=first.clock, hasher=PlainHasher())
    loop = Loop()
    second = Town(app, first.clock, first.settings, loop)
    try:
        for node in (
            first,
            second,
        ):  # middleware is put together at the first request: one after the other, as in two processes
            node.call("GET", "/nowhere")
        yield second
    finally:
        loop.close()
        app.state.store.close()


@cache
def signing_keys() -> tuple[SigningKey, ...]:
    """One active key for each algorithm, made once in a test process."""
    return tuple(quick_key(alg) for alg in SIGNING)
