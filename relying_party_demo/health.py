"""The health summary: invented, and the same each time for the same citizen. Pure.

Nothing in it is known about anybody. A fixed recipe makes it from the citizen's `sub`, which says nothing about a
person either, so no record is kept and none can leak.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from relying_party_demo.directory import Directory, Doctor


class BloodType(StrEnum):
    A_POSITIVE = "A+"
    A_NEGATIVE = "A-"
    B_POSITIVE = "B+"
    B_NEGATIVE = "B-"
    AB_POSITIVE = "AB+"
    AB_NEGATIVE = "AB-"
    ZERO_POSITIVE = "0+"
    ZERO_NEGATIVE = "0-"


class Allergy(StrEnum):
    POLLEN = "pollen"
    DUST_MITES = "dust_mites"
    PENICILLIN = "penicillin"
    PEANUT = "peanut"
    BEE_VENOM = "bee_venom"


class Condition(StrEnum):
    """A chronic condition."""

    ASTHMA = "asthma"
    MIGRAINE = "migraine"
    HYPERTENSION = "hypertension"
    DIABETES = "diabetes"
    UNDERACTIVE_THYROID = "underactive_thyroid"


class Vaccine(StrEnum):
    TETANUS = "tetanus"
    INFLUENZA = "influenza"
    HEPATITIS_B = "hepatitis_b"
    PNEUMOCOCCUS = "pneumococcus"


@dataclass(frozen=True, slots=True)
class Vaccination:
    vaccine: Vaccine
    on: date


@dataclass(frozen=True, slots=True)
class Visit:
    """An examination by one of the invented doctors."""

    doctor: Doctor
    on: date


@dataclass(frozen=True, slots=True)
class HealthSummary:
    """What the sensitive page shows. Vaccinations and visits come newest first."""

    blood_type: BloodType
    allergies: tuple[Allergy, ...]
    conditions: tuple[Condition, ...]
    vaccinations: tuple[Vaccination, ...]
    visits: tuple[Visit, ...]


MOST_ALLERGIES = MOST_CONDITIONS = 2
VACCINATIONS = VISITS = 3

_FIRST_DAY = date(2023, 1, 2)
"""A Monday. The days are fixed, so that the summary does not change from one day to the next."""

_WEEKS = 140
_FOR_CHILDREN, _FOR_WOMEN = 11, 15
"""Clinics that would look strange in the summary of just anybody."""

Choice = TypeVar("Choice")


def summary_of(subject: str, directory: Directory) -> HealthSummary:
    """The summary of the citizen with this `sub`."""
    home = _some(subject, "province", list(directory.provinces.values()), 1)[0]
    clinics = [clinic.id for clinic in directory.clinics.values() if clinic.id not in {_FOR_CHILDREN, _FOR_WOMEN}]
    doctors = [
        doctor
        for clinic_id in clinics
        for hospital in directory.hospitals_for(home.id, None, clinic_id)
        for doctor in directory.doctors_for(hospital.id, clinic_id)
    ]
    vaccinations = [
        Vaccination(vaccine, _weekday(subject, f"vaccine {vaccine}"))
        for vaccine in _some(subject, "vaccines", list(Vaccine), VACCINATIONS)
    ]
    visits = [
        Visit(doctor, _weekday(subject, f"visit {doctor.id}")) for doctor in _some(subject, "visits", doctors, VISITS)
    ]
    return HealthSummary(
        blood_type=_some(subject, "blood", list(BloodType), 1)[0],
        allergies=tuple(_some(subject, "allergies", list(Allergy), _draw(subject, "a") % (MOST_ALLERGIES + 1))),
        conditions=tuple(_some(subject, "conditions", list(Condition), _draw(subject, "c") % (MOST_CONDITIONS + 1))),
        vaccinations=tuple(sorted(vaccinations, key=lambda one: one.on, reverse=True)),
        visits=tuple(sorted(visits, key=lambda one: one.on, reverse=True)),
    )


def _draw(subject: str, purpose: str) -> int:
    """A number that only this citizen has for this purpose, and always has."""
    return int.from_bytes(hashlib.sha256(f"health {purpose} {subject}".encode()).digest()[:8])


def _some(subject: str, purpose: str, choices: Sequence[Choice], count: int) -> list[Choice]:
    """`count` different ones of the choices."""
    places = sorted(range(len(choices)), key=lambda place: _draw(subject, f"{purpose} {place}"))
    return [choices[place] for place in places[:count]]


def _weekday(subject: str, purpose: str) -> date:
    number = _draw(subject, purpose)
    return _FIRST_DAY + timedelta(weeks=number % _WEEKS, days=number // _WEEKS % 5)
