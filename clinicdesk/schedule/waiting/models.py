"""The waiting list and its offers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice
from clinicdesk.schedule.waiting.records import OfferState, WishState


class WaitingWish(Base):
    """What a patient waits for."""

    __tablename__ = "waiting_wish"
    __table_args__ = (
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("until_minute > from_minute", name="minutes"),
        Index(None, "state", "created_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    clinic_id: Mapped[int | None] = mapped_column(ForeignKey("clinic.id"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    weekdays: Mapped[int]
    from_minute: Mapped[int]
    until_minute: Mapped[int]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    notice_minutes: Mapped[int]
    is_urgent: Mapped[bool]
    note: Mapped[str]
    state: Mapped[WishState] = mapped_column(Choice(WishState))
    version: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SlotOffer(Base):
    """A freed time offered for a wish."""

    __tablename__ = "slot_offer"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        Index(None, "doctor_id", "starts_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("waiting_wish.id"), index=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[OfferState] = mapped_column(Choice(OfferState))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
