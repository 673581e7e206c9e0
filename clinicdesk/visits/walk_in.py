"""Finds a place today for a patient who comes without an appointment, and takes it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic
from clinicdesk.clock import clinic_day, day_bounds
from clinicdesk.schedule import placing
from clinicdesk.schedule.booking.desk import Act
from clinicdesk.schedule.booking.new import book
from clinicdesk.schedule.errors import NotBookableError
from clinicdesk.schedule.finding import Span, find_slots, read_search, service_length
from clinicdesk.schedule.queries import details_by_key
from clinicdesk.schedule.records import AppointmentDetails, AppointmentStatus, BookingRequest, Slot
from clinicdesk.schedule.rules import is_anyones
from clinicdesk.staff.models import DoctorClinic, DoctorService
from clinicdesk.visits.errors import DoctorNeededError, NoFreeTimeError
from clinicdesk.visits.records import WalkIn
from clinicdesk.visits.steps import check_in_now


def take_in(act: Act, walk_in: WalkIn) -> AppointmentDetails:
    """Book the next free time of today (or now, over what is there) and check the patient in.

    Both are one transaction, so nobody stands in the calendar who was not taken in. The doctors
    are locked before their times are read: of two desks the second finds the next time.

    Raises:
        NoFreeTimeError, DoctorNeededError: as named.
    """
    former = details_by_key(act.session, walk_in.request_key)
    if former is not None:
        return former
    doctor_ids = _doctors(act, walk_in)
    placing.lock_doctors(act.session, doctor_ids)
    doctor_id, starts_at = _place(act, walk_in, doctor_ids)
    made = book(
        act,
        BookingRequest(
            request_key=walk_in.request_key,
            clinic_id=walk_in.clinic_id,
            doctor_id=doctor_id,
            patient_id=walk_in.patient_id,
            service_id=walk_in.service_id,
            starts_at=starts_at,
            confirm_now=True,
            overbook_reason=walk_in.overbook_reason,
            accept_patient_overlap=walk_in.accept_patient_overlap,
            is_walk_in=True,
        ),
    )
    return made if made.status is AppointmentStatus.ARRIVED else check_in_now(act, made.id)


def next_times(
    session: Session, *, clinic_id: int, service_id: int, now: datetime
) -> tuple[Slot, ...]:
    """Give the next free time of today of each doctor who gives a service, the earliest first."""
    first: dict[int, Slot] = {}
    for slot in _free(session, clinic_id, service_id, None, now=now, limit=None):
        first.setdefault(slot.doctor_id, slot)
    return tuple(first.values())


def _doctors(act: Act, walk_in: WalkIn) -> list[int]:
    """Give who may take the patient: the one asked for, else all; a doctor only themselves."""
    if walk_in.doctor_id is not None:
        return [walk_in.doctor_id]
    found = act.session.scalars(
        select(DoctorClinic.doctor_id)
        .join(DoctorService, DoctorService.doctor_id == DoctorClinic.doctor_id)
        .where(
            DoctorClinic.clinic_id == walk_in.clinic_id,
            DoctorService.service_id == walk_in.service_id,
        )
    ).all()
    own = act.actor.doctor_id
    return [number for number in found if is_anyones(act.actor) or number == own]


def _place(act: Act, walk_in: WalkIn, doctor_ids: list[int]) -> tuple[int, datetime]:
    if walk_in.overbook_reason.strip():
        if walk_in.doctor_id is None:
            raise DoctorNeededError
        return walk_in.doctor_id, _step_running(act.session, walk_in.clinic_id, act.now)
    free = _free(
        act.session, walk_in.clinic_id, walk_in.service_id, doctor_ids, now=act.now, limit=1
    )
    if not free:
        raise NoFreeTimeError
    return free[0].doctor_id, free[0].starts_at


def _free(
    session: Session,
    clinic_id: int,
    service_id: int,
    doctor_ids: list[int] | None,
    *,
    now: datetime,
    limit: int | None,
) -> tuple[Slot, ...]:
    """Give the free times from the step that is running until the day ends."""
    length = service_length(session, service_id)
    if length is None:
        raise NotBookableError("This service is no longer offered. Please choose another.")
    zone = session.get_one(Clinic, clinic_id).time_zone
    _, end = day_bounds(clinic_day(now, zone), zone)
    search = read_search(
        session,
        clinic_ids=[clinic_id],
        length=length,
        span=Span(_step_running(session, clinic_id, now), end),
        service_id=service_id,
        doctor_ids=doctor_ids,
        now=now,
    )
    return find_slots(session, search, limit=limit)


def _step_running(session: Session, clinic_id: int, now: datetime) -> datetime:
    """Give the start of the clinic's step that is running: the patient stands at the counter."""
    clinic = session.get_one(Clinic, clinic_id)
    midnight, _ = day_bounds(clinic_day(now, clinic.time_zone), clinic.time_zone)
    return now - (now - midnight) % timedelta(minutes=clinic.step_minutes)
