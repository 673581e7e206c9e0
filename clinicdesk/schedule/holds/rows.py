"""Ends a soft hold inside the transaction that books its time."""

from sqlalchemy import select

from clinicdesk.changes import Topic
from clinicdesk.database.session import Transaction
from clinicdesk.schedule.holds.models import SlotHold


def end_hold(transaction: Transaction, hold_key: str) -> None:
    """Remove a dialog's hold, and tell the other desks; one that is gone is no error."""
    row = transaction.session.scalar(select(SlotHold).where(SlotHold.hold_key == hold_key))
    if row is not None:
        transaction.session.delete(row)
        transaction.changed(Topic.HOLD, row.id)
