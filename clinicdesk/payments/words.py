"""Says in words how a payment stands: what a list, the journal and the foot of the window tell."""

from clinicdesk.payments.records import PaymentRecord, PaymentStatus
from clinicdesk.payments.rules import means_text

STATES = {
    PaymentStatus.PENDING: "Pending",
    PaymentStatus.UNKNOWN: "Not known yet",
    PaymentStatus.COMPLETED: "Completed",
    PaymentStatus.FAILED: "Failed",
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
        return f"{payment.amount} was charged to {means_text(payment)}."
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


def _at(payment: PaymentRecord) -> str:
    return f" at {payment.desk}" if payment.desk else ""
