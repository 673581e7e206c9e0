"""Papers as the desk hands them out: language of the patient, copies, test mode, the picture."""

import io
import re
from collections.abc import Iterator

import pypdfium2
import pytest
from PIL import Image

from clinicdesk.clock import FixedClock
from clinicdesk.database.session import Database
from clinicdesk.documents.errors import LogoError, NoRefundNoteError
from clinicdesk.documents.records import Paper
from clinicdesk.errors import AccessDeniedError
from clinicdesk.patients.records import PatientDetails
from clinicdesk.settings.records import PaperSettings
from clinicdesk.training.stripe.faults import FaultKind
from clinicdesk.training.stripe.stand_in import TrainingStripe
from tests.billing_desk import MANAGER, RECEPTIONIST, SETUP
from tests.money_desk import MoneyDesk

pytestmark = pytest.mark.slow


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[TrainingStripe]:
    with TrainingStripe(clock=clock) as stand_in:
        yield stand_in


@pytest.fixture
def desk(file_database: Database, clock: FixedClock, stripe: TrainingStripe) -> MoneyDesk:
    return MoneyDesk(file_database, clock, stripe=stripe).open()


def read(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return re.sub(r"\s+", " ", document[0].get_textpage().get_text_bounded())
    finally:
        document.close()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 100), "teal").save(out, "PNG")
    return out.getvalue()


def invoice_of(desk: MoneyDesk, invoice_id: int) -> str:
    return read(desk.services.documents.generate_invoice_pdf(RECEPTIONIST, invoice_id))


def test_the_second_print_is_a_copy_and_looking_or_mailing_is_none(desk: MoneyDesk) -> None:
    papers, invoice = desk.services.documents, desk.invoice(9500)
    assert "COPY" not in invoice_of(desk, invoice.id)
    assert "COPY" not in invoice_of(desk, invoice.id)
    papers.note_printed(RECEPTIONIST, Paper.INVOICE, invoice.id)
    assert "COPY" in invoice_of(desk, invoice.id)
    mailed = papers.generate_invoice_pdf(SETUP, invoice.id, is_original=True)
    assert "COPY" not in read(mailed)
    assert "COPY" not in invoice_of(desk, desk.invoice(2000).id)


def test_receipt_refund_note_and_credit_note_are_copied_each_by_itself(desk: MoneyDesk) -> None:
    papers, payment = desk.services.documents, desk.paid(9500)
    refund = desk.give_back(payment, 3000)
    note = desk.services.credit_notes.correct(
        MANAGER, payment.invoice_id, amounts=None, reason="Not done", note_key="n"
    )
    made = {
        Paper.RECEIPT: (payment.id, papers.receipt_pdf),
        Paper.REFUND_NOTE: (refund.id, papers.refund_note_pdf),
        Paper.CREDIT_NOTE: (note.id, papers.credit_note_pdf),
    }
    for paper, (item_id, draw) in made.items():
        assert "COPY" not in read(draw(RECEPTIONIST, item_id))
        papers.note_printed(RECEPTIONIST, paper, item_id)
        assert "COPY" in read(draw(RECEPTIONIST, item_id))


def test_a_refund_note_says_what_was_given_back_and_why(desk: MoneyDesk) -> None:
    refund = desk.give_back(desk.paid(9500), 3000)
    text = read(desk.services.documents.refund_note_pdf(RECEPTIONIST, refund.id))
    for part in (
        "Refund 24 November 2026", "Chloé Martin", "Paid on 24 November 2026 £95.00",
        "Given back £30.00", "to Visa •••• 4242", "Reason: Wrong service",
    ):  # fmt: skip
        assert part in text


def test_of_a_refund_on_its_way_and_of_a_failed_one(desk: MoneyDesk) -> None:
    payment = desk.paid(9500)
    desk.spoil(FaultKind.REFUND_PENDING, "/v1/refunds")
    waiting = desk.give_back(payment, 3000)
    text = read(desk.services.documents.refund_note_pdf(RECEPTIONIST, waiting.id))
    assert "On its way back £30.00" in text
    desk.heal()
    desk.stripe.settle_refund(desk.provider_refund_id(), status="failed")
    desk.refunds.settle_open_refunds(SETUP)
    with pytest.raises(NoRefundNoteError):
        desk.services.documents.refund_note_pdf(RECEPTIONIST, waiting.id)


def test_in_test_mode_every_paper_says_so(desk: MoneyDesk) -> None:
    assert "TEST" in invoice_of(desk, desk.invoice(9500).id)


def test_a_patients_papers_are_in_the_patients_language_or_the_clinics(desk: MoneyDesk) -> None:
    settings, patients = desk.services.settings, desk.services.patients
    invoice = desk.invoice(9500)
    assert "Invoice INV" in invoice_of(desk, invoice.id)
    settings.save(SETUP, PaperSettings(language="de"))
    assert "Rechnung INV" in invoice_of(desk, invoice.id)
    for written, words in (("Portuguese", "Fatura INV"), ("Klingon", "Rechnung INV")):
        patient = patients.patient(MANAGER, desk.patient_id)
        details = PatientDetails(patient.given_name, patient.family_name, language=written)
        patients.change(MANAGER, desk.patient_id, version=patient.version, details=details)
        assert words in invoice_of(desk, invoice.id)


def test_the_clinics_picture_is_set_shown_and_removed(desk: MoneyDesk) -> None:
    papers, invoice = desk.services.documents, desk.invoice(9500)
    plain = papers.generate_invoice_pdf(RECEPTIONIST, invoice.id)
    assert papers.logo(MANAGER, desk.clinic_id) is None
    with pytest.raises(AccessDeniedError):
        papers.set_logo(RECEPTIONIST, desk.clinic_id, picture())
    with pytest.raises(LogoError):
        papers.set_logo(MANAGER, desk.clinic_id, b"no picture")
    papers.set_logo(MANAGER, desk.clinic_id, picture())
    assert b"/DCTDecode" in papers.generate_invoice_pdf(RECEPTIONIST, invoice.id)
    kept = papers.logo(MANAGER, desk.clinic_id)
    assert kept is not None
    assert kept.startswith(b"\xff\xd8")
    payment = desk.paid(2000)
    for pdf in (
        papers.receipt_pdf(RECEPTIONIST, payment.id),
        papers.receipt_pdf(RECEPTIONIST, payment.id, is_roll=True),
    ):
        assert "Receipt" in read(pdf)
    papers.remove_logo(MANAGER, desk.clinic_id)
    papers.remove_logo(MANAGER, desk.clinic_id)
    assert papers.generate_invoice_pdf(RECEPTIONIST, invoice.id) == plain
    told = [e.action for e in desk.audit.entries(SETUP) if "logo" in e.action]
    assert sorted(told) == ["remove logo", "set logo"]
