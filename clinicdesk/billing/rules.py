"""The sums of an invoice and where it stands: one rounding per line, the rest is addition."""

from collections.abc import Sequence
from datetime import date

from clinicdesk.billing.records import Balance, InvoiceLineRecord, InvoiceState, MovementKind
from clinicdesk.money import Money, tax_within

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
VERBS = {
    MovementKind.PAYMENT: "Paid",
    MovementKind.REFUND: "Refunded",
    MovementKind.REFUND_UNDONE: "Refund taken back",
    MovementKind.CREDIT_NOTE: "Credit note",
    MovementKind.CREDIT_OUT: "Credit moved to",
    MovementKind.CREDIT_IN: "Credit from",
    MovementKind.DISPUTED: "Taken back by the bank",
    MovementKind.DISPUTE_WON: "Returned by the bank",
}


def priced_line(
    description: str, *, quantity: int, unit_price: Money, tax_basis_points: int
) -> InvoiceLineRecord:
    """Work out a line whose unit price includes tax: the tax of the whole line is rounded once."""
    total = Money(unit_price.minor * quantity, unit_price.currency)
    tax = Money(tax_within(total.minor, tax_basis_points), unit_price.currency)
    return InvoiceLineRecord(
        description=description,
        quantity=quantity,
        unit_price=unit_price,
        tax_basis_points=tax_basis_points,
        net=total - tax,
        tax=tax,
        total=total,
    )


def totals(lines: Sequence[InvoiceLineRecord], currency: str) -> tuple[Money, Money, Money]:
    """Add up net, tax and total of the lines, which are all of one currency."""
    nothing = Money(0, currency)
    net = sum((line.net for line in lines), nothing)
    tax = sum((line.tax for line in lines), nothing)
    return net, tax, net + tax


def state_of(balance: Balance, *, due_on: date, today: date) -> InvoiceState:
    """Say where an invoice stands; one that is late is overdue even when a part was paid."""
    if balance.due <= 0:
        if balance.paid != 0:
            return InvoiceState.PAID
        if balance.given_back > 0:
            return InvoiceState.REFUNDED
        return InvoiceState.CREDITED if balance.credited > 0 else InvoiceState.PAID
    if today > due_on:
        return InvoiceState.OVERDUE
    return InvoiceState.PART_PAID if balance.paid > 0 else InvoiceState.DUE


def waived_by_refund(balance: Balance, amount_minor: int) -> int:
    """Give how much less is owed when `amount_minor` is given back for good.

    What was paid beyond the debt is given back first, and nothing is waived for that.
    """
    return max(0, amount_minor - max(0, -balance.due))


def short_day(day: date, *, beside: date) -> str:
    """Give "24 Nov", with its year where that differs from the day it stands beside."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return text if day.year == beside.year else f"{text} {day.year}"


def ledger_text(kind: MovementKind, means: str, *, day: date, issued_on: date) -> str:
    """Give a line of the ledger in words: "Paid 24 Nov · Visa •••• 4242"."""
    return f"{VERBS[kind]} {short_day(day, beside=issued_on)} · {means}"


def invoice_number(prefix: str, year: int, number: int) -> str:
    """Give an invoice's number as it is printed: "INV-2026-00402"."""
    return f"{prefix}-{year}-{number:05d}"


def series_prefix(wanted: str, *, clinic_id: int, taken: frozenset[str]) -> str:
    """Choose how a clinic's numbers begin: as it wishes, or with its own number behind."""
    prefix = wanted.strip() or "INV"
    while prefix in taken:
        prefix = f"{prefix}{clinic_id}"
    return prefix
