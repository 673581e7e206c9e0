"""Says what an appointment asks for when it is to stand elsewhere or take another time."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clinicdesk.schedule import placing
from clinicdesk.schedule.errors import NotBookableError, OffStepError
from clinicdesk.schedule.finding import service_length
from clinicdesk.schedule.models import Appointment
from clinicdesk.schedule.wanted import Wanted


def moved(
    session: Session,
    row: Appointment,
    *,
    doctor_id: int,
    starts_at: datetime,
    clinic_id: int | None = None,
) -> Wanted:
    """Give what an appointment asks for elsewhere; with another doctor or clinic in their room.

    Raises:
        NotBookableError: the doctor does not work there or does not give the service.
    """
    clinic_id, room_id = clinic_id or row.clinic_id, row.room_id
    if (clinic_id, doctor_id) != (row.clinic_id, row.doctor_id):
        room_id = placing.fitting_room(
            session, doctor_id=doctor_id, clinic_id=clinic_id, service_id=row.service_id
        )
    length = placing.length_of(session, row)
    return Wanted(clinic_id, doctor_id, room_id, starts_at, length, leave_out=row.id)


def resized(session: Session, row: Appointment, *, ends_at: datetime) -> Wanted:
    """Give what an appointment asks for with another end.

    Raises:
        OffStepError: it would end before it begins, or not on a whole minute.
        NotBookableError: it would take longer than a visit may.
    """
    if ends_at <= row.starts_at or ends_at.second or ends_at.microsecond:
        raise OffStepError("A visit ends after it begins. Please choose a later end.")
    minutes = (ends_at - row.starts_at) // timedelta(minutes=1)
    placing.demand_length(minutes)
    wanted = placing.standing(session, row)
    return replace(wanted, length=replace(wanted.length, duration_minutes=minutes))


def with_service(session: Session, row: Appointment, service_id: int) -> Wanted:
    """Give what an appointment asks for as a visit of another service, from the same start.

    Raises:
        NotBookableError: the service is no longer offered, or not by the doctor.
    """
    length = service_length(session, service_id)
    if length is None:
        raise NotBookableError("This service is no longer offered. Please choose another.")
    placing.fitting_room(
        session, doctor_id=row.doctor_id, clinic_id=row.clinic_id, service_id=service_id
    )
    return replace(placing.standing(session, row), length=length)


def changed(
    session: Session, row: Appointment, service_id: int | None, room_id: int | None
) -> Wanted:
    """Give what an appointment asks for with another service or room."""
    wanted = (
        with_service(session, row, service_id) if service_id else placing.standing(session, row)
    )
    return wanted if room_id is None else replace(wanted, room_id=room_id or None)
