"""Receipts and credit notes as papers: what stands on them, on A4 and on the roll."""

import re
import uuid
from collections.abc import Iterator

import pypdfium2
import pytest

from clinicdesk.billing.invoicing.records import DraftLine, InvoiceDraft
from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.documents.errors import NoReceiptError
from clinicdesk.money import TaxMode
from clinicdesk.payments.obstacles import UnknownPaymentError
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, pounds
from tests.money_desk import MoneyDesk

ROLL_WIDTH_PT = 80 * 72 / 25.4


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(file_database, clock, stripe=stripe).open()


def read(pdf: bytes) -> tuple[str, float]:
    """Give the words of the only page, and its width in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        (page,) = list(document)
        text = page.get_textpage().get_text_bounded()
        return re.sub(r"\s+", " ", text), page.get_width()
    finally:
        document.close()


@pytest.mark.parametrize("is_roll", [False, True])
def test_a_card_receipt_carries_what_card_networks_ask_for(desk: MoneyDesk, is_roll: bool) -> None:
    payment = desk.paid(9500)
    papers = desk.services.documents
    pdf = papers.receipt_pdf(RECEPTIONIST, payment.id, is_roll=is_roll)
    text, width = read(pdf)
    for part in (
        "Main Street Clinic", "Receipt", "24 November 2026", "Chloé Martin", "£95.00",
        "Visa •••• 4242", "AID", "A0000000031010", "Cryptogram", "TVR", "TSI",
    ):  # fmt: skip
        assert part in text
    assert (round(width) == round(ROLL_WIDTH_PT)) is is_roll
    assert pdf == papers.receipt_pdf(RECEPTIONIST, payment.id, is_roll=is_roll)


def test_cash_for_two_invoices_shows_each_and_the_change(desk: MoneyDesk) -> None:
    first, second = desk.invoice(9500), desk.invoice(2000)
    payment = desk.payments.take_cash(
        RECEPTIONIST,
        first.id,
        amount=pounds(11_500),
        tendered=pounds(12_000),
        shares={second.id: pounds(2000)},
    )
    desk.give_back(payment, 500)
    text, _ = read(desk.services.documents.receipt_pdf(RECEPTIONIST, payment.id))
    for part in (
        f"Invoice {first.number}", f"Invoice {second.number}", "£20.00", "£115.00", "by cash",
        "Given £120.00", "Change £5.00", "Given back since £5.00",
    ):  # fmt: skip
        assert part in text


def test_a_cheque_shows_its_number_and_an_attempt_has_no_receipt(desk: MoneyDesk) -> None:
    invoice = desk.invoice(9500)
    begun = desk.take(invoice)
    papers = desk.services.documents
    with pytest.raises(NoReceiptError):
        papers.receipt_pdf(RECEPTIONIST, begun.payment.id)
    with pytest.raises(UnknownPaymentError):
        papers.receipt_pdf(RECEPTIONIST, 999)
    desk.payments.cancel(RECEPTIONIST, begun.payment.id)
    cheque = desk.payments.record_cheque(
        RECEPTIONIST, invoice.id, amount=invoice.due, reference="100234"
    )
    assert "100234" in read(papers.receipt_pdf(RECEPTIONIST, cheque.id))[0]


def test_hostile_names_stand_literally_on_the_roll(desk: MoneyDesk) -> None:
    desk.patient_id = desk.add_patient("<b>Rosa</b>", "</para><img src=/etc/passwd>" * 30)
    payment = desk.paid(9500)
    text, _ = read(desk.services.documents.receipt_pdf(RECEPTIONIST, payment.id, is_roll=True))
    assert "<b>Rosa</b> </para><img src=/etc/passwd>" in text


def test_discounts_exempt_lines_and_credit_stand_on_the_invoice(desk: MoneyDesk) -> None:
    draft = InvoiceDraft(
        desk.clinic_id,
        desk.patient_id,
        (
            DraftLine("Check", 1, pounds(10_000), 2000, discount_percent=10,
                      discount_reason="Long wait"),
            DraftLine("Vaccination", 1, pounds(4000), tax_mode=TaxMode.EXEMPT),
        ),
        note="Second look",
    )  # fmt: skip
    key = str(uuid.uuid4())
    invoice = desk.services.invoicing.issue(MANAGER, draft, draft_key=key)
    note = desk.services.credit_notes.correct(
        MANAGER,
        invoice.id,
        amounts={invoice.lines[1].id: pounds(4000)},
        reason="Not given",
        note_key=key,
    )
    papers = desk.services.documents
    text, _ = read(papers.generate_invoice_pdf(RECEPTIONIST, invoice.id))
    for part in ("less £10.00: Long wait", "exempt", "Exempt £40.00", "Second look",
                 f"Credit note 24 Nov · {note.number}", "Balance due £90.00"):  # fmt: skip
        assert part in text
    assert "No longer charged" not in text
    credit, _ = read(papers.credit_note_pdf(RECEPTIONIST, note.id))
    for part in ("Credit note", note.number, f"For invoice {invoice.number}", "Vaccination",
                 "£40.00", "Reason: Not given"):  # fmt: skip
        assert part in credit
