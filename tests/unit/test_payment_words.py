"""Whether a payment was charged is said in plain words, whatever its state."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clinicdesk.money import Money
from clinicdesk.payments.records import (
    LinkState,
    PaymentMethod,
    PaymentRecord,
    PaymentStatus,
    RefundStage,
)
from clinicdesk.payments.words import (
    found_out,
    link_verdict,
    refund_verdict,
    state_word,
    verdict,
)

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


@pytest.mark.parametrize(
    ("method", "brand", "sentence"),
    [
        (PaymentMethod.CASH, "", "£95.00 was paid in cash."),
        (PaymentMethod.TRANSFER, "", "£95.00 was paid by bank transfer."),
        (PaymentMethod.CHEQUE, "", "£95.00 was paid by cheque."),
        (PaymentMethod.LINK, "visa", "£95.00 was charged to Visa."),
    ],
)
def test_other_means_are_named_as_people_name_them(
    method: PaymentMethod, brand: str, sentence: str
) -> None:
    assert verdict(replace(PAID, method=method, card_brand=brand, card_last4="")) == sentence


@pytest.mark.parametrize(
    ("stage", "has_bounced", "sentence"),
    [
        (RefundStage.COMPLETED, False, "£30.00 was given back to cash."),
        (RefundStage.PENDING, False, "£30.00 is on its way back to cash."),
        (RefundStage.FAILED, False, "£30.00 was not given back."),
        (
            RefundStage.FAILED,
            True,
            "£30.00 came back from the bank: give it to the patient another way.",
        ),
        (
            RefundStage.UNKNOWN,
            False,
            "It is not known yet whether £30.00 was given back; it is being checked.",
        ),
    ],
)
def test_every_stage_of_a_refund_has_its_verdict(
    stage: RefundStage, has_bounced: bool, sentence: str
) -> None:
    found = refund_verdict(Money(3000, "GBP"), stage, "cash", has_bounced=has_bounced)
    assert found == sentence


def test_every_state_of_a_link_has_its_verdict() -> None:
    told = {state: link_verdict(Money(2000, "GBP"), state) for state in LinkState}
    assert len(set(told.values())) == len(LinkState)
    assert all("£20.00" in sentence for sentence in told.values())
