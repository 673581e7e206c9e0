"""Puts appointments into the calendar inside a transaction, after every check."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor
from clinicdesk.clinics.models import Clinic, Equipment, Room
from clinicdesk.database.errors import violated
from clinicdesk.patients.models import Patient
from clinicdesk.schedule import rules
from clinicdesk.schedule.equipment import free_equipment
from clinicdesk.schedule.errors import (
    AppointmentChangedError,
    AppointmentMissingError,
    NotBookableError,
    PatientOverlapError,
)
from clinicdesk.schedule.finding import (
    Length,
    bookable,
    policy_of,
    read_search,
    service_length,
)
from clinicdesk.schedule.guard import DOCTOR_TAKEN, EQUIPMENT_TAKEN, ROOM_TAKEN
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.queries import overlapping_visit
from clinicdesk.schedule.records import (
    AppointmentStatus,
    BookingPolicy,
    BookingRequest,
)
from clinicdesk.schedule.refusals import Wanted, reason_against, refusal
from clinicdesk.schedule.search import SlotSearch
from clinicdesk.schedule.wall_clock import utc_minute
from clinicdesk.settings.records import ScheduleSettings
from clinicdesk.settings.service import load_settings
from clinicdesk.staff.models import Doctor, DoctorClinic, DoctorService

LONGEST_MINUTES = 12 * 60
"""Longer a visit may not be: the database looks for overlaps that far back."""


def lock_doctors(session: Session, doctor_ids: Iterable[int]) -> None:
    """Let one desk at a time decide about these doctors; on SQLite a write is alone anyway."""
    session.execute(
        select(Doctor.id)
        .where(Doctor.id.in_(set(doctor_ids)))
        .order_by(Doctor.id)
        .with_for_update(key_share=True)
    ).all()


def locked(session: Session, appointment_id: int, *, version: int) -> Appointment:
    """Give an appointment that nobody else can change until the end of the transaction.

    Raises:
        AppointmentMissingError, AppointmentChangedError: as named.
    """
    found = session.get(
        Appointment, appointment_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None:
        raise AppointmentMissingError
    if found.version != version:
        raise AppointmentChangedError
    return found


def set_status(session: Session, appointment: Appointment, status: AppointmentStatus) -> None:
    """Give an appointment its new state, what that holds, and a new version."""
    appointment.holds_slot = holds_slot(session, status)
    appointment.status = status
    appointment.version += 1


def holds_slot(session: Session, status: AppointmentStatus) -> bool:
    """Tell whether an appointment in a state holds its time; of requests the clinic decides."""
    policy = load_settings(session, ScheduleSettings)
    return rules.holds_slot(status, requests_hold_slot=policy.requests_hold_slot)


def wanted_by(session: Session, request: BookingRequest) -> Wanted:
    """Check that a request's doctor, service, clinic and patient fit, and give what it asks for.

    Raises:
        NotBookableError: they do not; the sentence names which.
    """
    length = service_length(session, request.service_id)
    if length is None:
        raise NotBookableError("This service is no longer offered. Please choose another.")
    if session.get(Patient, request.patient_id) is None:
        raise NotBookableError("This patient is not in the clinic's records. Please search again.")
    room_id = fitting_room(
        session,
        doctor_id=request.doctor_id,
        clinic_id=request.clinic_id,
        service_id=request.service_id,
    )
    if request.room_id is not None:
        demand_room(session, request.room_id, clinic_id=request.clinic_id)
    if request.duration_minutes is not None:
        demand_length(request.duration_minutes)
        length = replace(length, duration_minutes=request.duration_minutes)
    return Wanted(
        request.clinic_id,
        request.doctor_id,
        request.room_id or room_id,
        request.starts_at,
        length,
        hold_key=request.hold_key,
    )


def demand_length(minutes: int) -> None:
    """Check that a visit may be so long.

    Raises:
        NotBookableError: it may not.
    """
    if not 0 < minutes <= LONGEST_MINUTES:
        raise NotBookableError("A visit takes between one minute and twelve hours.")


def demand_room(session: Session, room_id: int, *, clinic_id: int) -> None:
    """Check that a room is one of a clinic's, and in use.

    Raises:
        NotBookableError: it is not.
    """
    room = session.get(Room, room_id)
    if room is None or room.clinic_id != clinic_id or not room.is_active:
        raise NotBookableError("This room is not in use at this clinic. Please choose another.")


def fitting_room(
    session: Session, *, doctor_id: int, clinic_id: int, service_id: int
) -> int | None:
    """Give the room that a doctor uses at a clinic, None where there is none.

    Raises:
        NotBookableError: the doctor does not work there or does not give the service.
    """
    places = session.scalars(
        select(DoctorClinic.room_id)
        .join(Doctor, Doctor.id == DoctorClinic.doctor_id)
        .join(Clinic, Clinic.id == DoctorClinic.clinic_id)
        .where(
            DoctorClinic.doctor_id == doctor_id,
            DoctorClinic.clinic_id == clinic_id,
            Doctor.is_active,
            Clinic.is_active,
        )
    ).all()
    if not places:
        raise NotBookableError(
            "This doctor does not work at this clinic. Please choose another doctor or clinic."
        )
    if session.get(DoctorService, (doctor_id, service_id)) is None:
        raise NotBookableError(
            "This doctor does not give that service. Please choose another doctor or service."
        )
    return places[0]


def search_around(
    session: Session, wanted: Wanted, *, policy: BookingPolicy | None, now: datetime
) -> SlotSearch:
    """Read what decides about one wanted time, by the clinic's own policy if none is given.

    Raises:
        NotBookableError: the doctor does not work at the clinic.
    """
    span = bookable(policy or policy_of(session), now=now, not_before_at=now, length=wanted.length)
    search = read_search(
        session,
        clinic_ids=[wanted.clinic_id],
        doctor_ids=[wanted.doctor_id],
        length=wanted.length,
        span=span,
        now=now,
        hold_key=wanted.hold_key,
    )
    if not search.pairs:
        raise NotBookableError(
            "This doctor does not work at this clinic. Please choose another doctor or clinic."
        )
    return search


def for_standing(search: SlotSearch, wanted: Wanted) -> SlotSearch:
    """Give a search for a visit that has its start already, and keeps it.

    That the start has passed, lies off the step or is kept for the day itself does not count then.
    """
    start = utc_minute(wanted.starts_at)
    place = replace(search.places[wanted.clinic_id], step_minutes=1)
    return replace(
        search,
        places={**search.places, wanted.clinic_id: place},
        pairs=[replace(pair, same_day_places=0) for pair in search.pairs],
        from_minute=min(search.from_minute, start),
        until_minute=max(search.until_minute, start + 1),
    )


def demand_free(session: Session, wanted: Wanted, search: SlotSearch) -> None:
    """Check that a wanted time can be had.

    Raises:
        SlotTakenError: a visit or another desk is there, or the equipment is in use.
        TimeNotOfferedError: the clinic offers no visit then; the subclass tells why.
    """
    reason = reason_against(session, wanted, search)
    if reason is not None:
        raise refusal(session, reason, wanted, search)


def demand_free_or_reason(
    session: Session,
    wanted: Wanted,
    search: SlotSearch,
    *,
    reason: str,
    actor: Actor,
    is_standing: bool = False,
) -> str:
    """Check that a wanted time can be had, or may be booked over with a `reason`.

    Gives the reason where something is booked over, else "". With `is_standing` the visit has its
    start already, as `for_standing` says.

    Raises:
        SlotTakenError, TimeNotOfferedError: as in `demand_free`.
        AccessDeniedError: the person may not book over anything.
    """
    looked_at = for_standing(search, wanted) if is_standing else search
    against = reason_against(session, wanted, looked_at)
    if against is None:
        return ""
    error = refusal(session, against, wanted, search)
    if not reason.strip() or not error.can_overbook:
        raise error
    actor.demand(Action.OVERBOOK)
    return reason.strip()


def demand_patient_free(
    session: Session, wanted: Wanted, *, patient_id: int, is_accepted: bool
) -> None:
    """Check that a patient has no other visit then, unless that is accepted.

    Raises:
        PatientOverlapError: there is one.
    """
    if is_accepted:
        return
    session.execute(
        select(Patient.id).where(Patient.id == patient_id).with_for_update(key_share=True)
    ).all()
    other = overlapping_visit(
        session, patient_id=patient_id, visit=wanted.visit, leave_out=wanted.leave_out
    )
    if other is not None:
        start, end = (
            at.astimezone(ZoneInfo(other.time_zone)) for at in (other.starts_at, other.ends_at)
        )
        raise PatientOverlapError(
            f"The patient has a visit with {other.doctor_name} at {other.clinic_name} from "
            f"{start:%H:%M} to {end:%H:%M} that day. Book both only if that is meant.",
            other=other,
        )


def put(session: Session, appointment: Appointment, wanted: Wanted) -> None:
    """Set an appointment's place and times, with a free piece of the equipment it needs."""
    piece = _piece(session, wanted)
    appointment.equipment_id = piece
    appointment.clinic_id = wanted.clinic_id
    appointment.doctor_id = wanted.doctor_id
    appointment.room_id = wanted.room_id
    appointment.starts_at, appointment.ends_at = wanted.visit
    appointment.busy_from_at, appointment.busy_until_at = wanted.busy


def put_again(session: Session, appointment: Appointment) -> None:
    """Let an appointment that held no time stand where it stood, with a free piece if one is left.

    Where none is left it keeps its own piece, so that the database refuses it for that.
    """
    piece = appointment.equipment_id
    if piece is not None:
        put(session, appointment, standing(session, appointment))
        appointment.equipment_id = appointment.equipment_id or piece


def _piece(session: Session, wanted: Wanted) -> int | None:
    """Pick what a visit uses; one desk at a time picks of a kind."""
    kind = wanted.length.equipment_kind
    if not kind:
        return None
    pieces = select(Equipment.id).where(
        Equipment.clinic_id == wanted.clinic_id, Equipment.kind == kind
    )
    session.execute(pieces.order_by(Equipment.id).with_for_update(key_share=True)).all()
    starts_at, ends_at = wanted.visit
    return free_equipment(
        session,
        clinic_id=wanted.clinic_id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        leave_out=wanted.leave_out,
    )


def standing(session: Session, appointment: Appointment) -> Wanted:
    """Give what an appointment asks for where it stands."""
    return Wanted(
        appointment.clinic_id,
        appointment.doctor_id,
        appointment.room_id,
        appointment.starts_at,
        length_of(session, appointment),
        leave_out=appointment.id,
    )


def length_of(session: Session, appointment: Appointment) -> Length:
    """Give the length that an appointment has, whatever its service takes by now."""
    minute = timedelta(minutes=1)
    length = service_length(session, appointment.service_id, is_active=False) or Length(0)
    return replace(
        length,
        duration_minutes=(appointment.ends_at - appointment.starts_at) // minute,
        before_minutes=(appointment.starts_at - appointment.busy_from_at) // minute,
        after_minutes=(appointment.busy_until_at - appointment.ends_at) // minute,
    )


def is_taken(error: IntegrityError) -> bool:
    """Tell whether the database's own guard refused an overlap."""
    return violated(error) in (DOCTOR_TAKEN, ROOM_TAKEN, EQUIPMENT_TAKEN)
