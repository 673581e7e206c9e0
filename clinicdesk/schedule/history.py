"""Tells what happened to an appointment, from the audit log, in words for the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.audit.models import AuditEntry
from clinicdesk.clinics.models import Clinic
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import HistoryEntry
from clinicdesk.schedule.trail import ENTITY
from clinicdesk.staff.models import Doctor, User

WORDS = {
    "book appointment": "Booked",
    "confirm appointment": "Confirmed",
    "move appointment": "Moved",
    "resize appointment": "Length changed",
    "change appointment": "Changed",
    "cancel appointment": "Cancelled",
    "restore appointment": "Booked again",
    "put appointment on shelf": "Put on the shelf",
    "check in": "Checked in",
    "take to room": "Taken to the room",
    "complete visit": "Finished",
    "mark no-show": "Marked as a no-show",
    "undo visit step": "Step taken back",
}
_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


def read_history(session: Session, appointment_id: int) -> tuple[HistoryEntry, ...]:
    """List what happened, the newest first; nothing for an appointment that is not there."""
    zone = session.scalar(
        select(Clinic.time_zone)
        .join(Appointment, Appointment.clinic_id == Clinic.id)
        .where(Appointment.id == appointment_id)
    )
    if zone is None:
        return ()
    rows = session.execute(
        select(AuditEntry, User.display_name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.entity == ENTITY, AuditEntry.entity_id == appointment_id)
        .order_by(AuditEntry.seq.desc())
    ).all()
    doctors = session.execute(select(Doctor.id, Doctor.display_name))
    names = {doctor.id: doctor.display_name for doctor in doctors}
    return tuple(
        HistoryEntry(
            entry.at,
            name or entry.desk or "ClinicDesk",
            WORDS.get(entry.action, entry.action.capitalize()),
            _details(entry.details, names, ZoneInfo(zone)),
        )
        for entry, name in rows
    )


def _details(told: Mapping[str, Any], names: Mapping[int, str], zone: ZoneInfo) -> str:
    before = told.get("before")
    words = []
    if isinstance(before, Mapping):
        words.append(f"from {_place(before, names, zone)} to {_place(told, names, zone)}")
    elif "ends_at" in told:
        words.append(f"from {_clock(before, zone)} to {_clock(told['ends_at'], zone)}")
    elif "starts_at" in told:
        words.append(_place(told, names, zone))
    if "by" in told:
        words.append(f"by the {told['by']}" + (", late" if told.get("late") else ""))
    words += [str(each) for each in told.get("changed", ())]
    return ", ".join(words)


def _place(told: Mapping[str, Any], names: Mapping[int, str], zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(told["starts_at"]).astimezone(zone)
    doctor = names.get(told.get("doctor", 0), "")
    return f"{_WEEKDAYS[at.weekday()]} {at:%d/%m %H:%M} {doctor}".strip()


def _clock(at: object, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(str(at)).astimezone(zone):%H:%M}"
