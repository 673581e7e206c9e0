"""Gives the clinic's papers as PDF.

The drawing library takes 0.3 s to import, so that waits for the first paper.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.access import Action, Actor, requires
from clinicdesk.billing.accounts.records import Statement
from clinicdesk.billing.credit_notes.queries import credit_note_record
from clinicdesk.billing.models import Invoice
from clinicdesk.billing.overdue.records import ReminderLetter
from clinicdesk.billing.queries import invoice_record
from clinicdesk.billing.records import InvoiceRecord
from clinicdesk.clinics.models import Clinic
from clinicdesk.clinics.queries import clinic_record
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.errors import RuleError
from clinicdesk.payments.links.queries import live_link_url
from clinicdesk.payments.queries import payment_record
from clinicdesk.payments.records import PaymentRecord, PaymentStatus
from clinicdesk.payments.till.records import ClosedTill


class NoReceiptError(RuleError):
    """There is no receipt of what took no money."""

    def __init__(self) -> None:
        super().__init__("Nothing was taken by this payment, so there is no receipt of it.")


class DocumentService:
    """Papers for patients."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @requires(Action.SEE_BILLING)
    def generate_invoice_pdf(self, _actor: Actor, invoice_id: int) -> bytes:
        """Give an invoice with what was paid on it so far, and its payment link while one is open.

        Raises:
            UnknownInvoiceError: there is none of that id.
        """
        from clinicdesk.documents.invoice import invoice_pdf  # noqa: PLC0415

        def work(session: Session) -> tuple[InvoiceRecord, ClinicRecord, str]:
            return *self._read(session, invoice_id), live_link_url(session, invoice_id)

        invoice, clinic, pay_url = self._database.read(work)
        return invoice_pdf(invoice, clinic, pay_url=pay_url)

    @requires(Action.SEE_BILLING)
    def credit_note_pdf(self, _actor: Actor, note_id: int) -> bytes:
        """Give a credit note, which must be there."""
        from clinicdesk.documents.invoice import credit_note_pdf  # noqa: PLC0415

        note = self._database.read(lambda session: credit_note_record(session, note_id))
        return credit_note_pdf(note, self._clinic(note.clinic_id))

    @requires(Action.SEE_BILLING)
    def receipt_pdf(self, _actor: Actor, payment_id: int, *, is_roll: bool = False) -> bytes:
        """Give the receipt of a payment that has taken money, on A4 or a roll of 80 mm.

        Raises:
            UnknownPaymentError: there is none of that id.
            NoReceiptError: it has taken no money.
        """
        from clinicdesk.documents.receipt import receipt_pdf  # noqa: PLC0415

        def work(session: Session) -> tuple[PaymentRecord, int]:
            payment = payment_record(session, payment_id)
            return payment, session.get_one(Invoice, payment.invoice_id).clinic_id

        payment, clinic_id = self._database.read(work)
        if payment.status is not PaymentStatus.COMPLETED:
            raise NoReceiptError
        return receipt_pdf(payment, self._clinic(clinic_id), is_roll=is_roll)

    @requires(Action.CLOSE_TILL)
    def till_sheet_pdf(self, _actor: Actor, till: ClosedTill) -> bytes:
        """Give the sheet of a closed till."""
        from clinicdesk.documents.till_sheet import till_sheet_pdf  # noqa: PLC0415

        clinic = self._database.read(
            lambda session: clinic_record(session.get_one(Clinic, till.clinic_id))
        )
        return till_sheet_pdf(till, clinic)

    @requires(Action.SEE_BILLING)
    def statement_pdf(self, _actor: Actor, statement: Statement) -> bytes:
        """Give a statement of account, with the head of the clinic that invoiced last."""
        from clinicdesk.documents.account_papers import statement_pdf  # noqa: PLC0415

        return statement_pdf(statement, self._clinic(statement.clinic_id))

    @requires(Action.SEE_BILLING)
    def reminder_letter_pdf(self, _actor: Actor, letter: ReminderLetter) -> bytes:
        """Give the letter that reminds of an unpaid invoice."""
        from clinicdesk.documents.account_papers import reminder_letter_pdf  # noqa: PLC0415

        return reminder_letter_pdf(letter, self._clinic(letter.clinic_id))

    def _clinic(self, clinic_id: int | None) -> ClinicRecord:
        """Read a clinic, the first one where none is named."""

        def work(session: Session) -> ClinicRecord:
            query = select(Clinic).order_by(Clinic.id).limit(1)
            wanted = query if clinic_id is None else query.where(Clinic.id == clinic_id)
            return clinic_record(session.scalars(wanted).one())

        return self._database.read(work)

    def _read(self, session: Session, invoice_id: int) -> tuple[InvoiceRecord, ClinicRecord]:
        invoice = invoice_record(session, invoice_id, now=self._clock.now())
        return invoice, clinic_record(session.get_one(Clinic, invoice.clinic_id))
