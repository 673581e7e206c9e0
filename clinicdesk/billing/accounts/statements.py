"""Draws an account or a statement up from what was invoiced and moved: no reading, only sums."""

from collections.abc import Sequence
from datetime import date

from clinicdesk.billing.accounts.entries import Billed, lines_of
from clinicdesk.billing.accounts.records import (
    AccountBalance,
    AccountLine,
    Credit,
    CurrencyStatement,
    OpenInvoice,
)
from clinicdesk.billing.accounts.rules import aged, summed
from clinicdesk.money import Money


def currencies_of(billed: Sequence[Billed]) -> tuple[str, ...]:
    """Name the currencies that were invoiced in."""
    return tuple(sorted({invoice.currency for invoice in billed}))


def balances_of(billed: Sequence[Billed]) -> tuple[AccountBalance, ...]:
    """Add up how the invoices stand, by currency."""
    return summed((invoice.currency, invoice.standing()) for invoice in billed)


def open_invoices_of(billed: Sequence[Billed], *, today: date) -> tuple[OpenInvoice, ...]:
    """List what is still to be paid, the longest due first."""
    found = [(invoice, invoice.balance().due) for invoice in billed]
    still_due = sorted(
        (each for each in found if each[1] > 0), key=lambda each: (each[0].due_on, each[0].id)
    )
    return tuple(
        OpenInvoice(
            id=invoice.id,
            number=invoice.number,
            kind=invoice.kind,
            clinic_id=invoice.clinic_id,
            patient_id=invoice.patient_id,
            patient_name=invoice.patient_name,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            days_late=max(0, (today - invoice.due_on).days),
            total=Money(invoice.total_minor, invoice.currency),
            due=Money(due, invoice.currency),
        )
        for invoice, due in still_due
    )


def credits_of(billed: Sequence[Billed]) -> tuple[Credit, ...]:
    """List where credit lies, the oldest first."""
    return tuple(
        Credit(
            invoice_id=invoice.id,
            number=invoice.number,
            kind=invoice.kind,
            clinic_id=invoice.clinic_id,
            patient_id=invoice.patient_id,
            patient_name=invoice.patient_name,
            amount=Money(credit, invoice.currency),
        )
        for invoice in billed
        if (credit := invoice.standing().credit) > 0
    )


def recent_of(billed: Sequence[Billed], *, limit: int) -> tuple[AccountLine, ...]:
    """List the newest entries of all currencies, newest first."""
    lines = [line for currency in currencies_of(billed) for line in lines_of(billed, currency)]
    lines.sort(key=lambda line: (line.on, line.at))
    return tuple(reversed(lines[-limit:]))


def part_of(
    billed: Sequence[Billed], currency: str, *, from_on: date, to_on: date
) -> CurrencyStatement:
    """Draw up the entries of one currency from a day to a day, both included."""
    lines = [line for line in lines_of(billed, currency) if line.on <= to_on]
    before = [line for line in lines if line.on < from_on]
    nothing = Money(0, currency)
    opening = before[-1].balance if before else nothing
    of_one = [invoice for invoice in billed if invoice.currency == currency]
    stand = [(invoice.due_on, invoice.standing(until_on=to_on)) for invoice in of_one]
    return CurrencyStatement(
        currency=currency,
        opening=opening,
        lines=tuple(lines[len(before) :]),
        closing=lines[-1].balance if lines else nothing,
        owed=Money(sum(each.owed for _, each in stand), currency),
        credit=Money(sum(each.credit for _, each in stand), currency),
        asked=Money(sum(each.asked for _, each in stand), currency),
        ageing=aged([(due_on, s.owed) for due_on, s in stand], on=to_on, currency=currency),
    )
