"""The search form, read from a query: what is chosen so far, and what does not fit any more. Pure.

A choice that does not belong to the one above it (another province was picked since) is dropped, not an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from relying_party_demo.booking import Search
from relying_party_demo.directory import Clinic, Directory, District, Doctor, Hospital, Province

ANY = "-1"
"""How the search chain spells "Farketmez" (domain.md §5.1)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The choices, and the fields that were left empty when the form was sent."""

    province: Province | None
    district: District | None
    clinic: Clinic | None
    hospital: Hospital | None
    doctor: Doctor | None
    missing: tuple[str, ...]

    @property
    def search(self) -> Search | None:
        """What to look for, once province and clinic are known."""
        if self.province is None or self.clinic is None:
            return None
        return Search(
            province_id=self.province.id,
            clinic_id=self.clinic.id,
            district_id=self.district.id if self.district else None,
            hospital_id=self.hospital.id if self.hospital else None,
            doctor_id=self.doctor.id if self.doctor else None,
        )


def read_selection(query: Mapping[str, str], directory: Directory) -> Selection:
    province = directory.provinces.get(_number(query.get("il")))
    clinic = directory.clinics.get(_number(query.get("klinik"))) if province else None
    district = directory.districts.get(_number(query.get("ilce")))
    if district and (province is None or district.province_id != province.id):
        district = None
    hospital = directory.hospitals.get(_number(query.get("hastane")))
    if hospital and not (
        province
        and clinic
        and hospital in directory.hospitals_for(province.id, district.id if district else None, clinic.id)
    ):
        hospital = None
    doctor = directory.doctors.get(_number(query.get("hekim")))
    if doctor and not (hospital and clinic and doctor in directory.doctors_for(hospital.id, clinic.id)):
        doctor = None
    missing = tuple(
        field
        for field, choice in (("il", province), ("klinik", clinic))
        if choice is None and field in query and (field == "il" or province is not None)
    )
    return Selection(province, district, clinic, hospital, doctor, missing)


def _number(text: str | None) -> int:
    """The id in a form field; -1, which no directory knows, when there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 12 else -1
