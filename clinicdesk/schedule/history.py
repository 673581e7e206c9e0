"""Tells what happened to an appointment, from the audit log, in words for the desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.audit.models import AuditEntry
from clinicdesk.clinics.models import Clinic, Room, Service
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import HistoryEntry
from clinicdesk.schedule.trail import ENTITY
from clinicdesk.staff.models import Doctor, User

WORDS = {
    "book appointment": "Booked",
    "confirm appointment": "Confirmed",
    "take confirmation back": "Confirmation taken back",
    "move appointment": "Moved",
    "resize appointment": "Length changed",
    "change appointment": "Changed",
    "change room": "Room changed",
    "change service": "Service changed",
    "cancel appointment": "Cancelled",
    "restore appointment": "Booked again",
    "hold requested time": "Its time was held",
    "free requested time": "Its time was freed",
    "put appointment on shelf": "Put on the shelf",
    "check in": "Checked in",
    "call in": "Called in",
    "take call back": "Call taken back",
    "take to room": "Taken to the room",
    "complete visit": "Finished",
    "mark no-show": "Marked as a no-show",
    "undo visit step": "Step taken back",
}
_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class _Names:
    """What the ids in the log stand for."""

    zone: ZoneInfo
    clinics: Mapping[int, str]
    doctors: Mapping[int, str]
    rooms: Mapping[int, str]
    services: Mapping[int, str]


def read_history(session: Session, appointment_id: int) -> tuple[HistoryEntry, ...]:
    """List what happened, the newest first; nothing for an appointment that is not there.

    It tells of times, places, states and who decided; notes and clinical records are not in it.
    """
    zone = session.scalar(
        select(Clinic.time_zone)
        .join(Appointment, Appointment.clinic_id == Clinic.id)
        .where(Appointment.id == appointment_id)
    )
    if zone is None:
        return ()
    names = _names(session, ZoneInfo(zone))
    rows = session.execute(
        select(AuditEntry, User.display_name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.entity == ENTITY, AuditEntry.entity_id == appointment_id)
        .order_by(AuditEntry.seq.desc())
    ).all()
    return tuple(
        HistoryEntry(
            entry.at,
            ", ".join(filter(None, (name, entry.desk))) or "ClinicDesk",
            WORDS.get(entry.action, entry.action.capitalize()),
            _details(entry.details, names),
        )
        for entry, name in rows
    )


def _names(session: Session, zone: ZoneInfo) -> _Names:
    def of(query: Any) -> Mapping[int, str]:
        return {row[0]: row[1] for row in session.execute(query)}

    return _Names(
        zone,
        of(select(Clinic.id, Clinic.name)),
        of(select(Doctor.id, Doctor.display_name)),
        of(select(Room.id, Room.name)),
        of(select(Service.id, Service.name)),
    )


def _details(told: Mapping[str, Any], names: _Names) -> str:
    words: list[str] = []
    before = told.get("before")
    if isinstance(before, Mapping):
        words += _changes(before, told, names)
    elif "starts_at" in told:
        words.append(_place(told, names))
    if "by" in told:
        words.append(f"by the {told['by']}" + (", late" if told.get("late") else ""))
    words += [str(each) for each in told.get("changed", ())]
    for key, form in (("overbooked", "booked over: {}"), ("reason", "“{}”")):
        if told.get(key):
            words.append(form.format(told[key]))
    return ", ".join(words)


def _changes(before: Mapping[str, Any], told: Mapping[str, Any], names: _Names) -> Iterator[str]:
    def is_other(key: str) -> bool:
        return key in told and told.get(key) != before.get(key)

    if is_other("starts_at") or is_other("doctor") or is_other("clinic"):
        former, present = (
            _place(place, names, with_clinic=is_other("clinic")) for place in (before, told)
        )
        yield f"from {former} to {present}"
    elif is_other("ends_at"):
        yield f"now until {_clock(told['ends_at'], names)}"
        if "ends_at" in before:
            yield f"was until {_clock(before['ends_at'], names)}"
    if is_other("room") and told.get("room"):
        yield f"to {names.rooms.get(told['room'], 'another room')}"
    if is_other("service"):
        yield f"to {names.services.get(told['service'], 'another service')}"


def _place(told: Mapping[str, Any], names: _Names, *, with_clinic: bool = False) -> str:
    if "starts_at" not in told:
        return "elsewhere"
    at = datetime.fromisoformat(told["starts_at"]).astimezone(names.zone)
    doctor = names.doctors.get(told.get("doctor", 0), "")
    where = names.clinics.get(told.get("clinic", 0), "") if with_clinic else ""
    day = f"{_WEEKDAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at:%H:%M}"
    return ", ".join(part for part in (day, doctor, where) if part)


def _clock(at: object, names: _Names) -> str:
    return f"{datetime.fromisoformat(str(at)).astimezone(names.zone):%H:%M}"
