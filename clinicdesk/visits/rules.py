"""When a step of a visit may be taken, and which times it leaves behind."""

from datetime import date, datetime
from typing import Protocol

from clinicdesk.schedule.errors import TooEarlyError
from clinicdesk.schedule.records import AppointmentStatus
from clinicdesk.visits.errors import TooLateError

__all__ = ("TooLateError", "VisitTimes", "demand_begun", "demand_day", "stamp")


class VisitTimes(Protocol):
    """The times that a visit leaves behind."""

    arrived_at: datetime | None
    called_in_at: datetime | None
    in_room_at: datetime | None
    completed_at: datetime | None


def demand_day(visit_on: date, today: date, *, may_be_later: bool) -> None:
    """Check that the day of a visit has come, and (unless `may_be_later`) is not over.

    Raises:
        TooEarlyError, TooLateError: as named.
    """
    if today < visit_on:
        raise TooEarlyError("This visit is on a later day. Move it to today first.")
    if today > visit_on and not may_be_later:
        raise TooLateError


def demand_begun(starts_at: datetime, now: datetime) -> None:
    """Check that a visit should have begun.

    Raises:
        TooEarlyError: there is still time to come.
    """
    if now <= starts_at:
        raise TooEarlyError(
            "This visit has not begun yet, so the patient may still come. Cancel it if the "
            "patient has called off."
        )


def stamp(visit: VisitTimes, status: AppointmentStatus, now: datetime) -> None:
    """Keep the time of the step that led to `status`, and drop those of steps taken back.

    A patient who was completed without the steps between keeps those empty.
    """
    if status is AppointmentStatus.ARRIVED:
        visit.arrived_at = visit.arrived_at or now
    elif status is AppointmentStatus.IN_ROOM:
        visit.in_room_at = visit.in_room_at or now
    elif status is AppointmentStatus.COMPLETED:
        visit.completed_at = now
    if status is not AppointmentStatus.COMPLETED:
        visit.completed_at = None
    if status not in (AppointmentStatus.COMPLETED, AppointmentStatus.IN_ROOM):
        visit.in_room_at = None
    if status in (AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED):
        visit.arrived_at = visit.called_in_at = None
