"""What a drawer should hold, and what counting it gives."""

from collections.abc import Collection, Iterable, Mapping

from clinicdesk.money import Money, exponent
from clinicdesk.payments.records import PaymentMethod
from clinicdesk.payments.till.errors import (
    CardRunningError,
    CountInvalidError,
    DifferenceUnexplainedError,
    LooseChangedError,
    LooseUnexplainedError,
    TooMuchLeftError,
)
from clinicdesk.payments.till.records import (
    Drawer,
    DrawerEntry,
    Loose,
    LooseKind,
    TenderSum,
    Weight,
)

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
# A running card payment may still belong to either day. Links wait for patients and disputes for
# banks, both for weeks: asking for a reason every evening would only teach to type one.
WEIGHTS = {
    LooseKind.RUNNING: Weight.STOPS,
    LooseKind.LINK: Weight.TOLD,
    LooseKind.DISPUTE: Weight.TOLD,
}
_WORDS = {
    LooseKind.RUNNING: ("card payment is running", "card payments are running"),
    LooseKind.DOUBTFUL: ("payment is in doubt", "payments are in doubt"),
    LooseKind.REFUND: ("refund is not settled", "refunds are not settled"),
    LooseKind.BOUNCED: ("refund came back", "refunds came back"),
    LooseKind.CHARGE: ("card charge has no payment here", "card charges have no payment here"),
    LooseKind.NO_OUTCOME: ("visit has no outcome", "visits have no outcome"),
    LooseKind.NO_INVOICE: ("finished visit has no invoice", "finished visits have no invoice"),
    LooseKind.MESSAGE: ("message was not sent", "messages were not sent"),
    LooseKind.DISPUTE: ("dispute is open", "disputes are open"),
    LooseKind.LINK: ("payment link is open", "payment links are open"),
}


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


def weight_of(loose: Loose) -> Weight:
    """Tell what something open means for the close."""
    return WEIGHTS.get(loose.kind, Weight.ASKS)


def loose_words(loose: Loose) -> str:
    """Say what is open: "2 finished visits have no invoice"."""
    one, more = _WORDS[loose.kind]
    return f"{loose.count} {one if loose.count == 1 else more}"


def check_loose(
    found: Collection[Loose], *, reason: str, seen: Collection[Loose] | None = None
) -> None:
    """Check that a till may be signed with what is still open.

    `seen` is what the person who gives the reason has looked at; None lets the reason be for all.

    Raises:
        CardRunningError: a card payment is running.
        LooseUnexplainedError: something needs a reason, and there is none.
        LooseChangedError: something came up that the person has not seen.
    """
    for loose in found:
        if weight_of(loose) is Weight.STOPS:
            raise CardRunningError(loose_words(loose))
    asking = [loose for loose in found if weight_of(loose) is Weight.ASKS]
    most = {loose.kind: loose.count for loose in (asking if seen is None else seen)}
    new = [loose for loose in asking if loose.count > most.get(loose.kind, 0)]
    if new:
        raise LooseChangedError(_listed(new))
    if asking and not reason.strip():
        raise LooseUnexplainedError(_listed(asking))


def _listed(found: Iterable[Loose]) -> str:
    return ", ".join(loose_words(loose) for loose in found)
