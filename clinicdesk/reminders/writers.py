"""Writes each message at the moment it is sent, from the facts as they stand then."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from clinicdesk.clock import Clock
from clinicdesk.database.session import Database
from clinicdesk.outbox.records import Attachment, QueuedMessage, Skip, WrittenMessage
from clinicdesk.outbox.sending import MessageWriter
from clinicdesk.reminders.offers import OfferWriter, ProposalWriter
from clinicdesk.reminders.overdue import OverdueWriter
from clinicdesk.reminders.queries import read_payment, read_visit
from clinicdesk.reminders.records import Kind, VisitFacts
from clinicdesk.reminders.rules import why_not_about_visit, why_not_to
from clinicdesk.reminders.templates import Templates, when

WITH_CALENDAR_FILE = frozenset({Kind.CONFIRMATION, Kind.CHANGED, Kind.CANCELLED})
GONE = "What the message was about is no longer there."

InvoicePdf = Callable[[int], bytes]


class VisitWriter:
    """Writes confirmations, changes, cancellations and reminders."""

    def __init__(
        self,
        database: Database,
        *,
        kind: Kind,
        clock: Clock,
        templates: Templates,
        organiser: Callable[[], str],
    ) -> None:
        self._database = database
        self._kind = kind
        self._clock = clock
        self._templates = templates
        self._organiser = organiser

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        """Write to the patient's present address about the visit's present time."""
        visit = self._database.read(lambda session: read_visit(session, message.appointment_id))
        if visit is None:
            return Skip(GONE)
        now = self._clock.now()
        refusal = why_not_about_visit(self._kind, visit, now=now) or why_not_to(visit.patient)
        if refusal is not None:
            return refusal
        values = {
            "patient": visit.patient.name,
            "doctor": visit.doctor_name,
            **when(visit.starts_at, visit.clinic),
        }
        written = self._templates.fill(self._kind, values, clinic=visit.clinic)
        return replace(written, recipient=visit.patient.email, attachments=self._attachments(visit))

    def _attachments(self, visit: VisitFacts) -> tuple[Attachment, ...]:
        if self._kind not in WITH_CALENDAR_FILE:
            return ()
        # Its library takes long to load, and no start needs it.
        from clinicdesk.reminders.calendar_file import (  # noqa: PLC0415
            FILE_NAME,
            MEDIA_TYPE,
            calendar_file,
        )

        content = calendar_file(
            visit,
            organiser=self._organiser(),
            is_off=self._kind is Kind.CANCELLED,
            now=self._clock.now(),
        )
        method = "CANCEL" if self._kind is Kind.CANCELLED else "PUBLISH"
        return (Attachment(FILE_NAME, f"{MEDIA_TYPE}; method={method}", content),)


class PaidInvoiceWriter:
    """Writes the thanks for a payment, with the invoice as a PDF.

    `invoice_pdf` gives the PDF of an invoice by its id, and is asked with no transaction open.
    """

    def __init__(
        self, database: Database, *, templates: Templates, invoice_pdf: InvoicePdf
    ) -> None:
        self._database = database
        self._templates = templates
        self._invoice_pdf = invoice_pdf

    def write(self, message: QueuedMessage) -> WrittenMessage | Skip:
        """Write to the patient's present address."""
        payment_id = int(message.facts["payment_id"])
        payment = self._database.read(lambda session: read_payment(session, payment_id))
        if payment is None or not payment.is_completed:
            return Skip(GONE)
        refusal = why_not_to(payment.patient)
        if refusal is not None:
            return refusal
        values = {
            "patient": payment.patient.name,
            "amount": str(payment.amount),
            "number": payment.invoice_number,
        }
        written = self._templates.fill(Kind.PAID_INVOICE, values, clinic=payment.clinic)
        pdf = self._invoice_pdf(payment.invoice_id)
        paper = Attachment(f"{payment.invoice_number}.pdf", "application/pdf", pdf)
        return replace(written, recipient=payment.patient.email, attachments=(paper,))


def message_writers(
    database: Database,
    *,
    clock: Clock,
    organiser: Callable[[], str],
    invoice_pdf: InvoicePdf,
    templates: Templates | None = None,
) -> Mapping[str, MessageWriter]:
    """Give the writer of each kind; `organiser` gives the clinic's sending mail address."""
    ours = templates or Templates()
    writers: dict[str, MessageWriter] = {
        kind: VisitWriter(database, kind=kind, clock=clock, templates=ours, organiser=organiser)
        for kind in (Kind.CONFIRMATION, Kind.CHANGED, Kind.CANCELLED, Kind.REMINDER)
    }
    writers[Kind.PAID_INVOICE] = PaidInvoiceWriter(
        database, templates=ours, invoice_pdf=invoice_pdf
    )
    writers[Kind.PAYMENT_OVERDUE] = OverdueWriter(database, clock=clock, templates=ours)
    for kind in (Kind.SLOT_OFFERED, Kind.SLOT_GONE):
        writers[kind] = OfferWriter(database, kind=kind, clock=clock, templates=ours)
    writers[Kind.TIME_PROPOSED] = ProposalWriter(database, clock=clock, templates=ours)
    return writers
