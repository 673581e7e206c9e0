"""Decides when a message is due, and whether it still makes sense when it is sent."""

from datetime import datetime, timedelta

from clinicdesk.clock import clinic_day, local_instant, local_minute
from clinicdesk.outbox.records import NotificationStatus, Skip
from clinicdesk.reminders.records import Kind, Reader, VisitFacts
from clinicdesk.schedule.records import AppointmentStatus

DAY_BEGINS_MINUTE, DAY_ENDS_MINUTE = 9 * 60, 20 * 60
AHEAD = frozenset({AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED})


def reminder_due_at(starts_at: datetime, *, hours_before: int, time_zone: str) -> datetime:
    """Give the instant to remind at: `hours_before` earlier on the clinic's wall clock.

    For a visit at 10:00, 24 hours before is 10:00 of the day before, also where the clocks change
    in between and 23 or 25 hours pass.
    """
    day = clinic_day(starts_at, time_zone)
    minute = local_minute(starts_at, day, time_zone) - hours_before * 60
    return local_instant(day, minute, time_zone)


def in_daytime(at: datetime, *, time_zone: str) -> datetime:
    """Give the instant, or the next morning at nine where it is night at the clinic."""
    day = clinic_day(at, time_zone)
    minute = local_minute(at, day, time_zone)
    if minute < DAY_BEGINS_MINUTE:
        return local_instant(day, DAY_BEGINS_MINUTE, time_zone)
    if minute >= DAY_ENDS_MINUTE:
        return local_instant(day + timedelta(days=1), DAY_BEGINS_MINUTE, time_zone)
    return at


def why_not_about_visit(kind: Kind, visit: VisitFacts, *, now: datetime) -> Skip | None:
    """Give the reason for which a message about a visit must not go now, None if it may go."""
    if visit.starts_at <= now:
        return Skip("The time of the visit has passed.", NotificationStatus.EXPIRED)
    is_off = visit.status is AppointmentStatus.CANCELLED
    if kind is Kind.CANCELLED:
        return None if is_off else Skip("The appointment stands again.")
    if is_off:
        return Skip("The appointment was cancelled.")
    if visit.status not in AHEAD:
        return Skip("The patient is here already.")
    return None


def why_not_to(reader: Reader) -> Skip | None:
    """Give the reason for which a patient must not be written to, None if they may be."""
    if reader.may_be_mailed:
        return None
    return Skip("The patient has no e-mail address or does not want e-mail.")
