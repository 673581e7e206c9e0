"""The kinds of paper."""

from enum import StrEnum


class Paper(StrEnum):
    """A kind of paper; each may have a printer of its own at each workstation."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    RECEIPT_ROLL = "receipt roll"
    REFUND_NOTE = "refund note"
    CREDIT_NOTE = "credit note"
    STATEMENT = "statement"
    PAYMENT_REMINDER = "payment reminder"
    TILL_SHEET = "till sheet"
