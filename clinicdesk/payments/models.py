"""Payments, refunds and card readers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.database.base import STRICT, Base, Choice, Json
from clinicdesk.payments.records import LinkState, PaymentMethod, PaymentStatus, RefundStage


class CardReader(Base):
    """A card reader of a clinic, by its provider's id."""

    __tablename__ = "card_reader"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"))
    provider_id: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    is_active: Mapped[bool]
    device_type: Mapped[str] = mapped_column(server_default="")
    location_id: Mapped[str] = mapped_column(server_default="")


class PaymentLink(Base):
    """A page at the provider on which an invoice can be paid; written before it is asked for.

    One live link per invoice is a partial unique index.
    """

    __tablename__ = "payment_link"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index(
            "uq_payment_link_live",
            "invoice_id",
            unique=True,
            sqlite_where=text("state IN ('new', 'open', 'closing')"),
            postgresql_where=text("state IN ('new', 'open', 'closing')"),
        ),
        Index(None, "invoice_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    link_key: Mapped[str] = mapped_column(unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[LinkState] = mapped_column(Choice(LinkState))
    provider_link_id: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str]
    desk: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]


class Payment(Base):
    """One attempt to take money, written before the reader is touched.

    `attempt_key` is a UUID and the provider's idempotency key. `tendered_minor` is the cash that
    was handed over. `reference` is what stands on a cheque or transfer. One that
    `was_made_elsewhere` was found at the provider and taken over. `refund_reserved_minor` counts
    every refund that has not failed; the CHECK makes an over-refund impossible whoever writes. One
    open attempt per invoice is a partial unique index.
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
    reference: Mapped[str] = mapped_column(server_default="")
    link_id: Mapped[int | None] = mapped_column(ForeignKey("payment_link.id"))
    was_made_elsewhere: Mapped[bool] = mapped_column(server_default=false())


class PaymentShare(Base):
    """What a payment brings to an invoice beside its main one; the rest is the main one's."""

    __tablename__ = "payment_share"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"), STRICT)

    payment_id: Mapped[int] = mapped_column(
        ForeignKey("payment.id"), primary_key=True, autoincrement=False
    )
    invoice_id: Mapped[int] = mapped_column(
        ForeignKey("invoice.id"), primary_key=True, autoincrement=False, index=True
    )
    amount_minor: Mapped[int]


class PaymentClaim(Base):
    """An invoice that an open attempt covers: the key lets no second attempt cover it.

    It comes with the attempt and goes with its outcome.
    """

    __tablename__ = "payment_claim"
    __table_args__ = (STRICT,)

    invoice_id: Mapped[int] = mapped_column(
        ForeignKey("invoice.id"), primary_key=True, autoincrement=False
    )
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)


class Refund(Base):
    """Money given back from one payment, written before the provider is asked.

    `has_bounced`: the bank sent it back after it had been accepted, and nobody has seen to it yet.
    `approved_by` names the second person where one was needed.
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
    approved_by: Mapped[str] = mapped_column(server_default="")
    was_made_elsewhere: Mapped[bool] = mapped_column(server_default=false())
