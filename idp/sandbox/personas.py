"""The sample people. Their numbers pass every check and follow one visible pattern; their names are invented.

They share one public password, so they are worth nothing outside the sandbox; `esik serve` in production mode refuses
a database in which they can log in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.domain.citizen import Citizen, CitizenState
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One sample person as seeded. `note` says by language what the person is for; `phone` is E.164.

    `paused`: wrong codes were entered just before, so the second step rests for a quarter of an hour.
    """

    id: str
    national_id: NationalId
    given_name: str
    family_name: str
    birthdate: str
    note: Mapping[str, str] = field(hash=False)
    phone: PhoneNumber | None = None
    verified: bool = False
    two_step: bool = False
    paused: bool = False
    state: CitizenState = CitizenState.ACTIVE

    def as_citizen(self, citizen_id: str, password_hash: str | None, now: int) -> Citizen:
        return Citizen(
            id=citizen_id,
            national_id=self.national_id,
            given_name=self.given_name,
            family_name=self.family_name,
            password_hash=password_hash,
            password_changed_at=now,
            created_at=now,
            birthdate=self.birthdate,
            phone_number=self.phone,
            phone_verified_at=now if self.verified else None,
            two_step=self.two_step,
            state=self.state,
        )


def _phone(ending: int) -> PhoneNumber:
    return PhoneNumber(f"+9050000000{ending:02d}")


PERSONAS: tuple[Persona, ...] = (
    Persona(
        id="two-step-sms",
        national_id=NationalId("98765430170"),
        given_name="Ayşe",
        family_name="Örnek",
        birthdate="1988-03-14",
        phone=_phone(1),
        verified=True,
        two_step=True,
        note={"tr": "İki aşamalı giriş açık: SMS kodu", "en": "Two-step login on: SMS code"},
    ),
    Persona(
        id="two-step-off",
        national_id=NationalId("98765430248"),
        given_name="Mehmet",
        family_name="Deneme",
        birthdate="1979-11-02",
        phone=_phone(2),
        verified=True,
        note={
            "tr": "İki aşamalı giriş kapalı; telefonu doğrulanmış, giriş sırasında açabilir",
            "en": "Two-step login off; phone verified, so it can be switched on during a login",
        },
    ),
    Persona(
        id="no-phone",
        national_id=NationalId("98765431092"),
        given_name="Hatice",
        family_name="Örnek",
        birthdate="1951-07-21",
        note={"tr": "İki aşamalı giriş kapalı; telefonu yok", "en": "Two-step login off; has no phone"},
    ),
    Persona(
        id="unverified-phone",
        national_id=NationalId("98765431542"),
        given_name="Emre",
        family_name="Deneme",
        birthdate="1997-09-30",
        phone=_phone(16),
        note={
            "tr": "İki aşamalı giriş kapalı; telefonu doğrulanmamış, sanal telefonda doğrulanabilir",
            "en": "Two-step login off; phone not verified, which the virtual phone can do",
        },
    ),
    Persona(
        id="paused",
        national_id=NationalId("98765430798"),
        given_name="Zeynep",
        family_name="Deneme",
        birthdate="1990-01-25",
        phone=_phone(7),
        verified=True,
        two_step=True,
        paused=True,
        note={
            "tr": "Hatalı kodlardan sonra ikinci adım 15 dakika duraklatılmış",
            "en": "Second step paused for 15 minutes after wrong codes",
        },
    ),
    Persona(
        id="closed",
        national_id=NationalId("98765431238"),
        given_name="Mustafa",
        family_name="Örnek",
        birthdate="1965-05-19",
        state=CitizenState.CLOSED,
        note={"tr": "Hesabı kapatılmış: giriş yapamaz", "en": "Account closed: cannot log in"},
    ),
    Persona(
        id="long-name",
        national_id=NationalId("98765431160"),
        given_name="Şükriye Nur İlgün",
        family_name="Iğdırlıçöl-Örnek",
        birthdate="1984-12-08",
        phone=_phone(11),
        verified=True,
        two_step=True,
        note={
            "tr": "Uzun ad, bütün Türkçe harfler; iki aşamalı giriş açık",
            "en": "Long name with every Turkish letter; two-step login on",
        },
    ),
    Persona(
        id="foreigner",
        national_id=NationalId("99000000110"),
        given_name="Zoë",
        family_name="Sample-Nyström",
        birthdate="1993-06-17",
        phone=_phone(14),
        verified=True,
        two_step=True,
        note={
            "tr": "Yabancı kimlik numarası (99…), Türkçe olmayan ad; iki aşamalı giriş açık",
            "en": "Foreigner's number (99…), non-Turkish name; two-step login on",
        },
    ),
    Persona(
        id="every-claim",
        national_id=NationalId("98765431474"),
        given_name="Deniz",
        family_name="Örnek",
        birthdate="2001-04-23",
        phone=_phone(15),
        verified=True,
        note={
            "tr": "Bütün kullanıcı bilgileri dolu; iki aşamalı giriş kapalı",
            "en": "A value for every claim; two-step login off",
        },
    ),
)

SYNTHETIC = ("9876543",)
"""How the numbers of sample people begin that an operator may add to a sandbox."""


def is_synthetic(national_id: NationalId) -> bool:
    """Whether a number belongs to the sandbox's block: seeded, or of the visible pattern."""
    return national_id.value.startswith(SYNTHETIC) or any(one.national_id == national_id for one in PERSONAS)
