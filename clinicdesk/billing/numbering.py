"""Takes the next number of a clinic's invoices: each once, and none left out."""

from sqlalchemy import select, update

from clinicdesk.billing.models import InvoiceSeries
from clinicdesk.billing.rules import series_prefix
from clinicdesk.clinics.models import Clinic
from clinicdesk.database.session import Transaction


def take_number(transaction: Transaction, clinic: Clinic, year: int) -> tuple[str, int]:
    """Give the prefix and the next number of a clinic's year; a rollback gives it back.

    The counter's row stays locked until the transaction ends, so numbers are given in order. Two
    clinics that begin the year with the same prefix in the same moment: the database refuses one
    of them with an IntegrityError, and it must be tried again.
    """
    session = transaction.session
    taken = session.execute(
        update(InvoiceSeries)
        .where(InvoiceSeries.clinic_id == clinic.id, InvoiceSeries.year == year)
        .values(next_number=InvoiceSeries.next_number + 1)
        .returning(InvoiceSeries.prefix, InvoiceSeries.next_number - 1)
    ).one_or_none()
    if taken is not None:
        prefix, number = taken
        return prefix, number
    others = session.scalars(select(InvoiceSeries.prefix).where(InvoiceSeries.year == year))
    prefix = series_prefix(clinic.invoice_prefix, clinic_id=clinic.id, taken=frozenset(others))
    session.add(InvoiceSeries(clinic_id=clinic.id, year=year, prefix=prefix, next_number=2))
    session.flush()
    return prefix, 1
