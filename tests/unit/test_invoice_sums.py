"""The sums of an invoice: one rounding per line, and a state that follows from the ledger."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.billing.records import Balance, InvoiceState, MovementKind
from clinicdesk.billing.rules import (
    invoice_number,
    ledger_text,
    priced_line,
    series_prefix,
    state_of,
    totals,
    waived_by_refund,
)
from clinicdesk.money import Money

DUE_ON = date(2026, 12, 8)
PRICES = st.integers(0, 5_000_000)
RATES = st.sampled_from([0, 500, 550, 700, 1900, 2000, 2500, 10_000])
CURRENCIES = st.sampled_from(["GBP", "JPY", "KWD"])


@given(PRICES, st.integers(1, 50), RATES, CURRENCIES)
def test_a_line_is_rounded_once_and_adds_up(
    price: int, quantity: int, rate: int, currency: str
) -> None:
    line = priced_line(
        "x", quantity=quantity, unit_price=Money(price, currency), tax_basis_points=rate
    )
    assert line.total == Money(price * quantity, currency)
    assert line.net + line.tax == line.total
    exact = Fraction(price * quantity * rate, 10_000 + rate)
    assert abs(exact - line.tax.minor) <= Fraction(1, 2)
    assert 0 <= line.tax.minor <= line.total.minor


def test_a_half_is_rounded_away_from_zero() -> None:
    line = priced_line("x", quantity=1, unit_price=Money(3, "GBP"), tax_basis_points=10_000)
    assert line.tax.minor == 2


@given(st.lists(st.tuples(PRICES, RATES), max_size=12))
def test_an_invoice_is_the_sum_of_its_lines(given_lines: list[tuple[int, int]]) -> None:
    lines = [
        priced_line("x", quantity=1, unit_price=Money(price, "GBP"), tax_basis_points=rate)
        for price, rate in given_lines
    ]
    net, tax, total = totals(lines, "GBP")
    assert total.minor == sum(price for price, _ in given_lines)
    assert net + tax == total
    assert tax.minor == sum(line.tax.minor for line in lines)


@pytest.mark.parametrize(
    ("balance", "days_late", "state"),
    [
        (Balance(9500), 0, InvoiceState.DUE),
        (Balance(9500), 1, InvoiceState.OVERDUE),
        (Balance(9500, taken=1), 0, InvoiceState.PART_PAID),
        (Balance(9500, taken=1), 1, InvoiceState.OVERDUE),
        (Balance(9500, taken=9500), 1, InvoiceState.PAID),
        (Balance(9500, taken=9600), 1, InvoiceState.PAID),
        (Balance(9500, taken=9500, given_back=9500), 0, InvoiceState.DUE),
        (Balance(9500, taken=9500, given_back=9500, waived=9500), 1, InvoiceState.REFUNDED),
        (Balance(9500, taken=9500, given_back=500, waived=500), 1, InvoiceState.PAID),
        (Balance(0), 1, InvoiceState.PAID),
    ],
)
def test_the_state_follows_from_the_sums(
    balance: Balance, days_late: int, state: InvoiceState
) -> None:
    assert state_of(balance, due_on=DUE_ON, today=DUE_ON + timedelta(days=days_late)) is state


@pytest.mark.parametrize(
    ("balance", "amount", "waived"),
    [
        (Balance(100, taken=100), 30, 30),
        (Balance(100, taken=200), 100, 0),
        (Balance(100, taken=150), 100, 50),
        (Balance(100, taken=60), 60, 60),
    ],
)
def test_what_was_paid_too_much_is_given_back_first(
    balance: Balance, amount: int, waived: int
) -> None:
    assert waived_by_refund(balance, amount) == waived


def test_words_and_numbers() -> None:
    paid = MovementKind.PAYMENT
    day = date(2026, 11, 24)
    assert ledger_text(paid, "Visa •••• 4242", day=day, issued_on=day) == (
        "Paid 24 Nov · Visa •••• 4242"
    )
    next_year = date(2027, 1, 2)
    assert ledger_text(MovementKind.REFUND, "cash", day=next_year, issued_on=day) == (
        "Refunded 2 Jan 2027 · cash"
    )
    assert invoice_number("INV", 2026, 402) == "INV-2026-00402"
    assert invoice_number("INV", 2026, 123_456) == "INV-2026-123456"


@given(st.lists(st.text(max_size=4), max_size=6))
def test_no_two_clinics_share_a_prefix(wishes: list[str]) -> None:
    taken: set[str] = set()
    for clinic_id, wish in enumerate(wishes, start=1):
        prefix = series_prefix(wish, clinic_id=clinic_id, taken=frozenset(taken))
        assert prefix not in taken
        assert prefix.startswith(wish.strip() or "INV")
        taken.add(prefix)


def test_decimals_never_drift() -> None:
    """A thousand lines of a price that no binary fraction holds."""
    line = priced_line("x", quantity=1000, unit_price=Money(1999, "GBP"), tax_basis_points=2000)
    assert Decimal(line.total.minor) / 100 == Decimal("19990.00")
