"""A person at the demo: what one does at MHRS, at the login and with the phone, in a real browser."""

import json
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

PASSWORD = "Esik-Deneme-1"

expect.set_options(timeout=15_000)  # milliseconds: what is waited for comes at once, but not on a machine that is busy


@dataclass(frozen=True)
class Demo:
    """The two addresses of a running demo, where it keeps its data, and the provider's control API."""

    idp: str
    mhrs: str
    data_dir: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work on the same house."""
        return {"ESIK_MODE": "sandbox", "ESIK_ISSUER": self.idp, "ESIK_DATA_DIR": str(self.data_dir)}

    def personas(self) -> dict[str, dict[str, Any]]:
        return {person["id"]: person for person in self._get("personas")}

    def last_code(self, phone_number: str) -> str:
        """The newest code on a virtual phone; waits for one if there is none yet."""
        number = urllib.parse.quote(phone_number)
        messages = self._get(f"phones/{number}/messages/wait?timeout=10")
        return next(str(message["code"]) for message in messages if message["code"])

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.idp}/sandbox/v1/{path}", timeout=40) as response:
            return json.load(response)


@dataclass
class Person:
    """Someone with a browser of their own. `complaints` are console errors and policy violations seen so far."""

    demo: Demo
    page: Page
    complaints: list[str]
    scripts: bool = True

    @classmethod
    def at(cls, demo: Demo, chromium: Browser, *, scripts: bool = True, **options: Any) -> "Person":
        """A fresh browser: Turkish unless `locale` says otherwise."""
        context: BrowserContext = chromium.new_context(
            **{"locale": "tr-TR", "viewport": {"width": 1280, "height": 800}, "java_script_enabled": scripts} | options
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return cls(demo, page, complaints, scripts)

    def leave(self) -> None:
        """Close the browser; nothing may have been complained about but answers that were meant to be refusals."""
        self.page.context.close()
        unmeant = [text for text in self.complaints if "Failed to load resource" not in text]
        assert unmeant == []

    def see(self, testid: str) -> None:
        expect(self.page.get_by_test_id(testid).first).to_be_visible()

    def has(self, testid: str) -> bool:
        """Whether the page to which the last click led has it, asked when all of that page is here."""
        self.page.wait_for_load_state()
        return self.page.get_by_test_id(testid).count() > 0

    def click(self, testid: str) -> None:
        self.page.get_by_test_id(testid).first.click()

    def go_to_login(self) -> None:
        """From MHRS's start page to the provider's first step."""
        self.page.goto(self.demo.mhrs)
        self.click("mhrs-login")
        self.see("page-password")

    def give_password(self, persona: dict[str, Any], password: str = PASSWORD) -> None:
        if self.has("national-id"):
            self.page.get_by_test_id("national-id").fill(persona["national_id"])
        self.page.locator("#password").fill(password)
        self.click("submit")

    def give_code(self, persona: dict[str, Any]) -> None:
        self.see("page-code")
        self.page.get_by_test_id("code").fill(self.demo.last_code(persona["phone_number"]))
        self.click("submit")

    def approve(self) -> None:
        """Say yes on the consent page, if it is asked."""
        if self.has("page-consent"):
            self.click("decision-approve")

    def switch_on(self, persona: dict[str, Any]) -> None:
        """Accept the offer to switch two-step login on, and confirm it with a code (J4)."""
        self.see("page-two-step-off")
        self.page.locator("#accept_terms").check()
        self.click("decision-enable")
        self.give_code(persona)
        self.see("page-two-step-on")
        self.click("finish-login")

    def search(self) -> None:
        """Down to the free slots; the panel works without a script, one question after the other."""
        self.page.goto(f"{self.demo.mhrs}/randevu")
        for name in ("il", "klinik"):
            select = self.page.locator(f"#{name}")
            value = select.locator("option:not([value=''])").first.get_attribute("value")
            select.select_option(value)
            self.click("mhrs-search")
        self.see("mhrs-slot")

    def book(self) -> None:
        """Take the first free slot."""
        self.search()
        self.click("mhrs-slot")
        self.see("mhrs-review")
        self.click("mhrs-book")
        self.see("mhrs-appointment")
