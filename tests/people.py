"""Sample people at a browser: what they know, and what they do with the pages."""

from dataclasses import dataclass

from tests.browser import Browser, Page
from tests.town import IDP, PASSWORD, Town


@dataclass(frozen=True)
class Person:
    """One seeded citizen. `phone` is E.164, empty without one."""

    national_id: str
    phone: str = ""

    @property
    def masked(self) -> str:
        return f"{self.national_id[:3]}******{self.national_id[-2:]}"


AYSE = Person("98765430170", "+905000000001")
"""Two-step login on."""
MEHMET = Person("98765430248", "+905000000002")
"""Two-step login off; the phone is verified."""
HATICE = Person("98765431092")
"""Two-step login off; no phone."""
EMRE = Person("98765431542", "+905000000016")
"""Two-step login off; the phone is not verified."""
ZEYNEP = Person("98765430798", "+905000000007")
"""Two-step login on; the second step is paused."""
MUSTAFA = Person("98765431238")
"""The account is closed."""
SUKRIYE = Person("98765431160", "+905000000011")
"""Two-step login on."""
DENIZ = Person("98765431474", "+905000000015")
"""Two-step login off; the phone is verified."""
UNKNOWN = Person("98765439944")
"""A number with right check digits that nobody has."""


class Visitor:
    """Somebody at one browser in the town. The verbs answer with the page that is shown afterwards."""

    def __init__(self, town: Town, *, language: str = "tr", address: str = "203.0.113.7") -> None:
        self.town = town
        self.browser: Browser = town.browser(language=language, address=address)

    @property
    def page(self) -> Page:
        return self.browser.shown

    def open(self, address: str) -> Page:
        return self.browser.open(address if address.startswith("http") else f"{self.town.settings.issuer}{address}")

    def press(self, words: str) -> Page:
        return self.browser.press(words)

    def types_password(self, person: Person, password: str = PASSWORD) -> Page:
        """Where the page knows somebody already, the password alone; or first the way to log in as somebody else."""
        known = self.page.by_testid("masked-national-id")
        if known is not None and known.text != person.masked:
            self.browser.follow("Başka biri olarak giriş yap")
        if known is None or known.text != person.masked:
            self.browser.fill("T.C. Kimlik No", person.national_id)
        self.browser.fill("Eşik Şifresi", password)
        return self.press("Giriş Yap")

    def types_code(self, code: str) -> Page:
        self.browser.fill("Doğrulama Kodu", code)
        return self.press("Doğrula")

    def reads_and_types_code(self, person: Person) -> Page:
        return self.types_code(self.town.last_code(person.phone))

    def types_wrong_code(self, person: Person) -> Page:
        return self.types_code(another_code(self.town.last_code(person.phone)))

    def approves(self) -> Page:
        return self.press("Onayla ve devam et")

    def two_steps(self, person: Person) -> Page:
        """From the first page of a login through password and code."""
        self.types_password(person)
        return self.reads_and_types_code(person)

    def switches_on(self) -> Page:
        """From the offer inside a login to the page that asks for the code."""
        self.browser.fill("Kullanım koşullarını okudum", True)
        return self.press("İki aşamalı girişi aç")

    def logs_in_at_home(self, person: Person, *, two_step: bool) -> Page:
        """To the account pages, from nowhere."""
        self.open("/hesabim")
        return self.two_steps(person) if two_step else self.types_password(person)


def login_id(page: Page) -> str:
    """Which login a page belongs to."""
    prefix = f"{IDP}/login/"
    assert page.url.startswith(prefix), page.url
    return page.url.removeprefix(prefix).partition("/")[0]


def another_code(code: str) -> str:
    """A code that is certainly not this one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
