"""The rules of an appointment (domain.md §5.2), pure: records and a `now` in, a decision out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from relying_party_demo.timetable import instant_at, local_day


class Status(StrEnum):
    WAITING = "waiting"
    """Booked, and to be approved by the evening before."""
    APPROVED = "approved"
    PAST = "past"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """Nobody approved it in time, so it was cancelled, without penalty."""


class Refusal(StrEnum):
    """Why something cannot be done with an appointment."""

    SLOT_NOT_OFFERED = "slot_not_offered"
    SLOT_TAKEN = "slot_taken"
    CLINIC_LIMIT = "clinic_limit"
    HOSPITAL_LIMIT = "hospital_limit"
    SAME_TIME = "same_time"
    NOT_FOUND = "not_found"
    ENDED = "ended"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"
    TOO_LATE_TO_APPROVE = "too_late_to_approve"


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers, all of them settings."""

    approval_hour: int
    cancel_minutes_before: int
    per_clinic_per_day: int
    per_hospital_per_day: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """One booking. Instants are seconds since the epoch; `ended_by` is "citizen", "no_approval" or None."""

    id: str
    doctor_id: int
    hospital_id: int
    clinic_id: int
    starts_at: int
    booked_at: int
    approve_until: int
    approved_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None


def approval_deadline(starts_at: int, rules: Rules) -> int:
    """The evening before, at the hour of the rules, in Turkish local time."""
    return instant_at(local_day(starts_at) - timedelta(days=1), rules.approval_hour * 60)


def status(appointment: Appointment, now: int) -> Status:
    """What the appointment is at `now`; nothing has to run at the deadline for it to lapse."""
    if appointment.ended_by == "citizen":
        return Status.CANCELLED
    if appointment.ended_by is not None or (appointment.approved_at is None and now >= appointment.approve_until):
        return Status.LAPSED
    if now >= appointment.starts_at:
        return Status.PAST
    return Status.WAITING if appointment.approved_at is None else Status.APPROVED


def refuse_booking(wanted: Appointment, held: Sequence[Appointment], rules: Rules, now: int) -> Refusal | None:
    """Whether the citizen who holds `held` may add `wanted`; None means yes."""
    day = local_day(wanted.starts_at)
    living = {Status.WAITING, Status.APPROVED, Status.PAST}
    same_day = [a for a in held if local_day(a.starts_at) == day and status(a, now) in living]
    if sum(a.clinic_id == wanted.clinic_id for a in same_day) >= rules.per_clinic_per_day:
        return Refusal.CLINIC_LIMIT
    if sum(a.hospital_id == wanted.hospital_id for a in same_day) >= rules.per_hospital_per_day:
        return Refusal.HOSPITAL_LIMIT
    if any(a.starts_at == wanted.starts_at for a in same_day):
        return Refusal.SAME_TIME
    return None


def refuse_cancelling(appointment: Appointment, rules: Rules, now: int) -> Refusal | None:
    if status(appointment, now) not in {Status.WAITING, Status.APPROVED}:
        return Refusal.ENDED
    if now > appointment.starts_at - rules.cancel_minutes_before * 60:
        return Refusal.TOO_LATE_TO_CANCEL
    return None


def refuse_approving(appointment: Appointment, now: int) -> Refusal | None:
    match status(appointment, now):
        case Status.WAITING | Status.APPROVED:
            return None
        case Status.LAPSED:
            return Refusal.TOO_LATE_TO_APPROVE
        case _:
            return Refusal.ENDED
