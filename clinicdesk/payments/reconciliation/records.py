"""What a comparison with the card provider has found, as screens see it."""

from dataclasses import dataclass
from datetime import datetime

from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class UnmatchedRecord:
    """Money that the provider took and no payment here tells of."""

    intent_id: str
    amount: Money
    card: str
    charged_at: datetime
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ComparisonRecord:
    """One comparison of [from_at, until_at): what both took, and which intents one side lacks."""

    from_at: datetime
    until_at: datetime
    compared_at: datetime
    ours: Money
    theirs: Money
    missing_here: tuple[str, ...]
    missing_there: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the books are the same."""
        return not self.missing_here and not self.missing_there and self.ours == self.theirs
