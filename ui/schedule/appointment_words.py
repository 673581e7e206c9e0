"""What the inspector says of an appointment, from the records of appointment and patient."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from clinicdesk.access import Actor
from clinicdesk.clock import clinic_day
from clinicdesk.money import Money
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus
from ui.core.day_text import MONTHS, WEEKDAYS, birth_text, day_text
from ui.schedule.actions import actions_for
from ui.schedule.chosen import Chosen
from ui.schedule.day_words import STATUS_NAMES
from ui.schedule.inspector import Fact, Inspected

SHOWN_VISITS = 4


def short_day(on: date) -> str:
    """Give a day such as "Tue 24 Nov"."""
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


def named_day(on: date, today: date) -> str:
    """Give a day such as "Today, Tue 24 Nov" or "Tomorrow, Wed 25 Nov"."""
    name = {0: "Today, ", 1: "Tomorrow, "}.get((on - today).days, "")
    year = f" {on.year}" if on.year != today.year else ""
    return f"{name}{short_day(on)}{year}"


def wall(at: datetime, time_zone: str) -> datetime:
    """Give an instant on the clinic's wall."""
    return at.astimezone(ZoneInfo(time_zone))


def when_text(details: AppointmentDetails) -> str:
    """Give an appointment's day and span: "Tue 24 Nov · 10:30–11:00 · Skin check"."""
    start, end = (wall(at, details.time_zone) for at in (details.starts_at, details.ends_at))
    return f"{short_day(start.date())} · {start:%H:%M}–{end:%H:%M} · {details.service_name}"


def inspected(chosen: Chosen, *, actor: Actor, now: datetime) -> Inspected:
    """Give all that the inspector shows."""
    details, patient = chosen.details, chosen.patient
    today = clinic_day(now, details.time_zone)
    identity = [birth_text(patient.born_on, today), patient.sex, patient.number]
    contacts = [("phone", patient.phone), ("mail", patient.email)]
    where = [details.doctor_name, details.room_name]
    return Inspected(
        name=patient.name,
        identity=" · ".join(part for part in identity if part),
        status=details.status.value,
        status_name=STATUS_NAMES[details.status],
        contacts=tuple((icon, text) for icon, text in contacts if text),
        alert=patient.alert,
        when=when_text(details),
        where=" · ".join(part for part in where if part),
        hint=_hint(details),
        actions=actions_for(details, actor, now=now),
        balance=_balance(chosen.owed),
        history=tuple(_visit(visit, now) for visit in chosen.visits[:SHOWN_VISITS]),
        note=details.note,
    )


def _balance(owed: Money | None) -> tuple[Fact, ...]:
    if owed is None:
        return ()
    return (Fact("Open invoices", f"{owed} due", "body") if owed.minor > 0 else Fact("All paid"),)


def _visit(visit: AppointmentDetails, now: datetime) -> Fact:
    today = clinic_day(now, visit.time_zone)
    start = wall(visit.starts_at, visit.time_zone)
    is_missed = visit.status is AppointmentStatus.NO_SHOW
    when = named_day(start.date(), today) if visit.starts_at > now else day_text(start.date())
    words = [when, visit.service_name, visit.doctor_name, STATUS_NAMES[visit.status].lower()]
    return Fact(" · ".join(words), role="error" if is_missed else "soft")


def _hint(details: AppointmentDetails) -> str:
    """Say since when the patient waits, is with the doctor, or has left; and an overbooking."""
    steps = (
        ("Finished at", details.completed_at),
        ("In the room since", details.in_room_at),
        ("Arrived at", details.arrived_at),
    )
    words = [f"{name} {wall(at, details.time_zone):%H:%M}" for name, at in steps if at][:1]
    if details.is_overbooked:
        words.append("Overbooked on purpose")
    return " · ".join(words)
