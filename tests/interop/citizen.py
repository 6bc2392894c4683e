"""A citizen at a browser that speaks HTTPS, for clients that only need a redirect to be followed."""

import json
import ssl
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2

from tests.asgi import Answer, Headers, Loop
from tests.browser import Browser, Page
from tests.people import AYSE, Person

PASSWORD = "Esik-Deneme-1"


async def _anything(scope: object, receive: object, send: object) -> None:
    """Stands for a site's application, which is somewhere else."""


class Wire:
    """Calls over the network what a `Browser` else calls in this process."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        self.client = httpx2.Client(verify=trusted, trust_env=False, timeout=30)

    def call(
        self,
        app: object,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        address: str = "",
    ) -> Answer:
        own = [(name, value) for name, value in headers if value]
        self.client.cookies.clear()  # the Browser keeps them
        answer = self.client.request(method, url, headers=own, content=body)
        return Answer(answer.status_code, Headers(list(answer.headers.multi_items())), answer.content)


class Citizen(Browser):
    """A browser that goes to the provider and to these sites; anywhere else a journey ends."""

    def __init__(self, idp: str, trusted: ssl.SSLContext, *sites: str) -> None:
        self._wire = Wire(trusted)
        self._idp = idp
        self.delivered: dict[str, str] = {}
        """The form that was posted to where the journey ended."""
        super().__init__(dict.fromkeys((idp, *sites), _anything), loop=cast(Loop, self._wire))

    def __enter__(self) -> "Citizen":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.client.close()

    def last_code(self, person: Person) -> str:
        """The newest code on the virtual phone."""
        path = f"/sandbox/v1/phones/{person.phone.replace('+', '%2B')}/messages/wait?timeout=10"
        messages: list[dict[str, Any]] = json.loads(self._wire.call(None, "GET", f"{self._idp}{path}").body)
        return next(str(message["code"]) for message in messages if message["code"])

    def types_password(self, person: Person = AYSE) -> Page:
        if self.shown.by_testid("masked-national-id") is None:
            self.fill("T.C. Kimlik No", person.national_id)
        self.fill("Eşik Şifresi", PASSWORD)
        return self.press("Giriş Yap")

    def logs_in(self, address: str, person: Person = AYSE) -> str:
        """Both steps, and yes to whatever is asked about consent. Answers the address where that leads."""
        self.open(address)
        self.types_password(person)
        self.fill("Doğrulama Kodu", self.last_code(person))
        self.press("Doğrula")
        return self.goes_on()

    def goes_on(self) -> str:
        """Consent, and a form that would send itself if scripts ran."""
        if self.page is not None and self.page.by_testid("page-consent") is not None:
            self.press("Onayla ve devam et")
        if self.page is not None and self.page.by_testid("form-post") is not None:
            self.press("Devam et")
        return self.now_at

    def _go(
        self, method: str, url: str, pairs: list[tuple[str, str]] | None, headers: Mapping[str, str] | None = None
    ) -> Page:
        if method == "POST" and f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" not in self._sites:
            self.delivered = dict(pairs or [])
        return super()._go(method, url, pairs, headers)
