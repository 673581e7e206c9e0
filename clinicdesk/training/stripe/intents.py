"""Payment intents and the charges that settle them: at most one successful charge each."""

from datetime import datetime

from clinicdesk.money import LARGEST_MINOR, Money
from clinicdesk.training.stripe.book import Book, Obj, new_id
from clinicdesk.training.stripe.calls import Call, RefusalError, missing, whole_number
from clinicdesk.training.stripe.cards import APPROVED, CARDS, Card
from clinicdesk.training.stripe.lists import expanded, page

AWAITING = "requires_payment_method"
# The least that Stripe takes (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
LEAST_MINOR = {"gbp": 30, "eur": 50, "usd": 50, "cad": 50, "jpy": 50, "brl": 50}
CURRENCIES = frozenset(LEAST_MINOR) | set("chf aud nzd sek nok dkk pln czk sgd kwd".split())


def create(book: Book, call: Call) -> Obj:
    """Make an intent; the old `payment_method_types` is refused as Stripe now does."""
    if "payment_method_types" in call.params:
        raise RefusalError(
            "The parameter payment_method_types is no longer supported.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )
    currency = _currency(call)
    amount = _amount(call, currency)
    if call.params.get("capture_method", "automatic") != "automatic":
        raise RefusalError("Only automatic capture is practised here.", param="capture_method")
    asked = call.params.get("allowed_payment_method_types") or ["card"]
    intent = new_intent(book, amount, currency)
    intent["metadata"] = dict(call.params.get("metadata") or {})
    intent["allowed_payment_method_types"] = asked
    intent["payment_method_types"] = [
        kind for kind in asked if kind != "interac_present" or currency == "cad"
    ]
    book.add("intents", intent)
    book.note("payment_intent.created", intent, call.key)
    return expanded(book, intent, call.expands())


def retrieve(book: Book, call: Call) -> Obj:
    """Read an intent."""
    return expanded(book, find(book, call.ids[0], "intent"), call.expands())


def list_all(book: Book, call: Call) -> Obj:
    """List intents, newest first."""
    return page(book, call, book.table("intents").values(), "payment_intent")


def cancel(book: Book, call: Call) -> Obj:
    """Cancel an intent that has taken no money."""
    intent = find(book, call.ids[0], "intent")
    if intent["status"] != AWAITING:
        raise RefusalError(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
            param="intent",
            stored=True,
        )
    intent["status"] = "canceled"
    intent["canceled_at"] = book.now()
    intent["cancellation_reason"] = call.params.get("cancellation_reason")
    book.note("payment_intent.canceled", intent, call.key)
    return expanded(book, intent, call.expands())


def find(book: Book, intent_id: str, param: str) -> Obj:
    """Give an intent.

    Raises:
        RefusalError: if there is none of that id; `param` is what it was named by.
    """
    intent = book.table("intents").get(intent_id)
    if intent is None:
        raise missing("payment_intent", intent_id, param)
    return intent


def take(book: Book, intent: Obj, card: Card) -> Obj:
    """Put a presented card to an intent that awaits one, and give the charge, good or failed."""
    charge = _new_charge(book, intent, card)
    intent["latest_charge"] = charge["id"]
    if card.decline_code:
        intent["last_payment_error"] = {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": card.decline_code,
            "message": card.message,
            "charge": charge["id"],
        }
        book.note("charge.failed", charge)
        book.note("payment_intent.payment_failed", intent)
        return charge
    intent["status"] = "succeeded"
    intent["amount_received"] = intent["amount"]
    intent["last_payment_error"] = None
    intent["payment_method"] = charge["payment_method"]
    book.note("charge.succeeded", charge)
    book.note("payment_intent.succeeded", intent)
    return charge


def add_paid(book: Book, attempt_key: str, *, amount: Money, paid_at: datetime) -> Obj:
    """Write a payment of the past into the books, without events, and give its intent."""
    intent = new_intent(book, amount.minor, amount.currency.lower())
    charge = _new_charge(book, intent, CARDS[APPROVED])
    intent["created"] = charge["created"] = int(paid_at.timestamp())
    intent |= {
        "metadata": {"attempt": attempt_key},
        "payment_method_types": ["card_present"],
        "latest_charge": charge["id"],
        "status": "succeeded",
        "amount_received": amount.minor,
        "payment_method": charge["payment_method"],
    }
    return book.add("intents", intent)


def _currency(call: Call) -> str:
    currency = str(call.params.get("currency", "")).lower()
    if currency not in CURRENCIES:
        raise RefusalError(f"Invalid currency: {currency}.", param="currency")
    return currency


def _amount(call: Call, currency: str) -> int:
    amount = whole_number(call, "amount")
    least = LEAST_MINOR.get(currency, 1)
    if amount < 1:
        raise RefusalError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount < least:
        raise RefusalError(
            f"Amount must be at least {Money(least, currency.upper())}.",
            code="amount_too_small",
            param="amount",
        )
    if amount > LARGEST_MINOR:
        raise RefusalError(
            f"Amount must be no more than {Money(LARGEST_MINOR, currency.upper())}.",
            code="amount_too_large",
            param="amount",
        )
    return amount


def new_intent(book: Book, amount: int, currency: str) -> Obj:
    """Give an intent that is in no book yet and awaits its card."""
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": book.now(),
        "currency": currency,
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "payment_method": None,
        "payment_method_types": [],
        "status": AWAITING,
    }


def _new_charge(book: Book, intent: Obj, card: Card) -> Obj:
    paid = not card.decline_code
    charge = {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        "captured": paid,
        "created": book.now(),
        "currency": intent["currency"],
        "disputed": False,
        "failure_code": None if paid else "card_declined",
        "failure_message": None if paid else card.message,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": _details(card),
        "refunded": False,
        "status": "succeeded" if paid else "failed",
    }
    return book.add("charges", charge)


def _details(card: Card) -> Obj:
    paid = not card.decline_code
    presented = {
        "brand": card.brand,
        "country": "GB",
        "exp_month": 12,
        "exp_year": 2034,
        "funding": "credit",
        "last4": card.last4,
        "network": card.brand,
        "read_method": "contactless_emv",
        "receipt": {
            "account_type": "unknown",
            "application_cryptogram": "AD4C1D1B5F0B9F2A",
            "application_preferred_name": f"{card.brand.title()} Credit",
            "authorization_code": "123456" if paid else None,
            "authorization_response_code": "3030" if paid else "3035",
            "cardholder_verification_method": None,
            "dedicated_file_name": "A0000000031010",
            "terminal_verification_results": "0000000000",
            "transaction_status_information": "0000",
        },
    }
    if card.kind == "card":
        del presented["read_method"], presented["receipt"]
    if card.kind == "card_present":
        presented |= {"incremental_authorization_supported": False, "overcapture_supported": False}
    return {"type": card.kind, card.kind: presented}
