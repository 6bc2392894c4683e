"""A provider that listens, time in the test's hands, and people with phones and browsers in a real Chromium."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from playwright.sync_api import Browser, Page, expect

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.journey import devices
from idp.journey.world import World
from tests.clock import FakeClock
from tests.town import PASSWORD, Town, town

CAN, AYSE = "98765430316", "98765430170"
CANS_PHONE, AYSES_PHONE = "+905000000003", "+905000000001"
RP = "Örnek Randevu (MHRS emülatörü)"


@dataclass
class Street:
    """One provider at its own address, and what its people open."""

    place: Town
    chromium: Browser
    pages: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return self.place.settings.issuer

    @property
    def world(self) -> World:
        found: World = self.place.idp.state.house.world
        return found

    def page(self, **options: Any) -> Page:
        """A browser of its own, Turkish unless `locale` says otherwise. Refusals that were meant are no complaints."""
        chosen = {"locale": "tr-TR", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}} | options
        page = self.chromium.new_context(**chosen).new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self._hear(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._hear(str(error)))
        self.pages.append(page)
        return page

    def phone(self, number: str, **options: Any) -> Page:
        """A virtual phone that knows what it is: its script has looked for a key, and kept the one it is given."""
        page = self.page(**options)
        page.goto(f"{self.issuer}/telefon/{quote(number)}")
        if options.get("java_script_enabled", True):
            expect(page.locator("#approvals [data-part]:visible").first).to_be_visible()
        return page

    def login(self, national_id: str = CAN, **options: Any) -> Page:
        """A browser in which somebody gave the password and waits at the second step."""
        page = self.page(**options)
        page.goto(f"{self.issuer}/hesabim")
        page.get_by_test_id("national-id").fill(national_id)
        page.locator("#password").fill(PASSWORD)
        page.get_by_test_id("submit").click()
        return page

    def citizen(self, national_id: str) -> Citizen:
        with self.place.store.read() as uow:
            found = uow.citizens.by_national_id(NationalId(national_id))
        assert found is not None
        return found

    def registered(self, national_id: str) -> list[Authenticator]:
        with self.place.store.read() as uow:
            held = uow.authenticators.of_citizen(self.citizen(national_id).id)
        return [one for one in held if one.method is Method.APP]

    def pairing_code(self, national_id: str, key: str = "pairing") -> str:
        """What the account page shows to whoever adds a device there."""
        now = self.place.clock.now()
        code = devices.pairing_code(self.world, key)
        begun = Enrolment(
            id=key,
            citizen_id=self.citizen(national_id).id,
            session_id="a session",
            method=Method.APP,
            created_at=now,
            expires_at=now + devices.PAIRING_SECONDS,
            code_mac=devices.pairing_mac(self.world, code),
        )
        with self.place.store.begin() as uow:
            uow.enrolments.insert(begun)
        return code

    def confirm(self, key: str = "pairing", *, yes: bool = True) -> str:
        """The citizen's answer on the account page; the fingerprint that was shown there."""
        now = self.place.clock.now()
        with self.place.store.begin() as uow:
            claimed = uow.enrolments.by_id(key)
            assert claimed is not None
            assert uow.enrolments.consume(key, now=now, handle=claimed.handle)
            device = Authenticator(
                id=f"device of {key}",
                citizen_id=claimed.citizen_id,
                method=Method.APP,
                name=claimed.name,
                created_at=now,
                handle=claimed.handle,
                public_key=claimed.public_key,
            )
            assert not yes or uow.authenticators.add(device)
        return devices.fingerprint(claimed.handle)

    def remove_devices(self, national_id: str) -> None:
        with self.place.store.begin() as uow:
            uow.authenticators.remove_all(self.citizen(national_id).id, Method.APP)

    def leave(self) -> None:
        for page in self.pages:
            page.context.close()
        assert self.complaints == []

    def _hear(self, text: str) -> None:
        if "Failed to load resource" not in text:
            self.complaints.append(text)


def number_at(login: Page) -> str:
    """The two digits that the waiting browser shows."""
    shown = login.get_by_test_id("approval-number")
    expect(shown).to_be_visible()
    return re.sub(r"\D", "", shown.inner_text())


def another(number: str) -> str:
    return f"{(int(number) + 1) % 100:02d}"


@contextmanager
def street(database_url: str, data_dir: Path, clock: FakeClock, chromium: Browser) -> Iterator[Street]:
    """Listens on this machine only, on a free port, until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        issuer = f"http://localhost:{listening.getsockname()[1]}"
        with town(database_url, data_dir, clock, issuer=issuer) as place:
            config = uvicorn.Config(place.idp, lifespan="off", log_level="error", timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            opened = Street(place, chromium)
            try:
                yield opened
                opened.leave()
            finally:
                place.idp.state.stopping.set()
                server.should_exit = True
                thread.join(10)
