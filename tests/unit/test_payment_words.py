"""Whether a payment was charged is said in plain words, whatever its state."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod, PaymentRecord, PaymentStatus
from clinicdesk.payments.words import found_out, state_word, verdict

NOW = datetime(2026, 11, 24, 9, 48, tzinfo=UTC)
PAID = PaymentRecord(
    id=1, invoice_id=2, invoice_number="INV-2026-00001", patient_name="Chloé Martin",
    method=PaymentMethod.CARD, status=PaymentStatus.COMPLETED, amount=Money(9500, "GBP"),
    refunded=Money(0, "GBP"), refundable=Money(9500, "GBP"), card_brand="visa", card_last4="4242",
    failure_code="", desk="Front desk 1", created_at=NOW, settled_at=NOW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "word", "sentence"),
    [
        (PaymentStatus.COMPLETED, "Completed", "£95.00 was charged to Visa •••• 4242."),
        (PaymentStatus.FAILED, "Failed", "£95.00 was not charged."),
        (PaymentStatus.PENDING, "Pending", "A payment of £95.00 is in progress at Front desk 1."),
        (
            PaymentStatus.UNKNOWN,
            "Not known yet",
            "It is not known yet whether £95.00 was charged. Please do not charge again; it is "
            "being checked.",
        ),
    ],
)
def test_every_state_has_its_word_and_verdict(
    status: PaymentStatus, word: str, sentence: str
) -> None:
    payment = replace(PAID, status=status)
    assert (state_word(payment), verdict(payment)) == (word, sentence)


def test_what_was_given_back_is_said_of_the_payment() -> None:
    assert state_word(replace(PAID, refunded=Money(100, "GBP"))) == "Part refunded"
    assert state_word(replace(PAID, refunded=PAID.amount)) == "Refunded"


def test_what_nobody_watched_is_told_with_whose_it_is() -> None:
    payment = replace(PAID, status=PaymentStatus.FAILED, desk="")
    assert found_out(payment) == "INV-2026-00001, Chloé Martin: £95.00 was not charged."
    pending = replace(payment, status=PaymentStatus.PENDING)
    assert verdict(pending) == "A payment of £95.00 is in progress."
