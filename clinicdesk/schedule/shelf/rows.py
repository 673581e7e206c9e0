"""Takes an appointment off the shelf inside the transaction that gives it a new place."""

from sqlalchemy import select

from clinicdesk.changes import Topic
from clinicdesk.database.session import Transaction
from clinicdesk.schedule.shelf.models import ShelfRow


def take_off_shelf(transaction: Transaction, appointment_id: int) -> None:
    """Remove the card of an appointment that was put elsewhere, if it lay on the shelf."""
    row = transaction.session.scalar(
        select(ShelfRow).where(ShelfRow.appointment_id == appointment_id)
    )
    if row is not None:
        transaction.session.delete(row)
        transaction.changed(Topic.SHELF, row.id)
