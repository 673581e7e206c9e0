"""Hours and appointments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.clinics.models import Equipment
from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.schedule.records import AppointmentStatus, CancelledBy, ExceptionKind
from clinicdesk.schedule.series.models import AppointmentSeries


class Availability(Base):
    """Hours of a doctor at a clinic on a weekday of every n-th week, in the clinic's wall time.

    Weeks are counted from the one that holds `valid_from_on`.
    """

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts_minute BETWEEN 0 AND 1439", name="start"),
        CheckConstraint("ends_minute > starts_minute AND ends_minute <= 2880", name="end"),
        Index(None, "doctor_id", "clinic_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    weekday: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    valid_from_on: Mapped[date]
    valid_until_on: Mapped[date | None]
    every_weeks: Mapped[int] = mapped_column(server_default=text("1"))


class AvailabilityException(Base):
    """A change of hours on some days: closed, replaced or added."""

    __tablename__ = "availability_exception"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint(
            "(starts_minute IS NULL) = (ends_minute IS NULL)"
            " AND (kind = 'closed' OR starts_minute IS NOT NULL)",
            name="minutes",
        ),
        Index(None, "doctor_id", "from_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id"))
    kind: Mapped[ExceptionKind] = mapped_column(Choice(ExceptionKind))
    from_on: Mapped[date]
    until_on: Mapped[date]
    starts_minute: Mapped[int | None]
    ends_minute: Mapped[int | None]
    reason: Mapped[str]


class Appointment(Base):
    """A visit agreed with a patient: [starts_at, ends_at); with buffers, its busy span.

    `holds_slot` is the database's copy of "its status is a blocking one"; the guard in `guard.py`
    lets no two rows that hold a slot overlap for one doctor, room or piece of equipment.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("busy_from_at <= starts_at AND busy_until_at >= ends_at", name="busy"),
        Index(
            "ix_appointment_doctor_busy",
            "doctor_id",
            "busy_from_at",
            "busy_until_at",
            sqlite_where=text("holds_slot = 1"),
            postgresql_where=text("holds_slot"),
        ),
        Index(
            "ix_appointment_room_starts",
            "room_id",
            "starts_at",
            "ends_at",
            sqlite_where=text("holds_slot = 1"),
            postgresql_where=text("holds_slot"),
        ),
        Index(
            "ix_appointment_equipment_starts",
            "equipment_id",
            "starts_at",
            "ends_at",
            sqlite_where=text("holds_slot = 1"),
            postgresql_where=text("holds_slot"),
        ),
        Index("ix_appointment_clinic_starts", "clinic_id", "starts_at"),
        Index("ix_appointment_patient_starts", "patient_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    status: Mapped[AppointmentStatus] = mapped_column(Choice(AppointmentStatus))
    holds_slot: Mapped[bool]
    is_overbooked: Mapped[bool]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from_at: Mapped[datetime]
    busy_until_at: Mapped[datetime]
    note: Mapped[str]
    arrived_at: Mapped[datetime | None]
    in_room_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    ended_reason: Mapped[str]
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey(Equipment.id))
    series_id: Mapped[int | None] = mapped_column(ForeignKey(AppointmentSeries.id), index=True)
    overbooked_reason: Mapped[str] = mapped_column(server_default="")
    cancelled_by: Mapped[CancelledBy | None] = mapped_column(Choice(CancelledBy))
    cancelled_at: Mapped[datetime | None]
    is_late_cancellation: Mapped[bool] = mapped_column(server_default=false())
    is_walk_in: Mapped[bool] = mapped_column(server_default=false())
    called_in_at: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
