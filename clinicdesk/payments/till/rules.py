"""What a drawer should hold, and what counting it gives."""

from collections.abc import Iterable, Mapping

from clinicdesk.money import Money, exponent
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.errors import (
    CountInvalidError,
    DifferenceUnexplainedError,
    TooMuchLeftError,
)
from clinicdesk.payments.till.records import Drawer, DrawerEntry, TenderSum

# Coins and notes in use, in minor units (the central banks' own lists, 2026).
DENOMINATIONS: dict[str, tuple[int, ...]] = {
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "EUR": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "USD": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1),
    "CHF": (100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "BRL": (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5),
    "JPY": (10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1),
    "JOD": (50000, 20000, 10000, 5000, 1000, 500, 250, 100, 50),
}
MOST_OF_ONE = 100_000


def denominations(currency: str) -> tuple[int, ...]:
    """Give the coins and notes of a currency in minor units, the largest first.

    Of a currency that is not listed, the series 1, 2, 5 up to 1,000 whole units.
    """
    known = DENOMINATIONS.get(currency)
    if known is not None:
        return known
    top = exponent(currency) + 3
    steps = (digit * 10**power for power in range(top + 1) for digit in (1, 2, 5))
    return tuple(sorted((step for step in steps if step <= 10**top), reverse=True))


def counted_total(counts: Mapping[int, int], currency: str) -> Money:
    """Add a count up.

    Raises:
        CountInvalidError: a number is negative or absurd, or no such coin or note exists.
    """
    known = set(denominations(currency))
    for denomination, number in counts.items():
        if denomination not in known or not 0 <= number <= MOST_OF_ONE:
            raise CountInvalidError
    return Money(sum(value * number for value, number in counts.items()), currency)


def expected_cash(
    float_kept: Money, tenders: Iterable[TenderSum], drawer: Iterable[DrawerEntry]
) -> Money:
    """Give what the drawer should hold."""
    total = float_kept
    for tender in tenders:
        if tender.method is PaymentMethod.CASH:
            total += tender.kept
    for entry in drawer:
        total += entry.amount if entry.kind is Drawer.PAID_IN else -entry.amount
    return total


def check_close(*, counted: Money, expected: Money, left: Money, reason: str) -> None:
    """Check that a count may be signed.

    Raises:
        TooMuchLeftError: more is to stay than there is.
        DifferenceUnexplainedError: the count differs, and there is no reason.
    """
    if not 0 <= left.minor <= counted.minor:
        raise TooMuchLeftError(counted)
    if counted != expected and not reason.strip():
        raise DifferenceUnexplainedError(counted - expected)
