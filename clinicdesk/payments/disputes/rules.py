"""What the provider's words about a dispute mean (https://docs.stripe.com/disputes/how-disputes-work)."""

LOST = "lost"
CLOSED = frozenset({"won", LOST, "warning_closed", "prevented"})
NEEDS_ANSWER = frozenset({"needs_response", "warning_needs_response", "appeal_needs_response"})
STATES = {
    "needs_response": "Answer needed",
    "under_review": "With the bank",
    "won": "Won",
    LOST: "Lost",
    "warning_needs_response": "Inquiry: answer needed",
    "warning_under_review": "Inquiry with the bank",
    "warning_closed": "Inquiry closed",
    "appeal_needs_response": "Appeal: answer needed",
    "appeal_under_review": "Appeal with the bank",
    "prevented": "Prevented",
}
REASONS = {
    "bank_cannot_process": "The bank could not process it",
    "check_returned": "The cheque was returned",
    "credit_not_processed": "A promised refund did not come",
    "customer_initiated": "The cardholder asked the bank",
    "debit_not_authorized": "The debit was not authorised",
    "duplicate": "Charged twice",
    "fraudulent": "The cardholder does not know of it",
    "general": "No reason was given",
    "incorrect_account_details": "Wrong account details",
    "insufficient_funds": "Not enough money on the account",
    "product_not_received": "The service was not received",
    "product_unacceptable": "The service was not as described",
    "subscription_canceled": "It had been cancelled",
    "unrecognized": "The cardholder does not recognise it",
}


def state_text(status: str) -> str:
    """Say where a dispute stands; a word that is new to this version is shown as it is."""
    return STATES.get(status, _plain(status))


def reason_text(reason: str) -> str:
    """Say what the cardholder told the bank."""
    return REASONS.get(reason, _plain(reason))


def asks_attention(status: str, *, is_seen_to: bool) -> bool:
    """Tell whether somebody has to answer it, or has not yet taken note that it was lost."""
    return status in NEEDS_ANSWER or (status == LOST and not is_seen_to)


def _plain(word: str) -> str:
    return word.replace("_", " ").capitalize()
