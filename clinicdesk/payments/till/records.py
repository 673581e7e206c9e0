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


class LooseKind(StrEnum):
    """What may still be open when a day ends."""

    RUNNING = "card payment running"
    DOUBTFUL = "payment in doubt"
    REFUND = "refund not settled"
    BOUNCED = "refund that came back"
    CHARGE = "charge without a payment"
    NO_OUTCOME = "visit without an outcome"
    NO_INVOICE = "visit without an invoice"
    MESSAGE = "message not sent"
    DISPUTE = "dispute"
    LINK = "payment link"


class Weight(StrEnum):
    """What something open means for the close: it stops it, needs a reason, or is only told."""

    STOPS = "stops"
    ASKS = "asks"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Loose:
    """A number of things of one kind that are open; `item_id` is the first one's.

    It is the id of a visit for visits, of an invoice for payments, refunds and links, else 0.
    """

    kind: LooseKind
    count: int
    item_id: int = 0


@dataclass(frozen=True, slots=True)
class CardCheck:
    """What was taken and given back at the card provider since `from_at`, beside the books.

    It is about the whole account, so about every clinic that it serves, in the till's currency.
    `ours` and `theirs` are what was taken, `ours_back` and `theirs_back` what was given back;
    theirs is None where nothing was compared, and `problem` says why. `is_off`: the clinic takes
    no cards.
    """

    ours: Money
    ours_back: Money
    theirs: Money | None
    theirs_back: Money | None
    from_at: datetime
    checked_at: datetime
    problem: str = ""
    is_off: bool = False

    @property
    def difference(self) -> Money | None:
        """How much more (positive) or less is kept here than there; None if not compared."""
        if self.theirs is None or self.theirs_back is None:
            return None
        return (self.ours - self.ours_back) - (self.theirs - self.theirs_back)

    @property
    def agrees(self) -> bool:
        """Whether both were compared and tell the same."""
        return (self.ours, self.ours_back) == (self.theirs, self.theirs_back)


@dataclass(frozen=True, slots=True)
class ClosedTill:
    """A till that was counted and signed; nothing of it changes any more.

    `counted` is how many of each denomination, by its minor units. `left_in_drawer` is the float of
    the next one. `audit_seq` and `audit_mark` are the head of the audit log at that moment. `loose`
    was still open then. `card_check` is None of a till that was closed before there were any.
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
    card_check: CardCheck | None = None
    loose: tuple[Loose, ...] = ()
    loose_reason: str = ""

    @property
    def difference(self) -> Money:
        """How much more (positive) or less was counted than expected."""
        return self.counted_cash - self.expected_cash

    @property
    def to_bank(self) -> Money:
        """What leaves the drawer."""
        return self.counted_cash - self.left_in_drawer
