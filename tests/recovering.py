"""Somebody who forgot the password: the moves of a recovery, at one browser in the town."""

from idp.domain.citizen import Citizen
from tests.browser import Page
from tests.people import Person, Visitor
from tests.town import Town

NEW = "Mavi.Vapur-42"


class Forgetful(Visitor):
    """The verbs answer with the page that is shown afterwards."""

    def forgets(self, person: Person, *, begin_at: str = "/sifremi-unuttum") -> Page:
        """From the page that asks for a number to the page that asks for a code."""
        self.open(begin_at)
        self.browser.fill("T.C. Kimlik No", person.national_id)
        return self.press("Devam et")

    def is_identified(self, person: Person) -> Page:
        """A second later an officer, or the card's chip, says that the phone is the citizen's; the page looks again."""
        self.town.clock.advance(1)
        identify(self.town, person)
        return self.press("Doğruladım, devam et")

    def chooses_password(self, new: str = NEW, repeat: str | None = None) -> Page:
        self.browser.fill("Yeni şifre", new)
        self.browser.fill("Yeni şifre (tekrar)", new if repeat is None else repeat)
        return self.press("Şifreyi değiştir")

    def recovers(self, person: Person, new: str = NEW) -> Page:
        """The whole way of somebody with a verified phone and nothing else."""
        self.forgets(person)
        self.reads_and_types_code(person)
        self.is_identified(person)
        return self.chooses_password(new)


def citizen_of(town: Town, person: Person) -> Citizen:
    """The person as stored now."""
    with town.store.read() as uow:
        return next(one for one in uow.citizens.every() if one.national_id.value == person.national_id)


def identify(town: Town, person: Person) -> None:
    """The phone is verified with identity, now."""
    citizen = citizen_of(town, person)
    with town.store.begin() as uow:
        assert uow.citizens.verify_phone(citizen.id, town.clock.now())


def events(town: Town) -> list[str]:
    """Everything that was written down, in order."""
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM audit ORDER BY id").scalars())
