"""The sums of an invoice and where it stands: one rounding per line, the rest is addition."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from clinicdesk.billing.records import (
    Balance,
    InvoiceLineRecord,
    InvoiceState,
    MovementKind,
    TaxGroup,
)
from clinicdesk.money import Money, TaxMode, rounded, tax_on, tax_within

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
CREDITS = frozenset({MovementKind.CREDIT_OUT, MovementKind.CREDIT_IN})
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
    description: str,
    *,
    quantity: int,
    unit_price: Money,
    tax_basis_points: int,
    tax_mode: TaxMode = TaxMode.INCLUSIVE,
    discount_minor: int = 0,
    discount_reason: str = "",
    service_id: int | None = None,
) -> InvoiceLineRecord:
    """Work out a line: the tax of the whole line, after its discount, is rounded once.

    An inclusive price holds its tax (total * rate / (1 + rate)), an exclusive one has it added, an
    exempt one bears none. `discount_minor` is of the whole line and in the same terms as the price.
    """
    price = unit_price.minor * quantity - discount_minor
    if tax_mode is TaxMode.EXEMPT:
        net, tax, rate = price, 0, 0
    elif tax_mode is TaxMode.EXCLUSIVE:
        net, tax, rate = price, tax_on(price, tax_basis_points), tax_basis_points
    else:
        tax, rate = tax_within(price, tax_basis_points), tax_basis_points
        net = price - tax
    currency = unit_price.currency
    return InvoiceLineRecord(
        description=description,
        quantity=quantity,
        unit_price=unit_price,
        tax_basis_points=rate,
        net=Money(net, currency),
        tax=Money(tax, currency),
        total=Money(net + tax, currency),
        discount=Money(discount_minor, currency),
        tax_mode=tax_mode,
        discount_reason=discount_reason,
        service_id=service_id,
    )


def share_of(part_minor: int, *, of_minor: int, whole_minor: int) -> int:
    """Give the part of an amount that belongs to a part of a whole, rounded half up.

    For cumulative parts 0 <= a <= b <= whole, share(b) - share(a) adds up without drift.
    """
    if whole_minor == 0:
        return 0
    return rounded(Decimal(of_minor) * part_minor / whole_minor)


def tax_groups(lines: Sequence[InvoiceLineRecord], currency: str) -> tuple[TaxGroup, ...]:
    """Add up net and tax by rate, the highest first, exempt lines last."""
    groups: dict[tuple[bool, int], list[InvoiceLineRecord]] = {}
    for line in lines:
        key = (line.tax_mode is TaxMode.EXEMPT, -line.tax_basis_points)
        groups.setdefault(key, []).append(line)
    made = []
    for (is_exempt, rate), members in sorted(groups.items()):
        net, tax, _total = totals(members, currency)
        made.append(TaxGroup(-rate, is_exempt, net, tax))
    return tuple(made)


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
    """Give a line of the ledger in words: "Paid 24 Nov · Visa •••• 4242".

    Of a credit it is said to or from which invoice: "Credit from INV-2026-00402 · 24 Nov".
    """
    on = short_day(day, beside=issued_on)
    if kind in CREDITS:
        return f"{VERBS[kind]} {means} · {on}"
    return f"{VERBS[kind]} {on} · {means}"


def invoice_number(prefix: str, year: int, number: int) -> str:
    """Give an invoice's number as it is printed: "INV-2026-00402"."""
    return f"{prefix}-{year}-{number:05d}"


def series_prefix(wanted: str, *, clinic_id: int, taken: frozenset[str]) -> str:
    """Choose how a clinic's numbers begin: as it wishes, or with its own number behind."""
    prefix = wanted.strip() or "INV"
    while prefix in taken:
        prefix = f"{prefix}{clinic_id}"
    return prefix
