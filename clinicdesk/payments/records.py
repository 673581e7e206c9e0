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
    CHEQUE = "cheque"
    LINK = "payment link"


class PaymentStatus(StrEnum):
    """Where an attempt stands. PENDING and UNKNOWN block a second attempt for the invoice."""

    PENDING = "pending"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"


class LinkState(StrEnum):
    """Where a payment link stands. NEW is not known to the provider yet, or its answer was lost.

    CLOSING is to be closed at the provider and may still be paid until that is done.
    """

    NEW = "new"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PAID = "paid"


class RefundStage(StrEnum):
    """Where a refund stands. All but FAILED count as given back."""

    PENDING = "pending"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"


OPEN = frozenset({PaymentStatus.PENDING, PaymentStatus.UNKNOWN})
AT_PROVIDER = frozenset({PaymentMethod.CARD, PaymentMethod.LINK})
"""What the card provider moves, so that it is asked for refunds too."""


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """A card reader that can be chosen."""

    id: int
    clinic_id: int
    label: str


@dataclass(frozen=True, slots=True)
class ShareRecord:
    """What one invoice gets of a payment."""

    invoice_id: int
    invoice_number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """One payment or attempt.

    `invoice_id` is its main invoice; `shares` are of the others that it is for. `reference` is what
    stands on a cheque or transfer.

    `refundable` is what may still be given back. `failure_code` is why the last card was refused
    while the attempt goes on, and why it failed when it is over. `change` is what a person who paid
    cash got back. `card_receipt` holds the fields that card networks want on a receipt.
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
    reader_label: str = ""
    change: Money | None = None
    card_receipt: tuple[tuple[str, str], ...] = ()
    shares: tuple[ShareRecord, ...] = ()
    reference: str = ""

    @property
    def is_refunded(self) -> bool:
        """Whether all of it was given back."""
        return self.status is PaymentStatus.COMPLETED and self.refunded == self.amount


class ReaderStep(StrEnum):
    """What the desk is told while a card is being taken.

    NOT_SENT: nothing was charged and no reader asks for a card; it can be tried again or cancelled.
    """

    PREPARING = "preparing"
    NOT_SENT = "not sent"
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
    """One refund.

    One that `has_bounced` came back days after it was accepted: the patient still has to get the
    money in another way.
    """

    id: int
    payment_id: int
    invoice_id: int
    invoice_number: str
    amount: Money
    reason: str
    status: RefundStage
    created_at: datetime
    failure_code: str = ""
    has_bounced: bool = False
    was_made_elsewhere: bool = False
