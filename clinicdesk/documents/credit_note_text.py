"""What stands on a credit note: which invoice it corrects, by how much, and why."""

from clinicdesk.billing.credit_notes.records import CreditNoteLineRecord, CreditNoteRecord
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.invoice_text import Cells, InvoiceText, clinic_lines
from clinicdesk.documents.language import ENGLISH, PaperLanguage
from clinicdesk.documents.wording import rate_text, tax_word
from clinicdesk.money import TaxMode


def credit_note_text(
    note: CreditNoteRecord, clinic: ClinicRecord, language: PaperLanguage = ENGLISH
) -> InvoiceText:
    """Put a credit note into words."""
    say, money = language.say, language.money
    tax = say(tax_word(clinic.country))
    sums = ((say("Net"), money(note.net)), (tax, money(note.tax))) if note.tax.minor else ()
    return InvoiceText(
        title=say("Credit note"),
        number=note.number,
        language=language,
        clinic_name=clinic.name,
        clinic_lines=clinic_lines(clinic, language),
        dates=(
            say("Issued {day}", day=language.day(note.issued_on)),
            say("For invoice {number}", number=note.invoice_number),
            say("of {day}", day=language.day(note.invoice_issued_on)),
        ),
        billed_name=note.billed_name,
        billed_address=note.billed_address,
        visit_lines=(),
        headings=Cells(say("Credited"), ("", say("Net"), tax, say("Amount"))),
        rows=tuple(_row(line, language) for line in note.lines),
        sums=sums,
        total=(say("Credited"), money(note.total)),
        moved=(),
        balance=(say("Taken off {number}", number=note.invoice_number), money(note.total)),
        is_settled=True,
        bank=say("Reason: {reason}", reason=note.reason),
    )


def _row(line: CreditNoteLineRecord, language: PaperLanguage) -> Cells:
    if line.tax_mode is TaxMode.EXEMPT:
        tax = language.say("exempt")
    else:
        tax = f"{rate_text(line.tax_basis_points)} · {language.money(line.tax)}"
    figures = ("", language.money(line.net), tax, language.money(line.total))
    return Cells(line.description, figures, line.total)
