"""Says in words how a payment stands: what a list, the journal and the foot of the window tell."""

from clinicdesk.money import Money
from clinicdesk.payments.records import (
    AT_PROVIDER,
    LinkState,
    PaymentMethod,
    PaymentRecord,
    PaymentStatus,
    RefundStage,
)
from clinicdesk.payments.rules import means_text

STATES = {
    PaymentStatus.PENDING: "Pending",
    PaymentStatus.UNKNOWN: "Not known yet",
    PaymentStatus.COMPLETED: "Completed",
    PaymentStatus.FAILED: "Failed",
}

REFUND_STATES = {
    RefundStage.PENDING: "On its way",
    RefundStage.UNKNOWN: "Not known yet",
    RefundStage.COMPLETED: "Given back",
    RefundStage.FAILED: "Not given back",
}
LINK_STATES = {
    LinkState.NEW: "Being made",
    LinkState.OPEN: "Can be paid",
    LinkState.CLOSING: "Being closed",
    LinkState.CLOSED: "Closed",
    LinkState.PAID: "Paid",
}


def state_word(payment: PaymentRecord) -> str:
    """Give a payment's state in a word or two; what was given back counts too."""
    if payment.is_refunded:
        return "Refunded"
    if payment.status is PaymentStatus.COMPLETED and payment.refunded.minor:
        return "Part refunded"
    return STATES[payment.status]


def verdict(payment: PaymentRecord) -> str:
    """Say whether a payment took money: "£95.00 was charged to Visa •••• 4242."."""
    if payment.status is PaymentStatus.COMPLETED:
        return f"{payment.amount} {_moved(payment)}."
    if payment.status is PaymentStatus.FAILED:
        return f"{payment.amount} was not charged."
    if payment.status is PaymentStatus.UNKNOWN:
        return (
            f"It is not known yet whether {payment.amount} was charged. Please do not charge "
            "again; it is being checked."
        )
    return f"A payment of {payment.amount} is in progress{_at(payment)}."


def found_out(payment: PaymentRecord) -> str:
    """Say what became of a payment that nobody was watching any more, and whose it is."""
    return f"{payment.invoice_number}, {payment.patient_name}: {verdict(payment)}"


def refund_verdict(
    amount: Money, stage: RefundStage, means_words: str, *, has_bounced: bool
) -> str:
    """Say whether a refund gave the money back: "£30.00 was given back to Visa •••• 4242."."""
    if has_bounced:
        return f"{amount} came back from the bank: give it to the patient another way."
    if stage is RefundStage.COMPLETED:
        return f"{amount} was given back to {means_words}."
    if stage is RefundStage.FAILED:
        return f"{amount} was not given back."
    if stage is RefundStage.PENDING:
        return f"{amount} is on its way back to {means_words}."
    return f"It is not known yet whether {amount} was given back; it is being checked."


def link_verdict(amount: Money, state: LinkState) -> str:
    """Say what can be done, or was done, by a payment link."""
    sentences = {
        LinkState.NEW: f"The link for {amount} is being made, or its answer was lost.",
        LinkState.OPEN: f"{amount} can be paid by this link until it is closed.",
        LinkState.CLOSING: f"The link for {amount} is being closed; it may still be paid.",
        LinkState.CLOSED: f"Nothing more can be paid by the link for {amount}.",
        LinkState.PAID: f"{amount} was paid by this link.",
    }
    return sentences[state]


def _moved(payment: PaymentRecord) -> str:
    if payment.method is PaymentMethod.CASH:
        return "was paid in cash"
    if payment.method not in AT_PROVIDER:
        return f"was paid by {means_text(payment)}"
    return f"was charged to {means_text(payment)}"


def _at(payment: PaymentRecord) -> str:
    return f" at {payment.desk}" if payment.desk else ""
