"""Keeps test money and real money apart: a clinic's books are in one mode, from the first contact.

What is in test mode is marked so on every paper.
"""

from sqlalchemy.orm import Session

from clinicdesk.clock import Clock
from clinicdesk.database.session import Database, Transaction
from clinicdesk.payments.reconciliation.errors import WrongModeError
from clinicdesk.payments.reconciliation.models import ProviderMode

ONE = 1


def check_mode(database: Database, *, live: bool, clock: Clock) -> None:
    """Let pass a key of the mode that the books are in; the first one decides it.

    Raises:
        WrongModeError: it is of the other mode.
    """
    known = database.read(books_mode)
    if known is None:
        known = database.write(lambda transaction: _note(transaction, live=live, clock=clock))
    if known is not live:
        raise WrongModeError(books_are_live=known)


def books_mode(session: Session) -> bool | None:
    """Tell whether the books are live; None before the first contact."""
    row = session.get(ProviderMode, ONE)
    return None if row is None else row.is_live


def _note(transaction: Transaction, *, live: bool, clock: Clock) -> bool:
    session = transaction.session
    row = session.get(ProviderMode, ONE, with_for_update=True)
    if row is None:
        row = ProviderMode(id=ONE, is_live=live, noted_at=clock.now())
        session.add(row)
        session.flush()
    return row.is_live
