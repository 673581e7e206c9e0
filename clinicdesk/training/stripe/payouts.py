"""Payouts: what was sent to the clinic's bank account."""

from datetime import timedelta

from clinicdesk.training.stripe.book import Book, Obj, new_id
from clinicdesk.training.stripe.calls import Call
from clinicdesk.training.stripe.lists import page

ON_ITS_WAY = timedelta(days=2)


def list_all(book: Book, call: Call) -> Obj:
    """List payouts, newest first."""
    return page(book, call, book.table("payouts").values(), "payout")


def add(book: Book, *, amount: int, currency: str, status: str, failure_code: str) -> Obj:
    """Send an amount to the bank."""
    return book.add(
        "payouts",
        {
            "id": new_id("po"),
            "object": "payout",
            "amount": amount,
            "arrival_date": book.now() + int(ON_ITS_WAY.total_seconds()),
            "automatic": True,
            "created": book.now(),
            "currency": currency,
            "failure_code": failure_code or None,
            "livemode": False,
            "metadata": {},
            "method": "standard",
            "reconciliation_status": "completed",
            "source_type": "card",
            "status": status,
            "type": "bank_account",
        },
    )
