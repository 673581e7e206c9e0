"""What the disruption desk tells those who write to patients."""

from typing import Protocol

from clinicdesk.database.session import Transaction


class ProposalNotifier(Protocol):
    """Plans messages inside the transaction that proposes another time."""

    def proposed(self, transaction: Transaction, disruption_id: int, appointment_id: int) -> None:
        """Take note that another time is proposed for a visit, as its case says."""
        ...
