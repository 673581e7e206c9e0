"""People who work at the clinics, their roles, and the doctors' places of work."""

from datetime import datetime

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.access import Role
from clinicdesk.database.base import STRICT, Base, Choice


class User(Base):
    """A person who signs in. Misses and the lock stand here so that a restart forgets nothing."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    is_active: Mapped[bool]
    missed_sign_ins: Mapped[int]
    locked_until_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class UserRole(Base):
    """One role of a person."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(Choice(Role), primary_key=True)


class Doctor(Base):
    """A practitioner who has a column in the calendar; `accent` numbers the column's colour."""

    __tablename__ = "doctor"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    display_name: Mapped[str]
    specialty_id: Mapped[int | None] = mapped_column(ForeignKey("specialty.id"))
    accent: Mapped[int]
    is_active: Mapped[bool]


class DoctorClinic(Base):
    """A doctor's place at a clinic, with the room usually used there.

    `same_day_places` visits of each day are offered only on the day itself.
    """

    __tablename__ = "doctor_clinic"
    __table_args__ = STRICT

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"), primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    same_day_places: Mapped[int] = mapped_column(server_default=text("0"))


class DoctorService(Base):
    """A service that a doctor gives."""

    __tablename__ = "doctor_service"

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
