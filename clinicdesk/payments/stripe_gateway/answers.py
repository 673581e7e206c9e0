"""Reads Stripe's objects into plain values, and refuses those that are not what was asked for.

A status that this version does not know becomes OTHER; a field that must be there and is not, or
holds something else, is an answer that fits nothing: `AnswerMismatchError`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from clinicdesk.money import Money
from clinicdesk.payments.errors import AnswerMismatchError, ProviderKeyError
from clinicdesk.payments.gateway import (
    CardCharge,
    IntentList,
    IntentState,
    IntentStatus,
    ProviderEvent,
    ReaderActionStatus,
    ReaderState,
    RefundState,
    RefundStatus,
)

Answer = Mapping[str, Any]

WRONG_MODE = (
    "The card provider answered in the other mode: test keys take no real money, and live keys "
    "no test cards. Please have the key checked in the settings."
)
# The EMV fields that card networks want on a receipt (https://docs.stripe.com/terminal/features/receipts).
RECEIPT_FIELDS = (
    ("application_preferred_name", "Application"),
    ("dedicated_file_name", "AID"),
    ("authorization_code", "Authorisation code"),
    ("authorization_response_code", "Response code"),
    ("application_cryptogram", "Cryptogram"),
    ("terminal_verification_results", "TVR"),
    ("transaction_status_information", "TSI"),
    ("cardholder_verification_method", "Verification"),
    ("account_type", "Account type"),
)
CARD_KINDS = ("card_present", "interac_present", "card")


def intent_state(answer: Answer, *, live: bool, intent_id: str = "") -> IntentState:
    """Read a payment intent whose `latest_charge` is expanded.

    Raises:
        AnswerMismatchError: it is another intent than `intent_id`, or received another amount.
        ProviderKeyError: it is of the other mode than `live`.
    """
    _check_mode(answer, live)
    amount = _money(answer)
    status = IntentStatus(_known(answer["status"], IntentStatus))
    if intent_id and answer["id"] != intent_id:
        raise AnswerMismatchError
    if status is IntentStatus.SUCCEEDED and answer["amount_received"] != amount.minor:
        raise AnswerMismatchError
    refusal = answer.get("last_payment_error") or {}
    return IntentState(
        intent_id=_text(answer["id"]),
        status=status,
        amount=amount,
        created_at=datetime.fromtimestamp(answer["created"], UTC),
        live=live,
        charge=_charge(answer, amount) if status is IntentStatus.SUCCEEDED else None,
        decline_code=str(refusal.get("decline_code") or refusal.get("code") or ""),
    )


def intent_list(answers: Iterable[Answer], *, live: bool) -> IntentList:
    """Read many intents; one that fits no rule here does not keep the others from being read.

    Raises:
        ProviderKeyError: one is of the other mode than `live`.
    """
    intents, unreadable = [], []
    for answer in answers:
        try:
            intents.append(intent_state(answer, live=live))
        except AnswerMismatchError:
            unreadable.append(_text(answer["id"]))
    return IntentList(tuple(intents), tuple(unreadable))


def reader_state(answer: Answer, *, live: bool) -> ReaderState:
    """Read a reader and its action slot.

    Raises:
        ProviderKeyError: it is of the other mode than `live`.
    """
    _check_mode(answer, live)
    action = answer.get("action") or {}
    payment = action.get("process_payment_intent") or {}
    status = action["status"] if action else ReaderActionStatus.NONE.value
    return ReaderState(
        reader_id=_text(answer["id"]),
        label=str(answer["label"]),
        device_type=str(answer["device_type"]),
        location_id=_id_of(answer.get("location")),
        action_status=ReaderActionStatus(_known(status, ReaderActionStatus)),
        action_intent_id=_id_of(payment.get("payment_intent")),
        failure_code=str(action.get("failure_code") or ""),
    )


def refund_state(answer: Answer) -> RefundState:
    """Read a refund; one that waits for the patient counts as pending."""
    status = answer["status"]
    reason = answer.get("failure_reason") or answer.get("pending_reason") or ""
    if status == "requires_action":
        status, reason = RefundStatus.PENDING.value, reason or "requires_action"
    return RefundState(
        provider_refund_id=_text(answer["id"]),
        status=RefundStatus(_known(status, RefundStatus)),
        amount=_money(answer),
        intent_id=_id_of(answer.get("payment_intent")),
        reason_code=str(reason),
        refund_key=str((answer.get("metadata") or {}).get("refund") or ""),
    )


def provider_event(answer: Answer, *, live: bool) -> ProviderEvent:
    """Read what an event is about, and nothing of what it says.

    Raises:
        ProviderKeyError: it is of the other mode than `live`.
    """
    _check_mode(answer, live)
    thing = answer["data"]["object"]
    action = (thing.get("action") or {}).get("process_payment_intent") or {}
    intent = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    return ProviderEvent(
        event_id=_text(answer["id"]),
        kind=_text(answer["type"]),
        object_id=_text(thing["id"]),
        intent_id=_id_of(intent or action.get("payment_intent")),
        happened_at=datetime.fromtimestamp(answer["created"], UTC),
    )


def check_amount(answered: Money, asked: Money) -> None:
    """Compare an answer with the question.

    Raises:
        AnswerMismatchError: if amount or currency differ.
    """
    if answered != asked:
        raise AnswerMismatchError


def _charge(intent: Answer, amount: Money) -> CardCharge:
    charge = intent["latest_charge"]
    details = charge["payment_method_details"]
    card: Answer = next((details[kind] for kind in CARD_KINDS if details.get(kind)), {})
    if _money(charge) != amount or charge["amount_captured"] != amount.minor:
        raise AnswerMismatchError
    receipt = card.get("receipt") or {}
    return CardCharge(
        charge_id=_text(charge["id"]),
        brand=str(card.get("brand") or ""),
        last4=str(card.get("last4") or ""),
        receipt=tuple(
            (title, str(receipt[name])) for name, title in RECEIPT_FIELDS if receipt.get(name)
        ),
        refunded_minor=int(charge.get("amount_refunded") or 0),
    )


def _check_mode(answer: Answer, live: bool) -> None:
    if answer["livemode"] is not live:
        raise ProviderKeyError(WRONG_MODE)


def _known(value: Any, kinds: Any) -> str:
    return value if value in set(kinds) else "other"


def _money(answer: Answer) -> Money:
    minor, currency = answer["amount"], answer["currency"]
    if type(minor) is not int or not isinstance(currency, str):
        raise AnswerMismatchError
    return Money(minor, currency.upper())


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise AnswerMismatchError
    return value


def _id_of(value: Any) -> str:
    """Give the id of what may be an id, the object itself, or nothing."""
    return str(value["id"]) if isinstance(value, Mapping) else str(value or "")
