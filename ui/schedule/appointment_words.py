"""What the inspector says of an appointment, from the records of appointment and patient."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinicdesk.access import Action, Actor
from clinicdesk.clock import clinic_day
from clinicdesk.money import Money
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, HistoryEntry
from clinicdesk.schedule.rules import is_anyones
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


def late_sentence(chosen: Chosen, *, now: datetime) -> str:
    """Say that the patient is late with cancelling; "" where there is time enough."""
    hours = chosen.late_cancel_hours
    if not hours or chosen.details.starts_at - now >= timedelta(hours=hours):
        return ""
    return (
        f"The visit begins in less than {hours} hours: a patient who cancels now cancels late,"
        " and it is noted so."
    )


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
        balance=_balance(chosen.owed, chosen.in_credit),
        history=tuple(_visit(visit, now) for visit in chosen.visits[:SHOWN_VISITS]),
        note=details.note,
        appointment_id=details.id,
        facts=_facts(details),
        trail=tuple(_trail_line(entry, details.time_zone) for entry in chosen.trail),
        can_note=actor.may(Action.BOOK) and (is_anyones(actor) or is_own(actor, details)),
    )


def is_own(actor: Actor, details: AppointmentDetails) -> bool:
    """Tell whether an appointment is with the doctor who looks at it."""
    return actor.doctor_id == details.doctor_id


def _facts(details: AppointmentDetails) -> tuple[Fact, ...]:
    """Say what is special about an appointment."""
    words = []
    if details.is_walk_in:
        words.append("Walk-in")
    if details.series_id is not None:
        words.append("One of a series")
    if details.equipment_name:
        words.append(f"Equipment: {details.equipment_name}")
    if details.is_overbooked:
        reason = details.overbooked_reason
        words.append(f"Booked over on purpose: {reason}" if reason else "Booked over on purpose")
    if details.status is AppointmentStatus.CANCELLED:
        words.append(_cancelled_words(details))
    return tuple(Fact(text) for text in words)


def _cancelled_words(details: AppointmentDetails) -> str:
    by = f" by the {details.cancelled_by.value}" if details.cancelled_by else ""
    late = ", late" if details.is_late_cancellation else ""
    reason = f": {details.ended_reason}" if details.ended_reason else ""
    return f"Cancelled{by}{late}{reason}"


def _trail_line(entry: HistoryEntry, time_zone: str) -> Fact:
    at = wall(entry.at, time_zone)
    words = [f"{short_day(at.date())} {at:%H:%M}", entry.what, entry.details, entry.who]
    return Fact(" · ".join(part for part in words if part))


def _balance(owed: Money | None, in_credit: tuple[Money, ...]) -> tuple[Fact, ...]:
    if owed is None:
        return ()
    due = Fact("Open invoices", f"{owed} due", "body") if owed.minor > 0 else Fact("All paid")
    return (due, *(Fact("In credit", str(credit), "body") for credit in in_credit))


def _visit(visit: AppointmentDetails, now: datetime) -> Fact:
    today = clinic_day(now, visit.time_zone)
    start = wall(visit.starts_at, visit.time_zone)
    is_missed = visit.status is AppointmentStatus.NO_SHOW
    when = named_day(start.date(), today) if visit.starts_at > now else day_text(start.date())
    words = [when, visit.service_name, visit.doctor_name, STATUS_NAMES[visit.status].lower()]
    return Fact(" · ".join(words), role="error" if is_missed else "soft")


def _hint(details: AppointmentDetails) -> str:
    """Say since when the patient waits, is with the doctor, or has left."""
    steps = (
        ("Finished at", details.completed_at),
        ("In the room since", details.in_room_at),
        ("Arrived at", details.arrived_at),
    )
    words = [f"{name} {wall(at, details.time_zone):%H:%M}" for name, at in steps if at][:1]
    return " · ".join(words)
