"""The till as the desk sees it. All amounts are of the clinic's currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clinicdesk.money import Money
from clinicdesk.payments.records import PaymentMethod


class Drawer(StrEnum):
    """Cash that goes into or out of the drawer without an invoice."""

    PAID_IN = "paid in"
    PAID_OUT = "paid out"


@dataclass(frozen=True, slots=True)
class TenderSum:
    """What was taken and given back by one means since the till was opened."""

    method: PaymentMethod
    taken: Money
    given_back: Money
    payments: int

    @property
    def kept(self) -> Money:
        """What is left of it."""
        return self.taken - self.given_back


@dataclass(frozen=True, slots=True)
class DrawerEntry:
    """Cash that somebody put in or took out, and why."""

    kind: Drawer
    amount: Money
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenTill:
    """A till that is open: the float it began with, and what has moved since.

    `expected_cash` is what the drawer should hold: float, cash taken less cash given back, and what
    was paid in less what was paid out.
    """

    id: int
    clinic_id: int
    opened_at: datetime
    opened_by: str
    float_kept: Money
    tenders: tuple[TenderSum, ...]
    drawer: tuple[DrawerEntry, ...]
    expected_cash: Money


@dataclass(frozen=True, slots=True)
class Loose:
    """A number of things of one kind that should be dealt with before the day is closed."""

    what: str
    count: int
    item_id: int = 0


@dataclass(frozen=True, slots=True)
class CardCheck:
    """The card payments of a till beside the provider's own list.

    `missing_there` and `missing_here` are sums that only one side knows of.
    """

    ours: Money
    theirs: Money
    missing_there: Money
    missing_here: Money

    @property
    def agrees(self) -> bool:
        """Tell whether both sides know the same."""
        return not self.missing_there.minor and not self.missing_here.minor


@dataclass(frozen=True, slots=True)
class ClosedTill:
    """A till that was counted and signed; nothing of it changes any more.

    `counted` is how many of each denomination, by its minor units. `left_in_drawer` is the float of
    the next one. `audit_seq` and `audit_mark` are the head of the audit log at that moment.
    """

    id: int
    clinic_id: int
    opened_at: datetime
    closed_at: datetime
    opened_by: str
    closed_by: str
    float_kept: Money
    tenders: tuple[TenderSum, ...]
    drawer: tuple[DrawerEntry, ...]
    expected_cash: Money
    counted_cash: Money
    left_in_drawer: Money
    reason: str
    audit_seq: int
    audit_mark: str
    counted: Mapping[int, int] = field(default_factory=dict)

    @property
    def difference(self) -> Money:
        """How much more (positive) or less was counted than expected."""
        return self.counted_cash - self.expected_cash

    @property
    def to_bank(self) -> Money:
        """What leaves the drawer."""
        return self.counted_cash - self.left_in_drawer
