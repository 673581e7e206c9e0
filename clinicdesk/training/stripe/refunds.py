"""Refunds: several per charge, never more than was taken, some of them late or failed."""

from clinicdesk.money import Money
from clinicdesk.training.stripe.book import Book, Obj, new_id
from clinicdesk.training.stripe.calls import Call, RefusalError, missing, whole_number
from clinicdesk.training.stripe.disputes import is_refundable
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.intents import find as find_intent
from clinicdesk.training.stripe.lists import expanded, page

_STARTS = {FaultKind.REFUND_PENDING: "pending", FaultKind.REFUND_FAILED: "failed"}


def create(book: Book, call: Call) -> Obj:
    """Refund a part of a charge; refunds that still wait count as given back."""
    charge = _charge_of(book, call)
    rest = charge["amount"] - charge["amount_refunded"]
    amount = whole_number(call, "amount") if "amount" in call.params else rest
    if amount < 1:
        raise RefusalError(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if not is_refundable(book, charge):
        raise RefusalError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            stored=True,
        )
    _check_rest(charge, amount, rest)
    refund = _new_refund(book, call, charge, amount)
    status = _STARTS.get(call.fault, "succeeded") if call.fault else "succeeded"
    book.note("refund.created", refund, call.key)
    _put(book, refund, status, "insufficient_funds")
    return expanded(book, refund, call.expands())


def retrieve(book: Book, call: Call) -> Obj:
    """Read a refund."""
    return expanded(book, _find(book, call.ids[0]), call.expands())


def list_all(book: Book, call: Call) -> Obj:
    """List refunds, newest first, of one intent or charge if asked."""
    chosen = [
        refund
        for refund in book.table("refunds").values()
        if all(
            refund[name] == call.params[name]
            for name in ("payment_intent", "charge")
            if name in call.params
        )
    ]
    return page(book, call, chosen, "refund")


def settle(book: Book, refund_id: str, *, status: str, reason: str) -> None:
    """Let a refund end, even days later: "succeeded", or "failed" with Stripe's reason."""
    refund = _find(book, refund_id)
    _put(book, refund, status, reason)
    book.note("refund.updated", refund)


def _charge_of(book: Book, call: Call) -> Obj:
    charge_id = call.params.get("charge")
    if not charge_id:
        intent = find_intent(book, str(call.params.get("payment_intent", "")), "payment_intent")
        charge_id = intent["latest_charge"] if intent["status"] == "succeeded" else None
        if charge_id is None:
            raise RefusalError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
                stored=True,
            )
    charge = book.table("charges").get(charge_id)
    if charge is None:
        raise missing("charge", charge_id, "charge")
    return charge


def _check_rest(charge: Obj, amount: int, rest: int) -> None:
    if rest == 0:
        raise RefusalError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            stored=True,
        )
    if amount > rest:
        currency = charge["currency"].upper()
        raise RefusalError(
            f"Refund amount ({Money(amount, currency)}) is greater than unrefunded amount on "
            f"charge ({Money(rest, currency)})",
            param="amount",
            stored=True,
        )


def _new_refund(book: Book, call: Call, charge: Obj, amount: int) -> Obj:
    refund = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": book.now(),
        "currency": charge["currency"],
        "metadata": dict(call.params.get("metadata") or {}),
        "payment_intent": charge["payment_intent"],
        "reason": call.params.get("reason"),
        "status": "pending",
    }
    return book.add("refunds", refund)


def _put(book: Book, refund: Obj, status: str, reason: str) -> None:
    """Set a refund's status; its charge's sum counts all that have not failed."""
    refund["status"] = status
    refund.pop("pending_reason", None)
    if status == "pending":
        refund["pending_reason"] = reason
    if status == "failed":
        refund["failure_reason"] = reason
        book.note("refund.failed", refund)
    charge = book.table("charges")[refund["charge"]]
    charge["amount_refunded"] = sum(
        other["amount"]
        for other in book.table("refunds").values()
        if other["charge"] == charge["id"] and other["status"] in {"pending", "succeeded"}
    )
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    if status == "succeeded":
        book.note("charge.refunded", charge)


def _find(book: Book, refund_id: str) -> Obj:
    refund = book.table("refunds").get(refund_id)
    if refund is None:
        raise missing("refund", refund_id)
    return refund
