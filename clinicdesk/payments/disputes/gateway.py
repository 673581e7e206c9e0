"""What is asked of the card provider about disputes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clinicdesk.money import Money


@dataclass(frozen=True, slots=True)
class DisputeState:
    """A dispute as the provider holds it; `status` and `reason` are its own words.

    `is_withdrawn`: the bank has taken the amount out of the clinic's balance, and not returned it.
    """

    dispute_id: str
    intent_id: str
    status: str
    reason: str
    amount: Money
    is_withdrawn: bool
    is_refundable: bool
    due_by_at: datetime | None
    opened_at: datetime


class DisputeGateway(Protocol):
    """Raises what every method of CardGateway raises, beside what it names itself."""

    def retrieve(self, dispute_id: str) -> DisputeState:
        """Read a dispute."""
        ...

    def opened_since(self, opened_after: datetime) -> tuple[DisputeState, ...]:
        """List the disputes that were opened since, newest first."""
        ...

    def close(self, dispute_id: str) -> DisputeState:
        """Give a dispute up: the cardholder keeps the money, and nobody can take that back.

        Raises:
            ProviderRefusedError: it can no longer be given up.
        """
        ...
