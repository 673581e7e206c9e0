"""What closes clinics and blocks time, and how long the way between clinics takes."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.schedule.hours.records import ClosureKind

_MINUTES = (
    "starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute <= 2880"
)


class ClinicClosure(Base):
    """Days, or a part of days, on which a clinic (or with no clinic every one) sees nobody."""

    __tablename__ = "clinic_closure"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint("(starts_minute IS NULL) = (ends_minute IS NULL)", name="minutes"),
        Index(None, "from_on", "until_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id"))
    kind: Mapped[ClosureKind] = mapped_column(Choice(ClosureKind))
    from_on: Mapped[date]
    until_on: Mapped[date]
    starts_minute: Mapped[int | None]
    ends_minute: Mapped[int | None]
    reason: Mapped[str]


class BlockType(Base):
    """A kind of blocked time; a hard one takes no visit, a soft one only certain services."""

    __tablename__ = "block_type"
    __table_args__ = STRICT

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_hard: Mapped[bool]
    is_active: Mapped[bool]


class BlockTypeService(Base):
    """A service that may be booked within the blocks of a soft type."""

    __tablename__ = "block_type_service"
    __table_args__ = STRICT

    block_type_id: Mapped[int] = mapped_column(ForeignKey("block_type.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)


class CalendarBlock(Base):
    """Blocked time of a doctor, a room, or (with neither) a whole clinic, in its wall time.

    It recurs on the weekdays of `weekdays` (bit 0 for Monday) in every n-th week from the one of
    `from_on`, until `until_on`.
    """

    __tablename__ = "calendar_block"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("every_weeks BETWEEN 1 AND 52", name="every_weeks"),
        CheckConstraint(_MINUTES, name="minutes"),
        CheckConstraint("doctor_id IS NULL OR room_id IS NULL", name="owner"),
        Index(None, "clinic_id", "from_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    block_type_id: Mapped[int] = mapped_column(ForeignKey("block_type.id"))
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    weekdays: Mapped[int]
    every_weeks: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    note: Mapped[str]
    version: Mapped[int]


class TravelTime(Base):
    """How long the way between two clinics takes, stored once for both directions."""

    __tablename__ = "travel_time"
    __table_args__ = (
        CheckConstraint("clinic_id < other_clinic_id", name="once"),
        CheckConstraint("minutes BETWEEN 0 AND 600", name="minutes"),
        STRICT,
    )

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    other_clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    minutes: Mapped[int]
