"""Reads appointments as plain records; calendar rows come as tuples, never as entities."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import CursorResult, Dialect, Select, bindparam, column, func, select, table
from sqlalchemy.orm import Session

from clinicdesk.clinics.models import Clinic, Equipment, Room, Service
from clinicdesk.database.base import Instant
from clinicdesk.patients.models import Patient
from clinicdesk.schedule.busy import (
    BUSY_COLUMNS,
    LONGEST,
    VISIT_COLUMNS,
    overlapping,
    span_values,
)
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.records import (
    BLOCKING,
    AppointmentDetails,
    AppointmentId,
    AppointmentStatus,
    CalendarAppointment,
)
from clinicdesk.schedule.wanted import Wanted
from clinicdesk.staff.models import Doctor

_STATUSES = {status.value: status for status in AppointmentStatus}
_Query = Select[*tuple[Any, ...]]
# Invoices stand a floor above; of them only the key is shown here.
_INVOICE = table("invoice", column("id"), column("appointment_id"))

_A, _P = Appointment.__table__.c, Patient.__table__.c
# Built once, of the tables' columns: the day view is asked for with every key and every change.
_CALENDAR = (
    select(
        _A.id,
        _A.clinic_id,
        _A.doctor_id,
        _A.patient_id,
        _P.given_name,
        _P.family_name,
        Service.__table__.c.name,
        _A.status,
        _A.starts_at,
        _A.ends_at,
        _A.is_overbooked,
        _A.version,
        _A.room_id,
        _A.series_id,
        _A.holds_slot,
        _A.note != "",
    )
    # The names come from an index that holds nothing else (see Patient).
    .with_hint(Patient.__table__, "INDEXED BY ix_patient_shown", "sqlite")
    .join_from(Appointment.__table__, Patient.__table__)
    .join(Service.__table__, Service.__table__.c.id == _A.service_id)
    .order_by(_A.starts_at, _A.id)
)
_OF_CLINIC = _CALENDAR.where(
    _A.clinic_id == bindparam("clinic_id"),
    _A.starts_at >= bindparam("from_at"),
    _A.starts_at < bindparam("until_at"),
)
_OF_CLINIC_DOCTORS = _OF_CLINIC.where(_A.doctor_id.in_(bindparam("doctor_ids", expanding=True)))
_OF_DOCTORS = _CALENDAR.where(
    _A.doctor_id.in_(bindparam("doctor_ids", expanding=True)),
    _A.starts_at >= bindparam("from_at"),
    _A.starts_at < bindparam("until_at"),
)
_OF_DOCTOR = _CALENDAR.where(_A.doctor_id == bindparam("doctor_id"), *overlapping(*BUSY_COLUMNS))
_OF_ROOM = _CALENDAR.where(_A.room_id == bindparam("room_id"), *overlapping(*VISIT_COLUMNS))
_DETAILS = (
    select(
        Appointment.id,
        Appointment.version,
        Appointment.clinic_id,
        Clinic.name,
        Clinic.time_zone,
        Appointment.doctor_id,
        Doctor.display_name,
        func.coalesce(Room.name, ""),
        Appointment.patient_id,
        Appointment.service_id,
        Service.name,
        Appointment.status,
        Appointment.starts_at,
        Appointment.ends_at,
        Appointment.is_overbooked,
        Appointment.note,
        Appointment.arrived_at,
        Appointment.in_room_at,
        Appointment.completed_at,
        _INVOICE.c.id,
        Appointment.room_id,
        func.coalesce(Equipment.name, ""),
        Appointment.series_id,
        Appointment.overbooked_reason,
        Appointment.cancelled_by,
        Appointment.cancelled_at,
        Appointment.is_late_cancellation,
        Appointment.is_walk_in,
        Appointment.called_in_at,
        Appointment.ended_reason,
        Appointment.created_at,
    )
    .join(Clinic, Clinic.id == Appointment.clinic_id)
    .join(Doctor, Doctor.id == Appointment.doctor_id)
    .join(Service, Service.id == Appointment.service_id)
    .outerjoin(Room, Room.id == Appointment.room_id)
    .outerjoin(Equipment, Equipment.id == Appointment.equipment_id)
    .outerjoin(_INVOICE, _INVOICE.c.appointment_id == Appointment.id)
    .order_by(Appointment.starts_at, Appointment.id)
)


def appointments_of_clinic(
    session: Session,
    *,
    clinic_id: int,
    from_at: datetime,
    until_at: datetime,
    doctor_ids: Collection[int] | None = None,
) -> tuple[CalendarAppointment, ...]:
    """List what begins at a clinic in [from_at, until_at), in every state, by start."""
    values: dict[str, Any] = {"clinic_id": clinic_id, "from_at": from_at, "until_at": until_at}
    if doctor_ids is None:
        return _calendar(session, _OF_CLINIC, values)
    return _calendar(session, _OF_CLINIC_DOCTORS, values | {"doctor_ids": list(doctor_ids)})


def appointments_of_doctor(
    session: Session, *, doctor_id: int, from_at: datetime, until_at: datetime
) -> tuple[CalendarAppointment, ...]:
    """List what holds a doctor's time and begins in [from_at, until_at) at any clinic."""
    found = _calendar(
        session, _OF_DOCTOR, {"doctor_id": doctor_id, **span_values(from_at, until_at)}
    )
    return tuple(one for one in found if from_at <= one.starts_at < until_at)


def appointments_of_doctors(
    session: Session, *, doctor_ids: Collection[int], from_at: datetime, until_at: datetime
) -> tuple[CalendarAppointment, ...]:
    """List what begins at any clinic in [from_at, until_at) with some doctors, in every state."""
    values = {"doctor_ids": list(doctor_ids), "from_at": from_at, "until_at": until_at}
    return _calendar(session, _OF_DOCTORS, values)


def details(session: Session, appointment_id: int) -> AppointmentDetails | None:
    """Give one appointment, or None."""
    found = _detailed(session, _DETAILS.where(Appointment.id == appointment_id))
    return found[0] if found else None


def details_by_key(session: Session, request_key: str) -> AppointmentDetails | None:
    """Give the appointment that a booking dialog made, or None."""
    found = _detailed(session, _DETAILS.where(Appointment.request_key == request_key))
    return found[0] if found else None


def details_of_patient(session: Session, patient_id: int) -> tuple[AppointmentDetails, ...]:
    """List a patient's appointments in every state, the earliest first."""
    return _detailed(session, _DETAILS.where(Appointment.patient_id == patient_id))


def details_of_clinic(
    session: Session, *, clinic_id: int, from_at: datetime, until_at: datetime
) -> tuple[AppointmentDetails, ...]:
    """List what begins at a clinic in [from_at, until_at), the earliest first."""
    return _detailed(
        session,
        _DETAILS.where(
            Appointment.clinic_id == clinic_id,
            Appointment.starts_at >= from_at,
            Appointment.starts_at < until_at,
        ),
    )


def holder(
    session: Session,
    *,
    doctor_id: int,
    room_id: int | None,
    busy: tuple[datetime, datetime],
    visit: tuple[datetime, datetime],
    leave_out: int | None = None,
) -> CalendarAppointment | None:
    """Give the first appointment in the way: of the doctor in `busy`, of the room in `visit`."""
    values = {"doctor_id": doctor_id, **span_values(*busy, leave_out=leave_out)}
    found = _calendar(session, _OF_DOCTOR, values)
    if not found and room_id is not None:
        values = {"room_id": room_id, **span_values(*visit, leave_out=leave_out)}
        found = _calendar(session, _OF_ROOM, values)
    return found[0] if found else None


def rival_requests(session: Session, wanted: Wanted) -> tuple[CalendarAppointment, ...]:
    """List the requests for a doctor's time that hold nothing, the earliest first."""
    begin, end = wanted.busy
    query = _CALENDAR.where(
        _A.doctor_id == wanted.doctor_id,
        _A.status == AppointmentStatus.REQUESTED,
        ~_A.holds_slot,
        _A.busy_from_at > begin - LONGEST,
        _A.busy_from_at < end,
        _A.busy_until_at > begin,
        _A.id != (wanted.leave_out or 0),
    )
    return _calendar(session, query, {})


def _calendar(
    session: Session, query: _Query, values: dict[str, Any]
) -> tuple[CalendarAppointment, ...]:
    """Make records straight from the driver's rows: a day has hundreds, at few different times."""
    result = cast("CursorResult[Any]", session.execute(query, values))
    at = _instant_reader(session.get_bind().dialect)
    return tuple(
        CalendarAppointment(
            AppointmentId(number),
            clinic_id,
            doctor_id,
            patient_id,
            f"{given} {family}".strip(),
            service,
            _STATUSES[status],
            at(starts),
            at(ends),
            bool(overbooked),
            version,
            room_id,
            series_id,
            bool(holds),
            bool(noted),
        )
        for (
            number, clinic_id, doctor_id, patient_id, given, family, service, status, starts, ends,
            overbooked, version, room_id, series_id, holds, noted,
        ) in result.cursor.fetchall()
    )  # fmt: skip


def _instant_reader(dialect: Dialect) -> Callable[[Any], datetime]:
    """Give what turns the driver's value of an instant into it, once for each value."""
    convert = cast("Callable[[Any], datetime]", Instant().result_processor(dialect, None))
    return lru_cache(maxsize=None)(convert)


def _detailed(session: Session, query: _Query) -> tuple[AppointmentDetails, ...]:
    return tuple(AppointmentDetails(*row) for row in session.execute(query))


def overlapping_visit(
    session: Session, *, patient_id: int, visit: tuple[datetime, datetime], leave_out: int | None
) -> AppointmentDetails | None:
    """Give a live visit of a patient that overlaps [start, end), or None."""
    start, end = visit
    found = _detailed(
        session,
        _DETAILS.where(
            Appointment.patient_id == patient_id,
            Appointment.status.in_(BLOCKING),
            Appointment.starts_at > start - LONGEST,
            Appointment.starts_at < end,
            Appointment.ends_at > start,
            Appointment.id != (leave_out or 0),
        ),
    )
    return found[0] if found else None
