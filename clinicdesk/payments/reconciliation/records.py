"""What a comparison with the card provider has found, as screens see it."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class UnmatchedRecord:
    """Money that the provider took and no payment here tells of, and what it gave back of it."""

    intent_id: str
    amount: Money
    refunded: Money
    card: str
    charged_at: datetime
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ComparisonRecord:
    """One comparison of [from_at, until_at): what both took, and which intents one side lacks.

    `unreadable` are intents that fit no rule here. It was `after_absence` where the provider no
    longer listed what had happened since it was last asked, so that all of it was gone through.
    """

    from_at: datetime
    until_at: datetime
    compared_at: datetime
    ours: Money
    theirs: Money
    missing_here: tuple[str, ...]
    missing_there: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    after_absence: bool = False
    agrees: bool = True
