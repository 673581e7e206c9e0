"""What the waiting list tells those who write to patients."""

from typing import Protocol

from clinicdesk.database.session import Transaction


class OfferNotifier(Protocol):
    """Plans and withdraws messages inside the transaction that makes or ends an offer."""

    def offered(self, transaction: Transaction, offer_id: int) -> None:
        """Take note that a time was offered."""
        ...

    def gone(self, transaction: Transaction, offer_id: int) -> None:
        """Take note that an offered time went to somebody else; the patient stays on the list."""
        ...

    def withdrawn(self, transaction: Transaction, offer_id: int) -> None:
        """Take note that an offer is answered or off, of which the patient is told nothing."""
        ...
