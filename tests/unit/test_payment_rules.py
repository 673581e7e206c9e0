"""What may be taken and given back, and what a card payment's state means to the desk."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clinicdesk.money import LARGEST_MINOR, Money
from clinicdesk.payments.gateway import (
    IntentState,
    IntentStatus,
    ReaderActionStatus,
    ReaderState,
    RefundStatus,
)
from clinicdesk.payments.obstacles import (
    AmountInvalidError,
    MoreThanDueError,
    NothingDueError,
    RefundTooLargeError,
)
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, PaymentStatus, ReaderStep
from clinicdesk.payments.rules import (
    STAGES,
    check_amount,
    check_refund,
    means,
    sentence_of,
    step_of,
)

NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
INTENT = IntentState("pi_1", IntentStatus.AWAITING_CARD, Money(100, "GBP"), NOW, live=False)
READER = ReaderState(
    "tmr_1", "Front desk 1", "wisepos", "tml_1", ReaderActionStatus.IN_PROGRESS, "pi_1"
)
PAYMENT = PaymentRecord(
    id=1,
    invoice_id=1,
    invoice_number="INV-2026-00001",
    patient_name="Chloé Martin",
    method=PaymentMethod.CARD,
    status=PaymentStatus.PENDING,
    amount=Money(9500, "GBP"),
    refunded=Money(0, "GBP"),
    refundable=Money(0, "GBP"),
    card_brand="visa",
    card_last4="4242",
    failure_code="",
    desk="Front desk 1",
    created_at=NOW,
    settled_at=None,
)


@pytest.mark.parametrize(
    ("minor", "currency", "due", "error"),
    [
        (0, "GBP", 100, AmountInvalidError),
        (-5, "GBP", 100, AmountInvalidError),
        (5, "EUR", 100, AmountInvalidError),
        (LARGEST_MINOR + 1, "GBP", LARGEST_MINOR * 2, AmountInvalidError),
        (5, "GBP", 0, NothingDueError),
        (5, "GBP", -100, NothingDueError),
        (101, "GBP", 100, MoreThanDueError),
    ],
)
def test_amounts_that_may_not_be_taken(
    minor: int, currency: str, due: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        check_amount(Money(minor, currency), Money(due, "GBP"))


def test_amounts_that_may() -> None:
    check_amount(Money(100, "GBP"), Money(100, "GBP"))
    check_refund(Money(100, "GBP"), Money(100, "GBP"))
    with pytest.raises(RefundTooLargeError):
        check_refund(Money(101, "GBP"), Money(100, "GBP"))


@pytest.mark.parametrize(
    ("action", "failure", "declined", "step"),
    [
        (ReaderActionStatus.IN_PROGRESS, "", "", ReaderStep.WAITING_FOR_CARD),
        (ReaderActionStatus.IN_PROGRESS, "", "generic_decline", ReaderStep.WAITING_FOR_CARD),
        (ReaderActionStatus.SUCCEEDED, "", "", ReaderStep.WAITING_FOR_CARD),
        (ReaderActionStatus.OTHER, "", "", ReaderStep.WAITING_FOR_CARD),
        (ReaderActionStatus.FAILED, "card_declined", "stolen_card", ReaderStep.DECLINED),
        (ReaderActionStatus.FAILED, "customer_canceled", "", ReaderStep.CANCELLED_AT_READER),
        (
            ReaderActionStatus.FAILED,
            "customer_canceled",
            "generic_decline",
            ReaderStep.CANCELLED_AT_READER,
        ),
        (ReaderActionStatus.FAILED, "timed_out", "", ReaderStep.NOT_SENT),
        (ReaderActionStatus.NONE, "", "", ReaderStep.WAITING_FOR_CARD),
    ],
)
def test_what_a_reader_shows(
    action: ReaderActionStatus, failure: str, declined: str, step: ReaderStep
) -> None:
    reader = replace(READER, action_status=action, failure_code=failure)
    assert step_of(replace(INTENT, decline_code=declined), reader) is step


def test_another_payments_action_is_not_ours() -> None:
    foreign = replace(READER, action_intent_id="pi_2", action_status=ReaderActionStatus.SUCCEEDED)
    assert step_of(INTENT, foreign) is ReaderStep.NOT_SENT
    assert step_of(INTENT, None) is ReaderStep.NOT_SENT


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "pickup_card", "fraudulent", ""])
def test_nothing_shameful_is_said_aloud(code: str) -> None:
    sentence = sentence_of(ReaderStep.DECLINED, PAYMENT, decline_code=code)
    assert sentence == "The card was declined. Nothing was charged. Please ask for another card."


def test_each_step_has_a_sentence_and_each_refund_status_a_stage() -> None:
    for step in ReaderStep:
        assert sentence_of(step, PAYMENT).endswith(".")
    assert set(STAGES) == set(RefundStatus)


@pytest.mark.parametrize(
    ("method", "brand", "last4", "words"),
    [
        (PaymentMethod.CARD, "visa", "4242", "Visa •••• 4242"),
        (PaymentMethod.CARD, "amex", "0005", "American Express •••• 0005"),
        (PaymentMethod.CARD, "some_new", "1", "Some New •••• 1"),
        (PaymentMethod.CARD, "", "", "card"),
        (PaymentMethod.CASH, "", "", "cash"),
        (PaymentMethod.TRANSFER, "", "", "bank transfer"),
    ],
)
def test_means_of_payment_in_words(
    method: PaymentMethod, brand: str, last4: str, words: str
) -> None:
    assert means(method, brand, last4) == words
