"""What an account comes to: how an invoice stands in it, what each entry changes, how late it is.

A deposit is asked for and not owed: what is paid on it is credit, and what it still asks for is
told apart. So an account's balance is what is owed less what is credit, whatever was asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clinicdesk.billing.accounts.records import AccountBalance, Ageing
from clinicdesk.billing.ledger import REFUNDS
from clinicdesk.billing.records import Balance, InvoiceKind, MovementKind
from clinicdesk.money import Money

WAIVED = "No longer charged"
LATEST_DAYS = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one invoice stands in its account, in minor units."""

    owed: int
    credit: int
    asked: int


def standing(kind: InvoiceKind, balance: Balance) -> Standing:
    """Say what an invoice adds to its account: `owed` less `credit` is what its entries make up."""
    if kind is InvoiceKind.DEPOSIT:
        # What was given back of it although it had been moved on is owed.
        return Standing(max(0, -balance.paid), balance.credit(kind), max(0, balance.due))
    return Standing(max(0, balance.due), balance.credit(kind), 0)


def effect_of_invoice(kind: InvoiceKind, total_minor: int) -> int:
    """Give by how much an invoice raises the balance when it is issued."""
    return 0 if kind is InvoiceKind.DEPOSIT else total_minor


def effects(
    kind: InvoiceKind, movement: MovementKind, *, money_minor: int, waived_minor: int, text: str
) -> tuple[tuple[str, int], ...]:
    """Give the entries that a line of the ledger makes in its account.

    Money given back for good is two: the money, and that it need not be paid any more.
    """
    if kind is InvoiceKind.DEPOSIT:
        return ((text, -money_minor),)
    if movement in REFUNDS and waived_minor:
        return ((text, -money_minor), (WAIVED, -waived_minor))
    return ((text, -money_minor - waived_minor),)


def summed(standings: Iterable[tuple[str, Standing]]) -> tuple[AccountBalance, ...]:
    """Add up standings by currency, in the order of the currencies' names."""
    sums: dict[str, list[Standing]] = {}
    for currency, each in standings:
        sums.setdefault(currency, []).append(each)
    return tuple(
        AccountBalance(
            owed=Money(sum(each.owed for each in of_one), currency),
            credit=Money(sum(each.credit for each in of_one), currency),
            asked=Money(sum(each.asked for each in of_one), currency),
        )
        for currency, of_one in sorted(sums.items())
    )


def aged(owed: Sequence[tuple[date, int]], *, on: date, currency: str) -> Ageing:
    """Sort what is owed by how late it is on a day; `owed` gives due days and minor units."""
    bands = [0] * (len(LATEST_DAYS) + 1)
    for due_on, minor in owed:
        late = (on - due_on).days
        bands[sum(late > latest for latest in LATEST_DAYS)] += minor
    return Ageing(*(Money(band, currency) for band in bands))


def waived_on_leaving(kind: InvoiceKind, balance: Balance, amount_minor: int) -> int:
    """Give how much less a deposit asks for when credit leaves it; an invoice asks for as much.

    What was paid on the deposit beyond what it asked for leaves first.
    """
    if kind is not InvoiceKind.DEPOSIT:
        return 0
    return max(0, amount_minor - max(0, -balance.due))
