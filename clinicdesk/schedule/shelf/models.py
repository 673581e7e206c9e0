"""The shelf that all desks share."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base


class ShelfRow(Base):
    """A card on the shelf; an appointment lies there once at most."""

    __tablename__ = "shelf_card"
    __table_args__ = STRICT

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id"))
    note: Mapped[str]
    put_by: Mapped[str]
    put_at: Mapped[datetime]
