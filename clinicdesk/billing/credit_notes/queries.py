"""Reads credit notes for screens and paper."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinicdesk.billing.credit_notes.records import CreditNoteLineRecord, CreditNoteRecord
from clinicdesk.billing.models import CreditNote, CreditNoteLine, Invoice
from clinicdesk.money import Money


def credit_note_record(session: Session, note_id: int) -> CreditNoteRecord:
    """Give a whole credit note, which must be there."""
    note = session.get_one(CreditNote, note_id)
    invoice = session.get_one(Invoice, note.invoice_id)
    lines = session.scalars(
        select(CreditNoteLine)
        .where(CreditNoteLine.credit_note_id == note_id)
        .order_by(CreditNoteLine.position)
    )
    return CreditNoteRecord(
        id=note.id,
        number=note.number,
        clinic_id=note.clinic_id,
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        invoice_issued_on=invoice.issued_on,
        billed_name=invoice.billed_name,
        billed_address=invoice.billed_address,
        issued_on=note.issued_on,
        reason=note.reason,
        lines=tuple(_line(line, note.currency) for line in lines),
        net=Money(note.net_minor, note.currency),
        tax=Money(note.tax_minor, note.currency),
        total=Money(note.total_minor, note.currency),
    )


def _line(line: CreditNoteLine, currency: str) -> CreditNoteLineRecord:
    return CreditNoteLineRecord(
        invoice_line_id=line.invoice_line_id,
        description=line.description,
        tax_basis_points=line.tax_basis_points,
        tax_mode=line.tax_mode,
        net=Money(line.net_minor, currency),
        tax=Money(line.tax_minor, currency),
        total=Money(line.total_minor, currency),
    )
