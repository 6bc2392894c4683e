"""The sample people as other pages show them: to choose from at a login, and on the front page."""

from idp.sandbox.persona import Persona
from idp.sandbox.personas import PERSONAS
from idp.sandbox.registered import methods
from idp.sandbox.world import UnitOfWork
from idp.web.house import Sample
from idp.web.i18n import LANGUAGES, Language, Translator
from idp.web.method_words import METHODS
from idp.web.views import PersonaRow

PHONES = "/telefon"


def phone_url(number: str | None) -> str | None:
    """The page of the virtual phone with this number (E.164); None without one."""
    return None if number is None else f"{PHONES}/{number}"


def samples(password: str) -> tuple[Sample, ...]:
    """Whom the login page offers. A note ends with the second steps that the person is asked for."""
    return tuple(
        Sample(
            f"{one.given_name} {one.family_name}",
            one.national_id.value,
            password,
            {lang: _with_methods(one, lang) for lang in LANGUAGES},
        )
        for one in PERSONAS
    )


def persona_rows(uow: UnitOfWork, password: str, lang: Language) -> tuple[PersonaRow, ...]:
    """The sample people as they are now, for the front page."""
    rows = []
    for persona in PERSONAS:
        citizen = uow.citizens.by_national_id(persona.national_id)
        if citizen is None:
            continue
        number = citizen.phone_number
        rows.append(
            PersonaRow(
                name=citizen.name,
                national_id=citizen.national_id.value,
                password=password,
                two_step=citizen.two_step,
                methods=tuple(METHODS[one] for one in methods(citizen, uow.authenticators.of_citizen(citizen.id))),
                note=persona.note[lang],
                phone_number=None if number is None else number.national,
                phone_url=phone_url(None if number is None else number.value),
            )
        )
    return tuple(rows)


def _with_methods(persona: Persona, lang: Language) -> str:
    words = [Translator(lang).t(METHODS[method]) for method in persona.seeded_methods if persona.two_step]
    return " · ".join((persona.note[lang], *words))
