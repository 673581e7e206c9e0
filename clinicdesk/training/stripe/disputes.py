"""Disputes: a bank takes a charge's money back, and returns it or not."""

from datetime import timedelta

from clinicdesk.training.stripe.book import Book, Obj, new_id
from clinicdesk.training.stripe.calls import Call, RefusalError, missing
from clinicdesk.training.stripe.intents import find as find_intent
from clinicdesk.training.stripe.lists import expanded, page

INQUIRY = "warning_needs_response"
ANSWERABLE = frozenset({"needs_response", INQUIRY, "appeal_needs_response"})
TIME_TO_ANSWER = timedelta(days=9)
FEE = 2000


def list_all(book: Book, call: Call) -> Obj:
    """List disputes, newest first, of one charge or intent if asked."""
    chosen = [
        dispute
        for dispute in book.table("disputes").values()
        if all(
            dispute[name] == call.params[name]
            for name in ("payment_intent", "charge")
            if name in call.params
        )
    ]
    return page(book, call, chosen, "dispute")


def retrieve(book: Book, call: Call) -> Obj:
    """Read a dispute."""
    return expanded(book, _find(book, call.ids[0]), call.expands())


def close(book: Book, call: Call) -> Obj:
    """Give a dispute up."""
    dispute = _find(book, call.ids[0])
    if dispute["status"] not in ANSWERABLE:
        raise RefusalError(f"This dispute is already {dispute['status']}.", stored=True)
    end(book, dispute["id"], status="lost")
    return dispute


def open_dispute(
    book: Book, intent_id: str, *, amount: int | None, reason: str, is_inquiry: bool
) -> Obj:
    """Let a cardholder dispute what an intent took; with an inquiry no money moves yet."""
    charge = book.table("charges")[find_intent(book, intent_id, "intent")["latest_charge"]]
    due_by = book.now() + int(TIME_TO_ANSWER.total_seconds())
    dispute = {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": amount or charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": book.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": is_inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": intent_id,
        "reason": reason,
        "status": INQUIRY if is_inquiry else "needs_response",
    }
    charge["disputed"] = True
    book.add("disputes", dispute)
    book.note("charge.dispute.created", dispute)
    if not is_inquiry:
        withdraw(book, dispute["id"])
    return dispute


def withdraw(book: Book, dispute_id: str) -> None:
    """Let the bank take the amount out of the balance."""
    dispute = _find(book, dispute_id)
    dispute["is_charge_refundable"] = False
    dispute["balance_transactions"].append(_transaction(book, dispute, -dispute["amount"], FEE))
    book.note("charge.dispute.funds_withdrawn", dispute)


def end(book: Book, dispute_id: str, *, status: str) -> None:
    """Let a dispute end; one that is "won" brings back what was taken."""
    dispute = _find(book, dispute_id)
    dispute["status"] = status
    if status == "won" and len(dispute["balance_transactions"]) % 2:
        dispute["balance_transactions"].append(_transaction(book, dispute, dispute["amount"], 0))
        book.note("charge.dispute.funds_reinstated", dispute)
    book.note("charge.dispute.closed", dispute)


def put(book: Book, dispute_id: str, *, status: str) -> None:
    """Let a dispute stand elsewhere without an end: under review, or with an appeal."""
    dispute = _find(book, dispute_id)
    dispute["status"] = status
    book.note("charge.dispute.updated", dispute)


def is_refundable(book: Book, charge: Obj) -> bool:
    """Tell whether no dispute stands against a refund of a charge."""
    return all(
        dispute["is_charge_refundable"]
        for dispute in book.table("disputes").values()
        if dispute["charge"] == charge["id"]
    )


def _transaction(book: Book, dispute: Obj, amount: int, fee: int) -> Obj:
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": book.now(),
        "balance_type": "payments",
        "created": book.now(),
        "currency": dispute["currency"],
        "fee": fee,
        "fee_details": [],
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "status": "available",
        "type": "adjustment",
    }


def _find(book: Book, dispute_id: str) -> Obj:
    dispute = book.table("disputes").get(dispute_id)
    if dispute is None:
        raise missing("dispute", dispute_id)
    return dispute
