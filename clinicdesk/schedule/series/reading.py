"""Reads series: the visits a change is for, and how each date of a new one stands."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule import placing
from clinicdesk.schedule.errors import NotBookableError, SlotTakenError, TimeNotOfferedError
from clinicdesk.schedule.finding import Span, find_slots, read_search
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import BookingPolicy, BookingRequest, Slot
from clinicdesk.schedule.refusals import Wanted
from clinicdesk.schedule.rules import STEPS, Step
from clinicdesk.schedule.series.errors import NoSeriesError
from clinicdesk.schedule.series.records import (
    Recurrence,
    Scope,
    SeriesDate,
    SeriesPreview,
)
from clinicdesk.schedule.series.rules import series_starts


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
    policy: BookingPolicy,
    now: datetime,
) -> SeriesPreview:
    """Tell of each date whether the request's time is free on it, and what is near it if not."""
    zone = zone_of(session, request.clinic_id)
    dates = []
    for starts_at in series_starts(request.starts_at, recurrence, time_zone=zone):
        wanted = placing.wanted_by(session, replace(request, starts_at=starts_at))
        date = SeriesDate(clinic_day(starts_at, zone), _slot(wanted))
        sentence = _refusal(session, wanted, policy=policy, now=now)
        if sentence:
            nearest = _nearest(session, wanted, zone, now=now)
            date = replace(date, sentence=sentence, nearest=nearest)
        dates.append(date)
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


def _refusal(session: Session, wanted: Wanted, *, policy: BookingPolicy, now: datetime) -> str:
    search = placing.search_around(session, wanted, policy=policy, now=now)
    try:
        placing.demand_free(session, wanted, search)
    except (SlotTakenError, TimeNotOfferedError) as error:
        return error.sentence
    return ""


def _nearest(session: Session, wanted: Wanted, zone: str, *, now: datetime) -> Slot | None:
    """Give the doctor's free time of that day that lies nearest to the one wanted."""
    start, end = day_bounds(clinic_day(wanted.starts_at, zone), zone)
    search = read_search(
        session,
        clinic_ids=[wanted.clinic_id],
        doctor_ids=[wanted.doctor_id],
        length=wanted.length,
        span=Span(max(start, now), max(end, now)),
    )
    slots = find_slots(session, search, limit=None)

    def distance(slot: Slot) -> timedelta:
        return abs(slot.starts_at - wanted.starts_at)

    return min(slots, key=distance, default=None)
