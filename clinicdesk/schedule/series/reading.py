"""Reads series: the visits a change is for, and how each date of a new one stands."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule import placing
from clinicdesk.schedule.errors import (
    NotBookableError,
    PatientOverlapError,
    SlotTakenError,
    TimeNotOfferedError,
)
from clinicdesk.schedule.finding import find_slots
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import BookingPolicy, BookingRequest, Slot
from clinicdesk.schedule.rules import STEPS, Step
from clinicdesk.schedule.series.errors import NoSeriesError
from clinicdesk.schedule.series.records import (
    Recurrence,
    Scope,
    SeriesDate,
    SeriesPreview,
)
from clinicdesk.schedule.series.rules import series_starts
from clinicdesk.schedule.wall_clock import utc_minute_after
from clinicdesk.schedule.wanted import Wanted


def zone_of(session: Session, clinic_id: int) -> str:
    """Give a clinic's time zone.

    Raises:
        NotBookableError: there is no such clinic.
    """
    zone = session.scalar(select(Clinic.time_zone).where(Clinic.id == clinic_id))
    if zone is None:
        raise NotBookableError("This clinic is not in the clinic's records. Please search again.")
    return zone


def read_preview(
    session: Session,
    request: BookingRequest,
    recurrence: Recurrence,
    *,
    policy: BookingPolicy | None,
    now: datetime,
) -> SeriesPreview:
    """Tell of each date whether the request's time is free on it, and what is near it if not."""
    zone = zone_of(session, request.clinic_id)
    dates = []
    for starts_at in series_starts(request.starts_at, recurrence, time_zone=zone):
        wanted = placing.wanted_by(session, replace(request, starts_at=starts_at))
        sentence = _refusal(session, wanted, policy=policy, now=now)
        nearest = _nearest(session, wanted, zone, policy=policy, now=now) if sentence else None
        overlap = "" if sentence else _overlap(session, wanted, request.patient_id)
        day = clinic_day(starts_at, zone)
        dates.append(
            SeriesDate(day, _slot(wanted), sentence or overlap, nearest, is_warning=bool(overlap))
        )
    return SeriesPreview(tuple(dates))


def rows_in_scope(
    session: Session, anchor: Appointment, scope: Scope, *, step: Step, now: datetime
) -> tuple[list[Appointment], int]:
    """Give the visits that a step is for, the earliest first, and how many are left alone.

    Left alone are the visits that are over or whose state does not allow the step; the anchor is
    always among those given.

    Raises:
        NoSeriesError: the scope goes beyond an appointment that has no series.
    """
    if scope is Scope.THIS:
        return [anchor], 0
    if anchor.series_id is None:
        raise NoSeriesError
    query = select(Appointment).where(Appointment.series_id == anchor.series_id)
    if scope is Scope.FOLLOWING:
        query = query.where(Appointment.starts_at >= anchor.starts_at)
    query = query.order_by(Appointment.starts_at, Appointment.id)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    chosen = [
        row
        for row in rows
        if row.id == anchor.id or (row.starts_at > now and step in STEPS[row.status])
    ]
    return chosen, len(rows) - len(chosen)


def _slot(wanted: Wanted) -> Slot:
    return Slot(wanted.doctor_id, wanted.clinic_id, *wanted.visit)


def _refusal(
    session: Session, wanted: Wanted, *, policy: BookingPolicy | None, now: datetime
) -> str:
    try:
        search = placing.search_around(session, wanted, policy=policy, now=now)
        placing.demand_free(session, wanted, search)
    except (SlotTakenError, TimeNotOfferedError) as error:
        return error.sentence
    return ""


def _overlap(session: Session, wanted: Wanted, patient_id: int) -> str:
    try:
        placing.demand_patient_free(session, wanted, patient_id=patient_id, is_accepted=False)
    except PatientOverlapError as error:
        return error.sentence
    return ""


def _nearest(
    session: Session, wanted: Wanted, zone: str, *, policy: BookingPolicy | None, now: datetime
) -> Slot | None:
    """Give the doctor's free time of that day that lies nearest to the one wanted."""
    start, end = day_bounds(clinic_day(wanted.starts_at, zone), zone)
    search = placing.search_around(session, wanted, policy=policy, now=now)
    on_day = replace(
        search,
        from_minute=max(search.from_minute, utc_minute_after(start)),
        until_minute=min(search.until_minute, utc_minute_after(end)),
    )
    slots = find_slots(session, on_day, limit=None)

    def distance(slot: Slot) -> timedelta:
        return abs(slot.starts_at - wanted.starts_at)

    return min(slots, key=distance, default=None)
