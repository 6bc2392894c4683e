"""Somebody in their own account: what they do there with their second factors."""

import html
import re
from typing import Any

import pyotp

from idp.domain.audit import AuditRow, Event
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.sandbox.credentials import backup_codes
from tests.browser import Page
from tests.people import AYSE, Person, Visitor
from tests.software_authenticator import Answering, SoftwareAuthenticator
from tests.town import IDP, Town

TWO_STEP = "/hesabim/iki-asamali-giris"
TOTP_ADD = "/hesabim/dogrulama-uygulamasi/ekle"
TOTP_REMOVE = "/hesabim/dogrulama-uygulamasi/kaldir"
PASSKEYS = "/hesabim/gecis-anahtarlari"
CODES = "/hesabim/yedek-kodlar"
DEVICES = "/hesabim/cihazlar"
CONSENTS = "/hesabim/izinler"
HISTORY = "/hesabim/giris-gecmisi"


class AccountHolder(Visitor):
    """One citizen at one browser."""

    def __init__(self, town: Town, who: Person = AYSE, *, address: str = "203.0.113.7") -> None:
        super().__init__(town, address=address)
        self.who = who

    def comes_in(self) -> "AccountHolder":
        """Two steps, with an SMS code that no other login of this minute got."""
        self.town.clock.advance(1)
        self.open("/hesabim")
        self.two_steps(self.who)
        assert self.page.url.endswith("/hesabim"), self.page.text
        return self

    def comes_in_by_sms(self) -> "AccountHolder":
        """The same for somebody who is asked for another method first."""
        self.town.clock.advance(1)
        self.open("/hesabim")
        self.types_password(self.who)
        self.press("Başka bir yöntem seç")
        self.browser.fill("SMS ile Doğrulama", True)
        self.press("Devam et")
        self.reads_and_types_code(self.who)
        assert self.page.url.endswith("/hesabim"), self.page.text
        return self

    def comes_in_again(self) -> "AccountHolder":
        """Fresh proofs in the session that is open."""
        self.town.clock.advance(301)
        self.open(TWO_STEP)
        self.two_steps(self.who)
        assert self.page.url.endswith(TWO_STEP), self.page.text
        return self

    def gives_backup_code(self) -> "AccountHolder":
        """The first published one of the sample person who has nothing else."""
        self.open("/hesabim")
        self.types_password(self.who)
        self.browser.fill("Yedek Kod", backup_codes("backup-codes")[0])
        self.press("Doğrula")
        assert self.page.url.endswith("/hesabim"), self.page.text
        return self

    def secret(self) -> str:
        """The secret that the page for the authenticator app shows."""
        self.open(TOTP_ADD)
        found = self.page.by_testid("totp-secret")
        assert found is not None, self.page.text
        return found.text.replace(" ", "")

    def code_of(self, secret: str, *, later: int = 0) -> str:
        return pyotp.TOTP(secret).at(self.town.clock.now() + later)

    def types_app_code(self, code: str) -> Page:
        self.browser.fill("6 haneli kod", code)
        return self.press("Doğrula ve ekle")

    def sets_up_app(self) -> str:
        secret = self.secret()
        page = self.types_app_code(self.code_of(secret))
        assert page.says("Doğrulama yöntemi eklendi."), page.text
        return secret

    def passkey_options(self) -> str:
        page = self.open(f"{PASSKEYS}/ekle")
        found = re.search(r'data-passkey-create="([^"]*)"', page.body)
        assert found is not None, page.text
        return html.unescape(found[1])

    def offered_passkeys(self) -> str:
        """What the page of a login asks the browser for."""
        found = re.search(r'data-passkey-get="([^"]*)"', self.page.body)
        assert found is not None, self.page.text
        return html.unescape(found[1])

    def posts_to_form(self, **fields: str) -> Page:
        return self.browser.post(self.page.url, {"csrf_token": self.browser.hidden(), **fields})

    def posts_passkey(self, answer: str, name: str = "Evdeki bilgisayar") -> Page:
        fields = {"csrf_token": self.browser.hidden(), "credential": answer, "name": name}
        return self.browser.post(f"{IDP}{PASSKEYS}/ekle", fields)

    def adds_passkey(self, key: SoftwareAuthenticator, how: Answering | None = None, name: str = "Anahtar") -> Page:
        return self.posts_passkey(key.register(self.passkey_options(), how), name)

    def makes_codes(self) -> tuple[str, ...]:
        self.open(CODES)
        words = "Yeni yedek kodlar oluştur" if self.held(Method.BACKUP_CODE) else "Yedek kod oluştur"
        page = self.press(words)
        return tuple(e.text for e in page.root.walk() if e.attributes.get("data-testid") == "backup-code")

    def removes(self, path: str) -> Page:
        self.open(path)
        return self.press("Kaldır")

    def posts(self, path: str, **fields: str) -> Page:
        """A form by hand, with the token of the page that is shown, or of another one that has a form."""
        if not any(e.attributes.get("name") == "csrf_token" for e in self.page.all("input")):
            self.open("/hesabim/sifre")
        return self.browser.post(f"{IDP}{path}", {"csrf_token": self.browser.hidden(), **fields})

    @property
    def citizen(self) -> Citizen:
        with self.town.store.read() as uow:
            found = uow.citizens.by_national_id(NationalId(self.who.national_id))
        assert found is not None
        return found

    def held(self, method: Method) -> list[Authenticator]:
        with self.town.store.read() as uow:
            every = uow.authenticators.of_citizen(self.citizen.id)
        return [one for one in every if one.method is method]

    def audit(self, event: Event) -> list[AuditRow]:
        """Of the events that the citizen sees, newest first."""
        with self.town.store.read() as uow:
            return [row for row in uow.audit.of_citizen(self.citizen.id, 200) if row.event is event]

    def told(self, words: str) -> list[dict[str, Any]]:
        return [message for message in self.town.messages(self.who.phone) if words in message["text"]]

    def is_in(self) -> bool:
        """Whether this browser still has the account open."""
        return self.open("/hesabim").h1 != "Giriş yapın"


def key_of(town: Town) -> SoftwareAuthenticator:
    return SoftwareAuthenticator(origin=town.settings.issuer, rp_id="localhost")


def at_the_second_step(visitor: Visitor, words: str) -> None:
    """A new login of Ayşe's, which asks for this method."""
    visitor.open("/hesabim")
    visitor.types_password(AYSE)
    visitor.press("Başka bir yöntem seç")
    visitor.browser.fill(words, True)
    visitor.press("Devam et")
