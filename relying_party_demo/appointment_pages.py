"""The appointment panel: find a slot, look at it once more, book it, and look after what was booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from relying_party_demo import appointments, pages
from relying_party_demo.appointments import Appointment, Refusal, Status
from relying_party_demo.booking import BookingRefusedError, TooManySearchesError
from relying_party_demo.directory import Clinic, Directory, District, Doctor, Hospital, Province
from relying_party_demo.selection import ANY, Selection, read_selection
from relying_party_demo.services import Caller, Citizen, Form, House, Services, Visitor
from relying_party_demo.timetable import Slot, local_day

router = APIRouter(include_in_schema=False)

DOCTORS_SHOWN = 6
DAYS_SHOWN = 2
"""Enough to choose from; picking a doctor shows all days."""

_NOTICES = {
    "iki-asamali": "two_step_confirmed",
    "alindi": "booked",
    "onaylandi": "approved",
    "iptal": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Whom and where an appointment or slot is about."""

    doctor: Doctor
    hospital: Hospital
    clinic: Clinic
    district: District
    province: Province


@dataclass(frozen=True, slots=True)
class Offer:
    """One doctor's free slots, day by day. `more` says that days were left out."""

    place: Place
    days: Sequence[tuple[int, Sequence[Slot]]]
    more: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the citizen's list, with what can be done about it now."""

    appointment: Appointment
    status: Status
    place: Place
    may_approve: bool
    may_cancel: bool


def place_of(directory: Directory, doctor_id: int) -> Place:
    doctor = directory.doctors[doctor_id]
    hospital = directory.hospitals[doctor.hospital_id]
    district = directory.districts[hospital.district_id]
    return Place(
        doctor, hospital, directory.clinics[doctor.clinic_id], district, directory.provinces[district.province_id]
    )


def _notice(request: Request) -> str | None:
    return _NOTICES.get(request.query_params.get("bildirim", ""))


@router.get("/randevu")
def panel(request: Request, services: House, visitor: Caller, citizen: Citizen) -> Response:
    """The search chain: il, ilçe, klinik, hastane, hekim, then the free slots."""
    selection = read_selection(request.query_params, services.directory)
    offers: list[Offer] | None = None
    left_out, wait = 0, 0
    if selection.search is not None:
        try:
            found = services.booking.search(citizen.subject, selection.search)
        except TooManySearchesError as error:
            wait = error.wait
        else:
            left_out = max(0, len(found) - DOCTORS_SHOWN)
            offers = [_offer(services.directory, selection, *pair) for pair in found[:DOCTORS_SHOWN]]
    return pages.render(
        request,
        services,
        visitor,
        "panel.html",
        status=429 if wait else 200,
        notice=_notice(request),
        selection=selection,
        choices=_choices(services.directory, selection),
        any=ANY,
        offers=offers,
        left_out=left_out,
        wait=wait,
    )


def _choices(directory: Directory, selection: Selection) -> dict[str, Sequence[object]]:
    """What each field of the form offers; a field without choices is not shown yet."""
    province, clinic, hospital = selection.province, selection.clinic, selection.hospital
    district_id = selection.district.id if selection.district else None
    return {
        "il": list(directory.provinces.values()),
        "ilce": directory.districts_of(province.id) if province else [],
        "klinik": list(directory.clinics.values()) if province else [],
        "hastane": directory.hospitals_for(province.id, district_id, clinic.id) if province and clinic else [],
        "hekim": directory.doctors_for(hospital.id, clinic.id) if hospital and clinic else [],
    }


def _offer(directory: Directory, selection: Selection, doctor: Doctor, slots: Sequence[Slot]) -> Offer:
    by_day = [list(group) for _, group in groupby(slots, key=lambda slot: local_day(slot.starts_at))]
    shown = by_day if selection.doctor else by_day[:DAYS_SHOWN]
    place = place_of(directory, doctor.id)
    query = {
        "il": place.province.id,
        "ilce": selection.district.id if selection.district else ANY,
        "klinik": place.clinic.id,
        "hastane": place.hospital.id,
        "hekim": doctor.id,
    }
    more = f"/randevu?{urlencode(query)}" if len(shown) < len(by_day) else ""
    return Offer(place, [(group[0].starts_at, group) for group in shown], more)


@router.get("/randevu/onay")
def review(request: Request, services: House, visitor: Caller, citizen: Citizen, slot: str = "") -> Response:
    """Everything about the slot, before it is booked."""
    return _review(request, services, visitor, slot, None)


def _review(request: Request, services: Services, visitor: Visitor, slot_id: str, refusal: Refusal | None) -> Response:
    slot = services.booking.offered_slot(slot_id)
    deadline = appointments.approval_deadline(slot.starts_at, services.booking.rules)
    return pages.render(
        request,
        services,
        visitor,
        "review.html",
        status=409 if refusal else 200,
        slot=slot,
        place=place_of(services.directory, slot.doctor_id),
        deadline=deadline if deadline > services.clock.now() else None,
        refusal=refusal,
    )


@router.post("/randevularim")
def book(request: Request, services: House, visitor: Caller, citizen: Citizen, form: Form) -> Response:
    pages.check_form(request, services, form, citizen.id)
    slot_id = form.get("slot", "")
    try:
        services.booking.book(citizen.subject, slot_id)
    except BookingRefusedError as error:
        return _review(request, services, visitor, slot_id, error.refusal)
    return pages.see_other("/randevularim?bildirim=alindi")


@router.get("/randevularim")
def my_appointments(request: Request, services: House, visitor: Caller, citizen: Citizen) -> Response:
    """What is to come, what is over, what was cancelled."""
    entries = [_entry(services, appointment) for appointment in services.booking.all_of(citizen.subject)]
    coming = {Status.WAITING, Status.APPROVED}
    return pages.render(
        request,
        services,
        visitor,
        "appointments.html",
        notice=_notice(request),
        groups=[
            ("upcoming", [entry for entry in entries if entry.status in coming]),
            ("past", [entry for entry in reversed(entries) if entry.status is Status.PAST]),
            ("ended", [entry for entry in reversed(entries) if entry.status in {Status.CANCELLED, Status.LAPSED}]),
        ],
    )


def _entry(services: Services, appointment: Appointment) -> Entry:
    now = services.clock.now()
    status = appointments.status(appointment, now)
    return Entry(
        appointment=appointment,
        status=status,
        place=place_of(services.directory, appointment.doctor_id),
        may_approve=status is Status.WAITING,
        may_cancel=appointments.refuse_cancelling(appointment, services.booking.rules, now) is None,
    )


@router.get("/randevularim/{appointment_id}/iptal")
def review_cancelling(
    request: Request, services: House, visitor: Caller, citizen: Citizen, appointment_id: str
) -> Response:
    """Asks once more before a slot is given back."""
    entry = _entry(services, services.booking.find(citizen.subject, appointment_id))
    return pages.render(request, services, visitor, "cancel.html", entry=entry)


@router.post("/randevularim/{appointment_id}/iptal")
def cancel(request: Request, services: House, citizen: Citizen, form: Form, appointment_id: str) -> Response:
    pages.check_form(request, services, form, citizen.id)
    services.booking.cancel(citizen.subject, appointment_id)
    return pages.see_other("/randevularim?bildirim=iptal")


@router.post("/randevularim/{appointment_id}/onay")
def approve(request: Request, services: House, citizen: Citizen, form: Form, appointment_id: str) -> Response:
    pages.check_form(request, services, form, citizen.id)
    services.booking.approve(citizen.subject, appointment_id)
    return pages.see_other("/randevularim?bildirim=onaylandi")
