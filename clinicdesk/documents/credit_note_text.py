"""What stands on a credit note: which invoice it corrects, by how much, and why."""

from clinicdesk.billing.credit_notes.records import CreditNoteLineRecord, CreditNoteRecord
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.invoice_text import Cells, InvoiceText, clinic_lines
from clinicdesk.documents.wording import language_of, long_day, rate_text, tax_word
from clinicdesk.money import TaxMode


def credit_note_text(note: CreditNoteRecord, clinic: ClinicRecord) -> InvoiceText:
    """Put a credit note into words."""
    tax = tax_word(clinic.country)
    sums = (("Net", str(note.net)), (tax, str(note.tax))) if note.tax.minor else ()
    return InvoiceText(
        title="Credit note",
        number=note.number,
        language=language_of(clinic.country),
        clinic_name=clinic.name,
        clinic_lines=clinic_lines(clinic),
        dates=(
            f"Issued {long_day(note.issued_on)}",
            f"For invoice {note.invoice_number}",
            f"of {long_day(note.invoice_issued_on)}",
        ),
        billed_name=note.billed_name,
        billed_address=note.billed_address,
        visit_lines=(),
        headings=Cells("Credited", ("", "Net", tax, "Amount")),
        rows=tuple(_row(line) for line in note.lines),
        sums=sums,
        total=("Credited", str(note.total)),
        moved=(),
        balance=(f"Taken off {note.invoice_number}", str(note.total)),
        is_settled=True,
        bank=f"Reason: {note.reason}",
    )


def _row(line: CreditNoteLineRecord) -> Cells:
    if line.tax_mode is TaxMode.EXEMPT:
        tax = "exempt"
    else:
        tax = f"{rate_text(line.tax_basis_points)} · {line.tax}"
    return Cells(line.description, ("", str(line.net), tax, str(line.total)))
