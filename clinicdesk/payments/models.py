"""Payments, refunds and card readers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice, Json
from clinicdesk.payments.records import PaymentMethod, PaymentStatus, RefundStage


class CardReader(Base):
    """A card reader of a clinic, by its provider's id."""

    __tablename__ = "card_reader"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    provider_id: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    is_active: Mapped[bool]


class Payment(Base):
    """One attempt to take money, written before the reader is touched.

    `attempt_key` is a UUID and the provider's idempotency key. `tendered_minor` is the cash that
    was handed over. `refund_reserved_minor` counts every refund that has not failed; the CHECK
    makes an over-refund impossible whoever writes. One open attempt per invoice is a partial
    unique index.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("refund_reserved_minor BETWEEN 0 AND amount_minor", name="refunds"),
        Index(
            "uq_payment_open_attempt",
            "invoice_id",
            unique=True,
            sqlite_where=text("status IN ('pending', 'unknown')"),
            postgresql_where=text("status IN ('pending', 'unknown')"),
        ),
        Index(None, "invoice_id"),
        Index(None, "settled_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_key: Mapped[str] = mapped_column(unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    method: Mapped[PaymentMethod] = mapped_column(Choice(PaymentMethod))
    status: Mapped[PaymentStatus] = mapped_column(Choice(PaymentStatus))
    amount_minor: Mapped[int]
    refund_reserved_minor: Mapped[int]
    tendered_minor: Mapped[int | None]
    currency: Mapped[str]
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("card_reader.id"))
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    reader_commands: Mapped[int]
    card_brand: Mapped[str]
    card_last4: Mapped[str]
    card_receipt: Mapped[Any] = mapped_column(Json())
    failure_code: Mapped[str]
    desk: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    settled_at: Mapped[datetime | None]


class Refund(Base):
    """Money given back from one payment, written before the provider is asked.

    `has_bounced`: the bank sent it back after it had been accepted, and nobody has seen to it yet.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index(None, "payment_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_key: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[RefundStage] = mapped_column(Choice(RefundStage))
    provider_refund_id: Mapped[str | None] = mapped_column(unique=True)
    failure_code: Mapped[str]
    has_bounced: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    settled_at: Mapped[datetime | None]
