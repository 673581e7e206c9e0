"""Disruptions and their cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice, Json
from clinicdesk.schedule.disruption.records import CaseState


class Disruption(Base):
    """A doctor who is out from one instant to another, at a clinic or (with none) everywhere.

    `exception_ids` are those of the exceptions that close the doctor's hours meanwhile.
    """

    __tablename__ = "disruption"
    __table_args__ = (CheckConstraint("until_at > from_at", name="span"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"), index=True)
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    reason: Mapped[str]
    exception_ids: Mapped[Any] = mapped_column(Json())
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]


class DisruptionCase(Base):
    """A visit that a disruption touches, what was done about it, and the time proposed if any.

    `was_at` is when it was to begin, wherever it has gone since.
    """

    __tablename__ = "disruption_case"
    __table_args__ = STRICT

    disruption_id: Mapped[int] = mapped_column(ForeignKey("disruption.id"), primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    was_at: Mapped[datetime]
    state: Mapped[CaseState] = mapped_column(Choice(CaseState))
    note: Mapped[str]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str]
    proposed_doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id"))
    proposed_clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id"))
    proposed_at: Mapped[datetime | None]
