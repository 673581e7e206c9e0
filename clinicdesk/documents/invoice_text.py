"""What stands on an invoice, as plain text: pure, so that paper and screen cannot differ."""

from dataclasses import dataclass

from clinicdesk.billing.records import (
    InvoiceKind,
    InvoiceLineRecord,
    InvoiceRecord,
    LedgerEntry,
)
from clinicdesk.billing.rules import CREDITS, VERBS, tax_groups
from clinicdesk.clinics.records import ClinicRecord
from clinicdesk.documents.language import ENGLISH, PaperLanguage
from clinicdesk.documents.wording import rate_text, tax_word
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
    """One row of the table: a description and what stands in the columns to its right.

    `amount` is what the row adds to the sum that is carried to the next page.
    """

    description: str
    figures: tuple[str, ...]
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class InvoiceText:
    """All words and figures of an invoice, in the order they are read."""

    title: str
    number: str
    language: PaperLanguage
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


def invoice_text(
    invoice: InvoiceRecord, clinic: ClinicRecord, language: PaperLanguage = ENGLISH
) -> InvoiceText:
    """Put an invoice into words."""
    say = language.say
    rates = sorted({line.tax_basis_points for line in invoice.lines}, reverse=True)
    return InvoiceText(
        title=say(TITLES[invoice.kind]),
        number=invoice.number,
        language=language,
        clinic_name=clinic.name,
        clinic_lines=clinic_lines(clinic, language),
        dates=(
            say("Issued {day}", day=language.day(invoice.issued_on)),
            say("Due {day}", day=language.day(invoice.due_on)),
        ),
        billed_name=invoice.billed_name,
        billed_address=invoice.billed_address,
        visit_lines=_visit_lines(invoice, language),
        headings=headings_of("Description", say(tax_word(clinic.country)), rates, language),
        rows=tuple(_row(line, rates, language) for line in invoice.lines),
        sums=_sums(invoice, say(tax_word(clinic.country)), rates, language),
        total=(say("Total"), language.money(invoice.total)),
        moved=_moved(invoice, language),
        balance=_balance(invoice.due, language),
        is_settled=invoice.due.minor <= 0,
        bank=say(
            "Bank transfer: {bank}, reference {number}",
            bank=clinic.bank_details,
            number=invoice.number,
        )
        if clinic.bank_details
        else say("Please quote {number} with your payment.", number=invoice.number),
    )


def clinic_lines(clinic: ClinicRecord, language: PaperLanguage = ENGLISH) -> tuple[str, ...]:
    """Give what stands under a clinic's name: address, contacts, tax number."""
    tax = language.say(tax_word(clinic.country))
    contact = " · ".join(part for part in (clinic.phone, clinic.email) if part)
    tax_number = f"{tax} {clinic.tax_number}" if clinic.tax_number else ""
    return tuple(line for line in (clinic.address, contact, tax_number) if line)


def headings_of(first: str, tax: str, rates: list[int], language: PaperLanguage) -> Cells:
    """Give the headings of a table, without tax where no line bears any."""
    say = language.say
    if not any(rates):
        return Cells(say(first), (say("Qty"), say("Amount")))
    rate = f"{tax} {rate_text(rates[0])}" if len(rates) == 1 else tax
    return Cells(say(first), (say("Qty"), say("Net"), rate, say("Amount")))


def _visit_lines(invoice: InvoiceRecord, language: PaperLanguage) -> tuple[str, ...]:
    at = invoice.visit_at
    lines = [language.moment(at, invoice.time_zone)] if at else []
    doctor = ", ".join(part for part in (invoice.doctor_name, invoice.specialty) if part)
    lines += [doctor] * bool(doctor)
    return tuple(lines + [invoice.note] * bool(invoice.note))


def _row(line: InvoiceLineRecord, rates: list[int], language: PaperLanguage) -> Cells:
    money = language.money
    quantity, total = str(line.quantity), money(line.total)
    description = line.description
    if line.discount.minor:
        less = language.say(
            "less {amount}: {reason}", amount=money(line.discount), reason=line.discount_reason
        )
        description += f"\n{less}"
    if not any(rates):
        return Cells(description, (quantity, total), line.total)
    figures = (quantity, money(line.net), _tax_cell(line, rates, language), total)
    return Cells(description, figures, line.total)


def _tax_cell(line: InvoiceLineRecord, rates: list[int], language: PaperLanguage) -> str:
    if line.tax_mode is TaxMode.EXEMPT:
        return language.say("exempt")
    mixed = f"{rate_text(line.tax_basis_points)} · " if len(rates) > 1 else ""
    return f"{mixed}{language.money(line.tax)}"


def _sums(
    invoice: InvoiceRecord, tax: str, rates: list[int], language: PaperLanguage
) -> tuple[tuple[str, str], ...]:
    if not any(rates):
        return ()
    groups = tax_groups(invoice.lines, invoice.total.currency)
    taxes = (
        (language.say("Exempt"), language.money(group.net))
        if group.is_exempt
        else (f"{tax} {rate_text(group.tax_basis_points)}", language.money(group.tax))
        for group in groups
    )
    return ((language.say("Net"), language.money(invoice.net)), *taxes)


def _moved(invoice: InvoiceRecord, language: PaperLanguage) -> tuple[tuple[str, str], ...]:
    """Tell what lowers or raises the balance; all of it together with the total makes it up."""
    earlier, shown = invoice.ledger[:-MOST_MOVED], invoice.ledger[-MOST_MOVED:]
    lines = [
        (ledger_words(entry, language, issued=invoice), _signed(-entry.amount, language))
        for entry in shown
    ]
    if earlier:
        sum_of_them = sum((entry.amount for entry in earlier), Money(0, invoice.total.currency))
        label = language.say("{count} earlier payments and refunds", count=len(earlier))
        lines.insert(0, (label, _signed(-sum_of_them, language)))
    waived = invoice.total - invoice.paid - invoice.due - invoice.credited
    if waived.minor:
        lines.append((language.say(WAIVED), _signed(-waived, language)))
    return tuple(lines)


def ledger_words(entry: LedgerEntry, language: PaperLanguage, *, issued: InvoiceRecord) -> str:
    """Give a line of the ledger in a paper's language: "Bezahlt 24. Nov. · bar"."""
    if language.is_english or entry.kind is None or entry.on is None:
        return entry.text
    verb = language.say(VERBS[entry.kind])
    means = language.known(entry.means)
    on = language.short_day(entry.on, beside=issued.issued_on)
    return f"{verb} {means} · {on}" if entry.kind in CREDITS else f"{verb} {on} · {means}"


def _balance(due: Money, language: PaperLanguage) -> tuple[str, str]:
    if due.minor < 0:
        return language.say("Paid too much"), language.money(-due)
    return language.say("Balance due"), language.money(due)


def _signed(amount: Money, language: PaperLanguage) -> str:
    text = language.money(amount)
    return f"+{text}" if amount.minor > 0 else text
