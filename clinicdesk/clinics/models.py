"""Clinics, their rooms, what they offer and at what price."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.money import TaxMode


class Clinic(Base):
    """A place where patients are seen; its zone decides what "today" means there."""

    __tablename__ = "clinic"
    __table_args__ = (CheckConstraint("step_minutes IN (5, 10, 15, 20, 30)", name="step"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str]
    currency: Mapped[str]
    country: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    tax_number: Mapped[str]
    bank_details: Mapped[str]
    invoice_prefix: Mapped[str]
    step_minutes: Mapped[int]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]
    holiday_region: Mapped[str] = mapped_column(server_default="")
    is_active: Mapped[bool]


class Room(Base):
    """A consulting room of a clinic."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("clinic_id", "name"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    name: Mapped[str]
    is_active: Mapped[bool]


class Equipment(Base):
    """A thing that a service needs and one visit uses at a time, of a kind such as ECG."""

    __tablename__ = "equipment"
    __table_args__ = (UniqueConstraint("clinic_id", "name"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    kind: Mapped[str]
    name: Mapped[str]
    is_active: Mapped[bool]


class Specialty(Base):
    """A field of medicine."""

    __tablename__ = "specialty"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Service(Base):
    """What can be booked: its length, buffers and price; `tax_mode` says how tax stands to it."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 5 AND 720", name="duration"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="tax"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    specialty_id: Mapped[int | None] = mapped_column(ForeignKey("specialty.id"))
    duration_minutes: Mapped[int]
    buffer_before_minutes: Mapped[int]
    buffer_after_minutes: Mapped[int]
    price_minor: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int]
    tax_mode: Mapped[TaxMode] = mapped_column(Choice(TaxMode), server_default="inclusive")
    minimum_notice_minutes: Mapped[int | None]
    horizon_days: Mapped[int | None]
    equipment_kind: Mapped[str] = mapped_column(server_default="")
    is_active: Mapped[bool]
