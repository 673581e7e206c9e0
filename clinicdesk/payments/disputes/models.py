"""Disputes of card payments, as the provider last told of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base


class Dispute(Base):
    """A dispute; `status` is the provider's word, `payment_id` None for a payment unknown here.

    `withdrawn_minor` is what the ledger says was taken back and not returned.
    """

    __tablename__ = "dispute"
    __table_args__ = (Index(None, "payment_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    intent_id: Mapped[str]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    amount_minor: Mapped[int]
    withdrawn_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    is_refundable: Mapped[bool]
    due_by_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    seen_to_at: Mapped[datetime | None]
    seen_to_by: Mapped[str]
