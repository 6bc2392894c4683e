"""What a citizen does with appointments: search, book, approve, cancel. Load, decide, act, in one transaction each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from relying_party_demo import appointment_book, appointments, searches
from relying_party_demo.appointments import Appointment, Refusal, Rules
from relying_party_demo.clock import Clock
from relying_party_demo.directory import Directory, Doctor
from relying_party_demo.settings import Settings
from relying_party_demo.store import Store
from relying_party_demo.timetable import Slot, slots_of


class BookingRefusedError(Exception):
    """A rule of the house says no."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class TooManySearchesError(Exception):
    """`RNDS1000`: the citizen searches faster than people do. `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} s")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. None means "Farketmez": any."""

    province_id: int
    clinic_id: int
    district_id: int | None = None
    hospital_id: int | None = None
    doctor_id: int | None = None


class Booking:
    """The appointment desk. Every verb takes the citizen's `sub`."""

    def __init__(self, settings: Settings, store: Store, directory: Directory, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._directory = directory
        self._clock = clock
        self.rules = Rules(
            approval_hour=settings.approval_hour,
            cancel_minutes_before=settings.cancel_minutes_before,
            per_clinic_per_day=settings.per_clinic_per_day,
            per_hospital_per_day=settings.per_hospital_per_day,
        )

    def search(self, subject: str, wanted: Search) -> list[tuple[Doctor, list[Slot]]]:
        """The free slots of each fitting doctor, the doctor who is free first coming first.

        Raises `TooManySearchesError`.
        """
        now = self._clock.now()
        doctors = self._fitting_doctors(wanted)
        with self._store.transaction() as connection:
            limit = self._settings.searches_per_minute
            wait = searches.count_search(connection, subject, now=now, limit=limit)
            taken = set() if wait else appointment_book.taken_slots(connection, (d.id for d in doctors), now)
        if wait:
            raise TooManySearchesError(wait)
        found = defaultdict[Doctor, list[Slot]](list)
        for doctor in doctors:
            for slot in self._offered(doctor.id, now):
                if (doctor.id, slot.starts_at) not in taken:
                    found[doctor].append(slot)
        return sorted(found.items(), key=lambda pair: pair[1][0])

    def offered_slot(self, slot_id: str) -> Slot:
        """The slot with this id if it is one we offer now. Raises `BookingRefusedError`."""
        doctor_part, _, start_part = slot_id.partition("-")
        if _is_number(doctor_part) and _is_number(start_part):
            wanted = Slot(int(start_part), int(doctor_part))
            if wanted.doctor_id in self._directory.doctors and wanted in self._offered(
                wanted.doctor_id, self._clock.now()
            ):
                return wanted
        raise BookingRefusedError(Refusal.SLOT_NOT_OFFERED)

    def book(self, subject: str, slot_id: str) -> Appointment:
        """Book a slot. Raises `BookingRefusedError`; of two citizens who want the same slot exactly one gets it."""
        now = self._clock.now()
        slot = self.offered_slot(slot_id)
        doctor = self._directory.doctors[slot.doctor_id]
        deadline = appointments.approval_deadline(slot.starts_at, self.rules)
        wanted = Appointment(
            id=appointment_book.new_id(),
            doctor_id=doctor.id,
            hospital_id=doctor.hospital_id,
            clinic_id=doctor.clinic_id,
            starts_at=slot.starts_at,
            booked_at=now,
            approve_until=deadline,
            approved_at=now if now >= deadline else None,  # booked after the deadline: booking it is approving it
        )
        with self._store.transaction() as connection:
            held = appointment_book.of_citizen(connection, subject)
            refusal = appointments.refuse_booking(wanted, held, self.rules, now)
            if refusal is None and not appointment_book.add(connection, subject, wanted, now):
                refusal = Refusal.SLOT_TAKEN
        if refusal is not None:
            raise BookingRefusedError(refusal)
        return wanted

    def approve(self, subject: str, appointment_id: str) -> Appointment:
        """Say that the citizen will come. Raises `BookingRefusedError`."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            held = self._held(appointment_book.find(connection, subject, appointment_id))
            if refusal := appointments.refuse_approving(held, now):
                raise BookingRefusedError(refusal)
            appointment_book.approve(connection, appointment_id, now)
        return replace(held, approved_at=held.approved_at or now)

    def cancel(self, subject: str, appointment_id: str) -> Appointment:
        """Give the slot back. Raises `BookingRefusedError`."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            held = self._held(appointment_book.find(connection, subject, appointment_id))
            if refusal := appointments.refuse_cancelling(held, self.rules, now):
                raise BookingRefusedError(refusal)
            appointment_book.cancel(connection, appointment_id, now)
        return replace(held, ended_at=now, ended_by="citizen")

    def find(self, subject: str, appointment_id: str) -> Appointment:
        """One appointment of this citizen. Raises `BookingRefusedError`."""
        with self._store.transaction() as connection:
            return self._held(appointment_book.find(connection, subject, appointment_id))

    def all_of(self, subject: str) -> Sequence[Appointment]:
        """Everything the citizen booked, soonest first; `appointments.status` tells what each one is now."""
        with self._store.transaction() as connection:
            return appointment_book.of_citizen(connection, subject)

    def _held(self, appointment: Appointment | None) -> Appointment:
        if appointment is None:
            raise BookingRefusedError(Refusal.NOT_FOUND)
        return appointment

    def _offered(self, doctor_id: int, now: int) -> list[Slot]:
        settings = self._settings
        return list(slots_of(doctor_id, now=now, days=settings.booking_days, minutes=settings.slot_minutes))

    def _fitting_doctors(self, wanted: Search) -> list[Doctor]:
        hospitals = self._directory.hospitals_for(wanted.province_id, wanted.district_id, wanted.clinic_id)
        return [
            doctor
            for hospital in hospitals
            if wanted.hospital_id in {None, hospital.id}
            for doctor in self._directory.doctors_for(hospital.id, wanted.clinic_id)
            if wanted.doctor_id in {None, doctor.id}
        ]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12
