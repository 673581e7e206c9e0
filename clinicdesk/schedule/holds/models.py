"""Soft holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base


class SlotHold(Base):
    """A time that a desk is about to book; it counts for nothing once it has expired."""

    __tablename__ = "slot_hold"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        Index(None, "doctor_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_key: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str]
    desk: Mapped[str]
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    expires_at: Mapped[datetime]
