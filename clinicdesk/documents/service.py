"""Gives the clinic's papers as PDF.

The drawing library takes 0.3 s to import, so that waits for the first paper.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.audit.service import AuditLog
from clinicdesk.billing.accounts.records import Statement
from clinicdesk.billing.credit_notes.queries import credit_note_record
from clinicdesk.billing.models import Invoice
from clinicdesk.billing.overdue.records import ReminderLetter
from clinicdesk.billing.queries import invoice_record
from clinicdesk.changes import Topic
from clinicdesk.clinics.models import Clinic
from clinicdesk.clinics.queries import clinic_record
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.documents.errors import NoReceiptError, NoRefundNoteError
from clinicdesk.documents.models import ClinicLogo, PrintedPaper
from clinicdesk.documents.queries import language_for, logo_row, was_printed
from clinicdesk.documents.records import Paper
from clinicdesk.payments.links.queries import live_link_url
from clinicdesk.payments.queries import payment_record, refund_record
from clinicdesk.payments.reconciliation.mode import books_mode
from clinicdesk.payments.records import PaymentStatus, RefundStage
from clinicdesk.payments.till.records import ClosedTill

if TYPE_CHECKING:
    from clinicdesk.documents.style import PaperStyle

Drawing = Callable[[], bytes]


class DocumentService:
    """Papers for patients; one that was handed out before is marked as a copy."""

    def __init__(self, database: Database, *, clock: Clock, audit: AuditLog) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    @requires(Action.SEE_BILLING)
    def generate_invoice_pdf(
        self, _actor: Actor, invoice_id: int, *, is_original: bool = False
    ) -> bytes:
        """Give an invoice with what was paid on it so far, and its payment link while one is open.

        One that goes out by mail `is_original`, whatever was printed before.

        Raises:
            UnknownInvoiceError: there is none of that id.
        """
        from clinicdesk.documents.invoice import invoice_pdf  # noqa: PLC0415

        def work(session: Session) -> Drawing:
            invoice = invoice_record(session, invoice_id, now=self._clock.now())
            style = _style(
                session,
                Paper.INVOICE,
                invoice_id,
                clinic_id=invoice.clinic_id,
                patient_id=invoice.patient_id,
                is_original=is_original,
            )
            url = live_link_url(session, invoice_id)
            return partial(
                invoice_pdf, invoice, _clinic(session, invoice.clinic_id), style=style, pay_url=url
            )

        return self._draw(work)

    @requires(Action.SEE_BILLING)
    def credit_note_pdf(self, _actor: Actor, note_id: int) -> bytes:
        """Give a credit note, which must be there."""
        from clinicdesk.documents.invoice import credit_note_pdf  # noqa: PLC0415

        def work(session: Session) -> Drawing:
            note = credit_note_record(session, note_id)
            patient_id = session.get_one(Invoice, note.invoice_id).patient_id
            clinic_id = note.clinic_id
            style = _style(
                session, Paper.CREDIT_NOTE, note_id, clinic_id=clinic_id, patient_id=patient_id
            )
            return partial(credit_note_pdf, note, _clinic(session, clinic_id), style=style)

        return self._draw(work)

    @requires(Action.SEE_BILLING)
    def receipt_pdf(self, _actor: Actor, payment_id: int, *, is_roll: bool = False) -> bytes:
        """Give the receipt of a payment that has taken money, on A4 or a roll of 80 mm.

        Raises:
            UnknownPaymentError: there is none of that id.
            NoReceiptError: it has taken no money.
        """
        from clinicdesk.documents.receipt import receipt_pdf  # noqa: PLC0415

        def work(session: Session) -> Drawing:
            payment = payment_record(session, payment_id)
            if payment.status is not PaymentStatus.COMPLETED:
                raise NoReceiptError
            style, clinic = _of_invoice(session, Paper.RECEIPT, payment_id, payment.invoice_id)
            return partial(receipt_pdf, payment, clinic, is_roll=is_roll, style=style)

        return self._draw(work)

    @requires(Action.SEE_BILLING)
    def refund_note_pdf(self, _actor: Actor, refund_id: int) -> bytes:
        """Give the note of a refund, which must be there.

        Raises:
            NoRefundNoteError: it gave nothing back.
        """
        from clinicdesk.documents.receipt import refund_note_pdf  # noqa: PLC0415

        def work(session: Session) -> Drawing:
            refund = refund_record(session, refund_id)
            if refund.status is RefundStage.FAILED:
                raise NoRefundNoteError
            payment = payment_record(session, refund.payment_id)
            style, clinic = _of_invoice(session, Paper.REFUND_NOTE, refund_id, refund.invoice_id)
            return partial(refund_note_pdf, refund, payment, clinic, style=style)

        return self._draw(work)

    @requires(Action.CLOSE_TILL)
    def till_sheet_pdf(self, _actor: Actor, till: ClosedTill) -> bytes:
        """Give the sheet of a closed till."""
        from clinicdesk.documents.till_sheet import till_sheet_pdf  # noqa: PLC0415

        clinic = self._database.read(lambda session: _clinic(session, till.clinic_id))
        return till_sheet_pdf(till, clinic)

    @requires(Action.SEE_BILLING)
    def statement_pdf(self, _actor: Actor, statement: Statement) -> bytes:
        """Give a statement of account, with the head of the clinic that invoiced last."""
        from clinicdesk.documents.account_papers import statement_pdf  # noqa: PLC0415

        def work(session: Session) -> Drawing:
            clinic = _clinic(session, statement.clinic_id)
            # A statement is made anew each time, so none is a copy of another.
            style = _style(
                session,
                Paper.STATEMENT,
                0,
                clinic_id=clinic.id,
                patient_id=statement.patient_id,
                is_original=True,
            )
            return partial(statement_pdf, statement, clinic, style=style)

        return self._draw(work)

    @requires(Action.SEE_BILLING)
    def reminder_letter_pdf(self, _actor: Actor, letter: ReminderLetter) -> bytes:
        """Give the letter that reminds of an unpaid invoice."""
        from clinicdesk.documents.account_papers import reminder_letter_pdf  # noqa: PLC0415

        def work(session: Session) -> Drawing:
            patient_id = session.get_one(Invoice, letter.invoice_id).patient_id
            clinic = _clinic(session, letter.clinic_id)
            style = _style(
                session,
                Paper.PAYMENT_REMINDER,
                letter.invoice_id,
                clinic_id=clinic.id,
                patient_id=patient_id,
                is_original=True,
            )
            return partial(reminder_letter_pdf, letter, clinic, style=style)

        return self._draw(work)

    def _draw(self, work: Callable[[Session], Drawing]) -> bytes:
        """Read what stands on a paper, and draw it once the data is free again."""
        return self._database.read(work)()

    @requires(Action.SEE_BILLING)
    def note_printed(self, actor: Actor, paper: Paper, item_id: int) -> None:
        """Write down that a paper was printed or saved: the next one is marked as a copy."""

        def work(transaction: Transaction) -> None:
            transaction.session.add(
                PrintedPaper(
                    paper=paper,
                    item_id=item_id,
                    printed_at=self._clock.now(),
                    desk=actor.desk,
                    printed_by=actor.name,
                )
            )

        self._database.write(work)

    # --- the clinic's picture --------------------------------------------------------------------

    @requires(Action.SEE_SETUP)
    def logo(self, _actor: Actor, clinic_id: int) -> bytes | None:
        """Give the picture at the head of a clinic's papers as JPEG, None for none."""

        def work(session: Session) -> bytes | None:
            row = logo_row(session, clinic_id)
            return None if row is None else row.jpeg

        return self._database.read(work)

    @requires(Action.SET_UP_CLINIC)
    def set_logo(self, actor: Actor, clinic_id: int, picture: bytes) -> None:
        """Put a picture (PNG or JPEG) at the head of a clinic's papers.

        Raises:
            LogoError: it is no such picture, or far too large; the former one stays.
        """
        from clinicdesk.documents.logo import prepared  # noqa: PLC0415

        jpeg, width_px, height_px = prepared(picture)

        def work(transaction: Transaction) -> None:
            transaction.session.merge(
                ClinicLogo(clinic_id=clinic_id, jpeg=jpeg, width_px=width_px, height_px=height_px)
            )
            self._note(transaction, actor, "set logo", clinic_id)

        self._database.write(work)

    @requires(Action.SET_UP_CLINIC)
    def remove_logo(self, actor: Actor, clinic_id: int) -> None:
        """Take the picture off a clinic's papers."""

        def work(transaction: Transaction) -> None:
            row = logo_row(transaction.session, clinic_id)
            if row is not None:
                transaction.session.delete(row)
                self._note(transaction, actor, "remove logo", clinic_id)

        self._database.write(work)

    def _note(self, transaction: Transaction, actor: Actor, action: str, clinic_id: int) -> None:
        self._audit.record(transaction, actor, action, entity="clinic", entity_id=clinic_id)
        transaction.changed(Topic.CLINIC, clinic_id)


def _clinic(session: Session, clinic_id: int | None) -> ClinicRecord:
    """Read a clinic, the first one where none is named."""
    query = select(Clinic).order_by(Clinic.id).limit(1)
    wanted = query if clinic_id is None else query.where(Clinic.id == clinic_id)
    return clinic_record(session.scalars(wanted).one())


def _of_invoice(
    session: Session, paper: Paper, item_id: int, invoice_id: int
) -> tuple["PaperStyle", ClinicRecord]:
    invoice = session.get_one(Invoice, invoice_id)
    style = _style(
        session, paper, item_id, clinic_id=invoice.clinic_id, patient_id=invoice.patient_id
    )
    return style, _clinic(session, invoice.clinic_id)


def _style(
    session: Session,
    paper: Paper,
    item_id: int,
    *,
    clinic_id: int,
    patient_id: int | None,
    is_original: bool = False,
) -> "PaperStyle":
    from clinicdesk.documents.logo import logo_of  # noqa: PLC0415
    from clinicdesk.documents.style import PaperStyle  # noqa: PLC0415

    row = logo_row(session, clinic_id)
    return PaperStyle(
        language=language_for(session, patient_id),
        logo=logo_of(row.jpeg, width_px=row.width_px, height_px=row.height_px) if row else None,
        is_copy=not is_original and was_printed(session, paper, item_id),
        is_test=books_mode(session) is False,
    )
