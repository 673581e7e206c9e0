"""Decides what may be taken and given back, and what a card payment's state means to the desk."""

from clinicdesk.money import LARGEST_MINOR, Money
from clinicdesk.payments.gateway import IntentState, ReaderActionStatus, ReaderState, RefundStatus
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    MoreThanDueError,
    NothingDueError,
    RefundTooLargeError,
)
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, ReaderStep, RefundStage

CANCELLED_BY_PATIENT = "customer_canceled"
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
# What may be said aloud at a counter; of a lost or stolen card nothing is.
DECLINES = {
    "insufficient_funds": "There is not enough money on this card.",
    "expired_card": "This card has expired.",
    "incorrect_pin": "The PIN was not right.",
    "pin_try_exceeded": "The PIN was wrong too often.",
    "card_not_supported": "This card cannot be used for such a payment.",
    "currency_not_supported": "This card cannot pay in this currency.",
}
STAGES = {
    RefundStatus.SUCCEEDED: RefundStage.COMPLETED,
    RefundStatus.PENDING: RefundStage.PENDING,
    RefundStatus.FAILED: RefundStage.FAILED,
    RefundStatus.CANCELED: RefundStage.FAILED,
    RefundStatus.OTHER: RefundStage.UNKNOWN,
}
PLAIN_MEANS = {
    PaymentMethod.CASH: "cash",
    PaymentMethod.TRANSFER: "bank transfer",
    PaymentMethod.CHEQUE: "cheque",
}
CAN_TRY_AGAIN = frozenset(
    {ReaderStep.DECLINED, ReaderStep.CANCELLED_AT_READER, ReaderStep.NOT_SENT}
)


def check_amount(amount: Money, due: Money, *, keeps_surplus: bool = False) -> None:
    """Let pass an amount that may be taken for an invoice on which `due` is owed.

    With `keeps_surplus` it may be more than that.

    Raises:
        AmountInvalidError, NothingDueError, MoreThanDueError: as named.
    """
    _check_sane(amount, due.currency)
    if keeps_surplus:
        return
    if due.minor <= 0:
        raise NothingDueError
    if amount.minor > due.minor:
        raise MoreThanDueError(due)


def check_refund(amount: Money, left: Money) -> None:
    """Let pass a refund where `left` is what remains of the payment.

    Raises:
        AmountInvalidError, RefundTooLargeError: as named.
    """
    _check_sane(amount, left.currency)
    if amount.minor > left.minor:
        raise RefundTooLargeError(left)


def _check_sane(amount: Money, currency: str) -> None:
    if amount.currency != currency:
        raise AmountInvalidError(f"This invoice is in {currency}. Please enter an amount in it.")
    if amount.minor <= 0:
        raise AmountInvalidError
    if amount.minor > LARGEST_MINOR:
        raise AmountInvalidError("That amount is too large to be taken at once.")


def step_of(intent: IntentState, reader: ReaderState | None) -> ReaderStep:
    """Say what an intent that awaits a card means, with its reader as the hint.

    The reader's last action may be another payment's; None is a reader that nobody knows of.
    """
    if reader is None or reader.action_intent_id != intent.intent_id:
        return ReaderStep.NOT_SENT
    if reader.action_status is not ReaderActionStatus.FAILED:
        return ReaderStep.WAITING_FOR_CARD
    if reader.failure_code == CANCELLED_BY_PATIENT:
        return ReaderStep.CANCELLED_AT_READER
    return ReaderStep.DECLINED if intent.decline_code else ReaderStep.NOT_SENT


def sentence_of(step: ReaderStep, payment: PaymentRecord, *, decline_code: str = "") -> str:
    """Tell the desk what a step means and what to do next."""
    reader = payment.reader_label or "the card reader"
    sentences = {
        ReaderStep.PREPARING: "Getting the card reader ready.",
        ReaderStep.NOT_SENT: (
            f"{payment.amount} was not charged. Try again, or cancel this payment."
        ),
        ReaderStep.WAITING_FOR_CARD: f"Waiting for the card on {reader}.",
        ReaderStep.DECLINED: (
            f"{DECLINES.get(decline_code, 'The card was declined.')} Nothing was charged. "
            "Please ask for another card."
        ),
        ReaderStep.CANCELLED_AT_READER: (
            "Cancelled at the reader. Nothing was charged. Try again, or cancel this payment."
        ),
        ReaderStep.PAID: f"{payment.amount} paid with {means_text(payment)}.",
        ReaderStep.CANCELLED: "Cancelled. Nothing was charged.",
        ReaderStep.UNKNOWN: (
            "It is not known yet whether this payment went through. Please do not charge again; "
            "it is being checked."
        ),
    }
    return sentences[step]


def means_text(payment: PaymentRecord) -> str:
    """Give the means of a payment in words: "Visa •••• 4242"."""
    return means(payment.method, payment.card_brand, payment.card_last4)


def means(method: PaymentMethod, brand: str = "", last4: str = "") -> str:
    """Give a means of payment in words: "Visa •••• 4242", "cash"."""
    if method in PLAIN_MEANS:
        return PLAIN_MEANS[method]
    other = "payment link" if method is PaymentMethod.LINK else "card"
    name = BRANDS.get(brand, brand.replace("_", " ").title()) or other
    return f"{name} •••• {last4}" if last4 else name
