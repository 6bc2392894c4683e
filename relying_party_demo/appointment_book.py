"""The rows of the appointment book. A citizen is the `sub` of their ID token; the same `sub` is the same citizen."""

import secrets
import sqlite3
from collections.abc import Iterable

from relying_party_demo.appointments import Appointment

_COLUMNS = "id, doctor_id, hospital_id, clinic_id, starts_at, booked_at, approve_until, approved_at, ended_at, ended_by"


def new_id() -> str:
    return secrets.token_urlsafe(12)


def of_citizen(connection: sqlite3.Connection, subject: str) -> list[Appointment]:
    """Everything the citizen ever booked, soonest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM appointment WHERE subject = ? ORDER BY starts_at, booked_at",  # noqa: S608 - a constant
        (subject,),
    )
    return [Appointment(**dict(row)) for row in rows]


def find(connection: sqlite3.Connection, subject: str, appointment_id: str) -> Appointment | None:
    """The citizen's appointment with this id; somebody else's is not found."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM appointment WHERE id = ? AND subject = ?",  # noqa: S608 - a constant
        (appointment_id, subject),
    ).fetchone()
    return None if row is None else Appointment(**dict(row))


def taken_slots(connection: sqlite3.Connection, doctor_ids: Iterable[int], now: int) -> set[tuple[int, int]]:
    """The (doctor, start) pairs that somebody holds. A lapsed appointment holds nothing."""
    wanted = set(doctor_ids)
    rows = connection.execute(
        "SELECT doctor_id, starts_at FROM appointment"
        " WHERE ended_at IS NULL AND starts_at > ?1 AND (approved_at IS NOT NULL OR approve_until > ?1)",
        (now,),
    )
    return {(row["doctor_id"], row["starts_at"]) for row in rows if row["doctor_id"] in wanted}


def add(connection: sqlite3.Connection, subject: str, appointment: Appointment, now: int) -> bool:
    """Write the appointment down; False when another one holds the slot (the unique index decides)."""
    connection.execute(
        "UPDATE appointment SET ended_at = approve_until, ended_by = 'no_approval'"
        " WHERE doctor_id = ? AND starts_at = ? AND ended_at IS NULL AND approved_at IS NULL AND approve_until <= ?",
        (appointment.doctor_id, appointment.starts_at, now),
    )
    written = connection.execute(
        "INSERT INTO appointment (id, subject, doctor_id, hospital_id, clinic_id, starts_at, booked_at, approve_until,"
        " approved_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (doctor_id, starts_at) WHERE ended_at IS NULL DO NOTHING",
        (
            appointment.id,
            subject,
            appointment.doctor_id,
            appointment.hospital_id,
            appointment.clinic_id,
            appointment.starts_at,
            appointment.booked_at,
            appointment.approve_until,
            appointment.approved_at,
        ),
    )
    return written.rowcount == 1


def approve(connection: sqlite3.Connection, appointment_id: str, now: int) -> None:
    """A second approval changes nothing."""
    connection.execute(
        "UPDATE appointment SET approved_at = ? WHERE id = ? AND approved_at IS NULL", (now, appointment_id)
    )


def cancel(connection: sqlite3.Connection, appointment_id: str, now: int) -> None:
    connection.execute(
        "UPDATE appointment SET ended_at = ?, ended_by = 'citizen' WHERE id = ? AND ended_at IS NULL",
        (now, appointment_id),
    )
