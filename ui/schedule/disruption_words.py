"""Doctors who are out, the visits touched and what could be done instead, in words."""

from datetime import datetime

from clinicdesk.schedule.disruption.records import (
    Alternative,
    AlternativeKind,
    Case,
    CaseState,
    OutRecord,
)
from clinicdesk.schedule.records import AppointmentDetails
from ui.schedule.appointment_words import short_day, wall
from ui.schedule.offers import short_doctor

STATE_WORDS = {
    CaseState.OPEN: "to do",
    CaseState.CALLED: "called",
    CaseState.MESSAGED: "written to",
    CaseState.MOVED: "moved",
    CaseState.CANCELLED: "cancelled",
    CaseState.KEPT: "kept",
}
STATE_ROLES = {
    CaseState.OPEN: "danger",
    CaseState.CALLED: "warning_ink",
    CaseState.MESSAGED: "warning_ink",
}
KIND_WORDS = {
    AlternativeKind.SAME_DOCTOR: "same doctor",
    AlternativeKind.SAME_DAY: "same day",
    AlternativeKind.OTHER_CLINIC: "other clinic",
}


def out_words(out: OutRecord) -> str:
    """Say who is out and how far it is handled: "Dr Barrett out: 3 of 7 handled"."""
    return f"{short_doctor(out.doctor_name)} out: {handled_count(out)}"


def handled_count(out: OutRecord) -> str:
    """Say how far it is handled: "3 of 7 handled"."""
    return f"{out.handled} of {out.total} handled" if out.total else "nobody to tell"


def span_words(out: OutRecord) -> str:
    """Say from when until when: "Tue 24 Nov 12:00–18:00 · Ill"."""
    begin, end = wall(out.from_at, out.time_zone), wall(out.until_at, out.time_zone)
    until = f"–{end:%H:%M}"
    if end.date() != begin.date():
        until = f" to {short_day(end.date())} {end:%H:%M}"
    return f"{short_day(begin.date())} {begin:%H:%M}{until} · {out.reason}"


def case_row_words(case: Case) -> str:
    """Say in short which visit it is: "Tue 24 Nov 14:00 · Check-up"."""
    details = case.appointment
    start = wall(details.starts_at, details.time_zone)
    return f"{short_day(start.date())} {start:%H:%M} · {details.service_name}"


def visit_words(details: AppointmentDetails) -> str:
    """Say which visit it is, with whom and where."""
    start, end = (wall(at, details.time_zone) for at in (details.starts_at, details.ends_at))
    return (
        f"{short_day(start.date())} · {start:%H:%M}–{end:%H:%M} · {details.service_name}"
        f" · {short_doctor(details.doctor_name)} · {details.clinic_name}"
    )


def alternative_words(alternative: Alternative, *, home_clinic_id: int) -> str:
    """Say when, with whom and (where it is not the same clinic) where."""
    start = wall(alternative.slot.starts_at, alternative.time_zone)
    words = [
        f"{short_day(start.date())} {start:%H:%M}",
        short_doctor(alternative.doctor_name),
        alternative.clinic_name if alternative.slot.clinic_id != home_clinic_id else "",
    ]
    return " · ".join(word for word in words if word)


def handled_words(case: Case) -> str:
    """Say what was done last, when and by whom; "" where nothing was."""
    if case.handled_at is None:
        return ""
    at = wall(case.handled_at, case.appointment.time_zone)
    note = f": {case.note}" if case.note else ""
    return f"{STATE_WORDS[case.state].capitalize()} {at:%H:%M} by {case.handled_by}{note}"


def default_until(now: datetime, *, closes_minute: int) -> int:
    """Give the minute of the wall clock until which a doctor is out at first guess."""
    minute = now.hour * 60 + now.minute
    return closes_minute if minute < closes_minute else 24 * 60
