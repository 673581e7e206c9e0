"""Payments and refunds as screens see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.money import Money


class PaymentMethod(StrEnum):
    """How the money comes."""

    CARD = "card"
    CASH = "cash"
    TRANSFER = "transfer"


class PaymentStatus(StrEnum):
    """Where an attempt stands. PENDING and UNKNOWN block a second attempt for the invoice."""

    PENDING = "pending"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"


class RefundStage(StrEnum):
    """Where a refund stands. All but FAILED count as given back."""

    PENDING = "pending"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"


OPEN = frozenset({PaymentStatus.PENDING, PaymentStatus.UNKNOWN})


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """A card reader that can be chosen."""

    id: int
    clinic_id: int
    label: str


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """One payment or attempt.

    `refundable` is what may still be given back. `decline_code` is why the last card was refused
    while the attempt goes on.
    """

    id: int
    invoice_id: int
    invoice_number: str
    patient_name: str
    method: PaymentMethod
    status: PaymentStatus
    amount: Money
    refunded: Money
    refundable: Money
    card_brand: str
    card_last4: str
    failure_code: str
    desk: str
    created_at: datetime
    settled_at: datetime | None


class ReaderStep(StrEnum):
    """What the desk is told while a card is being taken."""

    PREPARING = "preparing"
    WAITING_FOR_CARD = "waiting for card"
    DECLINED = "declined"
    CANCELLED_AT_READER = "cancelled at reader"
    PAID = "paid"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CardProgress:
    """The state of a running card payment: the payment, what to show and why."""

    payment: PaymentRecord
    step: ReaderStep
    sentence: str


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """One refund."""

    id: int
    payment_id: int
    invoice_number: str
    amount: Money
    reason: str
    status: RefundStage
    created_at: datetime
