"""What stands on an invoice, as plain text: pure, so that paper and screen cannot differ."""

from dataclasses import dataclass

from clinicdesk.billing.records import InvoiceKind, InvoiceLineRecord, InvoiceRecord
from clinicdesk.billing.rules import tax_groups
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.wording import language_of, long_day, rate_text, tax_word, visit_time
from clinicdesk.money import Money, TaxMode

WAIVED = "No longer charged"
TITLES = {
    InvoiceKind.INVOICE: "Invoice",
    InvoiceKind.FEE: "Invoice",
    InvoiceKind.DEPOSIT: "Deposit",
}
MOST_MOVED = 20


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of the table: a description and what stands in the columns to its right."""

    description: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvoiceText:
    """All words and figures of an invoice, in the order they are read."""

    title: str
    number: str
    language: str
    clinic_name: str
    clinic_lines: tuple[str, ...]
    dates: tuple[str, ...]
    billed_name: str
    billed_address: str
    visit_lines: tuple[str, ...]
    headings: Cells
    rows: tuple[Cells, ...]
    sums: tuple[tuple[str, str], ...]
    total: tuple[str, str]
    moved: tuple[tuple[str, str], ...]
    balance: tuple[str, str]
    is_settled: bool
    bank: str

    def letters(self) -> str:
        """Give every text in one, to choose a typeface by."""
        pairs = (*self.sums, self.total, *self.moved, self.balance)
        rows = (self.headings, *self.rows)
        return "".join(
            (
                self.title,
                self.number,
                self.clinic_name,
                *self.clinic_lines,
                *self.dates,
                self.billed_name,
                self.billed_address,
                *self.visit_lines,
                *(text for row in rows for text in (row.description, *row.figures)),
                *(text for pair in pairs for text in pair),
                self.bank,
            )
        )


def invoice_text(invoice: InvoiceRecord, clinic: ClinicRecord) -> InvoiceText:
    """Put an invoice into words."""
    tax = tax_word(clinic.country)
    rates = sorted({line.tax_basis_points for line in invoice.lines}, reverse=True)
    return InvoiceText(
        title=TITLES[invoice.kind],
        number=invoice.number,
        language=language_of(clinic.country),
        clinic_name=clinic.name,
        clinic_lines=clinic_lines(clinic),
        dates=(f"Issued {long_day(invoice.issued_on)}", f"Due {long_day(invoice.due_on)}"),
        billed_name=invoice.billed_name,
        billed_address=invoice.billed_address,
        visit_lines=_visit_lines(invoice),
        headings=_headings(tax, rates),
        rows=tuple(_row(line, rates) for line in invoice.lines),
        sums=_sums(invoice, tax, rates),
        total=("Total", str(invoice.total)),
        moved=_moved(invoice),
        balance=_balance(invoice.due),
        is_settled=invoice.due.minor <= 0,
        bank=f"Bank transfer: {clinic.bank_details}, reference {invoice.number}"
        if clinic.bank_details
        else f"Please quote {invoice.number} with your payment.",
    )


def clinic_lines(clinic: ClinicRecord) -> tuple[str, ...]:
    """Give what stands under a clinic's name: address, contacts, tax number."""
    tax = tax_word(clinic.country)
    contact = " · ".join(part for part in (clinic.phone, clinic.email) if part)
    tax_number = f"{tax} {clinic.tax_number}" if clinic.tax_number else ""
    return tuple(line for line in (clinic.address, contact, tax_number) if line)


def _visit_lines(invoice: InvoiceRecord) -> tuple[str, ...]:
    lines = [visit_time(invoice.visit_at, invoice.time_zone)] if invoice.visit_at else []
    doctor = ", ".join(part for part in (invoice.doctor_name, invoice.specialty) if part)
    lines += [doctor] * bool(doctor)
    return tuple(lines + [invoice.note] * bool(invoice.note))


def _headings(tax: str, rates: list[int]) -> Cells:
    if not _is_taxed(rates):
        return Cells("Description", ("Qty", "Amount"))
    rate = f"{tax} {rate_text(rates[0])}" if len(rates) == 1 else tax
    return Cells("Description", ("Qty", "Net", rate, "Amount"))


def _row(line: InvoiceLineRecord, rates: list[int]) -> Cells:
    quantity, total = str(line.quantity), str(line.total)
    description = line.description
    if line.discount.minor:
        description += f"\nless {line.discount}: {line.discount_reason}"
    if not _is_taxed(rates):
        return Cells(description, (quantity, total))
    figures = (quantity, str(line.net), _tax_cell(line, rates), total)
    return Cells(description, figures)


def _tax_cell(line: InvoiceLineRecord, rates: list[int]) -> str:
    if line.tax_mode is TaxMode.EXEMPT:
        return "exempt"
    mixed = f"{rate_text(line.tax_basis_points)} · " if len(rates) > 1 else ""
    return f"{mixed}{line.tax}"


def _sums(invoice: InvoiceRecord, tax: str, rates: list[int]) -> tuple[tuple[str, str], ...]:
    if not _is_taxed(rates):
        return ()
    groups = tax_groups(invoice.lines, invoice.total.currency)
    taxes = (
        ("Exempt", str(group.net))
        if group.is_exempt
        else (f"{tax} {rate_text(group.tax_basis_points)}", str(group.tax))
        for group in groups
    )
    return (("Net", str(invoice.net)), *taxes)


def _moved(invoice: InvoiceRecord) -> tuple[tuple[str, str], ...]:
    """Tell what lowers or raises the balance; all of it together with the total makes it up."""
    earlier, shown = invoice.ledger[:-MOST_MOVED], invoice.ledger[-MOST_MOVED:]
    lines = [(entry.text, _signed(-entry.amount)) for entry in shown]
    if earlier:
        sum_of_them = sum((entry.amount for entry in earlier), Money(0, invoice.total.currency))
        lines.insert(0, (f"{len(earlier)} earlier payments and refunds", _signed(-sum_of_them)))
    waived = invoice.total - invoice.paid - invoice.due - invoice.credited
    if waived.minor:
        lines.append((WAIVED, _signed(-waived)))
    return tuple(lines)


def _balance(due: Money) -> tuple[str, str]:
    if due.minor < 0:
        return "Paid too much", str(-due)
    return "Balance due", str(due)


def _signed(amount: Money) -> str:
    return f"+{amount}" if amount.minor > 0 else str(amount)


def _is_taxed(rates: list[int]) -> bool:
    return any(rates)
