"""The sample people as other pages show them: to choose from at a login, and on the front page."""

from idp.sandbox.personas import PERSONAS
from idp.sandbox.world import UnitOfWork
from idp.web.house import Sample
from idp.web.i18n import Language
from idp.web.views import Method, PersonaRow

PHONES = "/telefon"


def phone_url(number: str | None) -> str | None:
    """The page of the virtual phone with this number (E.164); None without one."""
    return None if number is None else f"{PHONES}/{number}"


def samples(password: str) -> tuple[Sample, ...]:
    """Whom the login page offers."""
    return tuple(
        Sample(f"{one.given_name} {one.family_name}", one.national_id.value, password, dict(one.note))
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
                methods=(Method.SMS,) if citizen.two_step and citizen.verified_phone is not None else (),
                note=persona.note[lang],
                phone_number=None if number is None else number.national,
                phone_url=phone_url(None if number is None else number.value),
            )
        )
    return tuple(rows)
